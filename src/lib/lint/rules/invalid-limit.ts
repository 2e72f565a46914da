import { metricProblem } from '../../analysis/validate.ts'
import { settled } from '../model/settled.ts'
import type { Rule } from '../rule.ts'

const fields = ['consecutiveSuccessLimit', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'] as const

export const invalidLimit: Rule = {
  id: 'CA008',
  name: 'invalid-limit',
  severity: 'error',
  title: 'A limit that the controller refuses',
  explanation:
    'Limits are not negative, but for failureLimit: -1, which turns it off and then needs a consecutiveSuccessLimit. Anything else ends the run in Error at once.',
  hint: 'write a limit of 0 or more',
  example: { wrong: 'failureLimit: -1', right: 'failureLimit: -1\nconsecutiveSuccessLimit: 3' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const limits = settled(metric, ...fields)
        const problem = limits && metricProblem({ name: metric.name, ...limits, provider: { web: {} } })
        if (problem === undefined) continue
        const field = fields.find(each => problem.startsWith(each)) ?? 'failureLimit'
        report({ document, path: [...metric.path, field] }, problem)
      }
  },
}
