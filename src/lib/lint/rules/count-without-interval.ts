import { intValue } from '../../analysis/metric-limits.ts'
import { settled } from '../model/settled.ts'
import type { Rule } from '../rule.ts'

export const countWithoutInterval: Rule = {
  id: 'CA010',
  name: 'count-without-interval',
  severity: 'error',
  title: 'Several measurements without an interval',
  explanation:
    'The controller refuses it, and the run ends in Error at once: interval must be specified when count > 1.',
  hint: 'add an interval',
  example: { wrong: 'count: 5', right: 'count: 5\ninterval: 1m' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const found = settled(metric, 'count')
        if (found && intValue(found.count) > 1 && !metric.metric.interval && metric.raw.interval === undefined)
          report({ document, path: [...metric.path, 'count'] }, 'interval must be specified when count > 1')
      }
  },
}
