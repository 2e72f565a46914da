import { hasConditions, providersWithConditions } from '../model/result-nature.ts'
import type { Rule } from '../rule.ts'

export const noCondition: Rule = {
  id: 'CA024',
  name: 'no-condition',
  severity: 'warning',
  title: 'A metric without conditions',
  explanation:
    'Without a condition every measurement that gets an answer is Successful, whatever the value is (the documentation of Argo Rollouts calls it Inconclusive, which is not what the controller does). The metric can only end in Error.',
  hint: 'add a successCondition or failureCondition',
  example: {
    wrong: 'name: errors\nprovider: ...',
    right: 'name: errors\nsuccessCondition: result[0] < 0.05\nprovider: ...',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const { path, raw, metric, provider } of metrics) {
        if (provider === undefined || !hasConditions(provider) || !providersWithConditions.has(provider)) continue
        if (metric.successCondition || metric.failureCondition) continue
        // One that is of a wrong type or misspelt is reported as such.
        if (Object.keys(raw).some(key => /condition/i.test(key))) continue
        report({ document, path: [...path, 'name'] }, 'without a condition every measurement is Successful')
      }
  },
}
