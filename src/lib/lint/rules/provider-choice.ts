import { metricProblem } from '../../analysis/validate.ts'
import { isMap } from '../model/plain.ts'
import type { Rule } from '../rule.ts'

export const providerChoice: Rule = {
  id: 'CA012',
  name: 'provider-choice',
  severity: 'error',
  title: 'A metric with no provider, or several',
  explanation: 'Each metric is measured by exactly one provider. Otherwise the run ends in Error at once.',
  hint: 'keep one provider, and make another metric of the other',
  example: { wrong: 'provider: {}', right: 'provider:\n  prometheus:\n    query: up' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const { path, raw, name } of metrics) {
        const isNotThere = raw.provider === undefined || raw.provider === null
        if (!isNotThere && !isMap(raw.provider)) continue
        const provider = isMap(raw.provider) ? raw.provider : {}
        const problem = metricProblem({ name, provider })
        // A provider that is misspelt is an unknown field.
        if (problem === 'no provider specified' && Object.values(provider).some(isMap)) continue
        if (problem !== undefined) report({ document, path: isNotThere ? path : [...path, 'provider'] }, problem)
      }
  },
}
