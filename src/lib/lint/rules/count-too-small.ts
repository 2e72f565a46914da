import { metricProblem } from '../../analysis/validate.ts'
import { settled } from '../model/settled.ts'
import type { Rule } from '../rule.ts'

const limits = ['failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'] as const

export const countTooSmall: Rule = {
  id: 'CA009',
  name: 'count-too-small',
  severity: 'error',
  title: 'A count below the limits',
  explanation:
    'The controller refuses a count that leaves no room for the limits: count must be at least failureLimit + consecutiveSuccessLimit, and at least inconclusiveLimit. The run ends in Error at once.',
  hint: 'raise the count or lower the limits',
  example: { wrong: 'count: 3\nfailureLimit: 5', right: 'count: 10\nfailureLimit: 2' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const found = settled(metric, 'count', ...limits)
        const problem = found && metricProblem({ name: metric.name, ...found, interval: '1s', provider: { web: {} } })
        if (problem?.startsWith('count')) report({ document, path: [...metric.path, 'count'] }, problem)
      }
  },
}
