import { hasConditions } from '../model/result-nature.ts'
import type { Rule } from '../rule.ts'

export const conditionsIgnored: Rule = {
  id: 'CA025',
  name: 'conditions-ignored',
  severity: 'warning',
  title: 'Conditions on a provider that does not look at them',
  explanation:
    'A job is Successful when the Job completes and Failed when it fails; Kayenta compares the score with its threshold. Conditions on such a metric are never evaluated.',
  hint: 'leave the condition out, and let the Job (or the threshold) decide',
  example: { wrong: 'successCondition: result == "ok"\nprovider:\n  job: ...', right: 'provider:\n  job: ...' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const { conditions, provider } of metrics) {
        if (provider === undefined || hasConditions(provider)) continue
        for (const { path, field } of conditions)
          report({ document, path, onKey: true }, `${field} is never evaluated for provider ${provider}`)
      }
  },
}
