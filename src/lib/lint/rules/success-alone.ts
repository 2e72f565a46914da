import { hasConditions } from '../model/result-nature.ts'
import type { Rule } from '../rule.ts'

export const successAlone: Rule = {
  id: 'CA023',
  name: 'success-alone',
  severity: 'info',
  title: 'A successCondition alone, and nothing said about failures',
  explanation:
    'Without a failureCondition every result for which the successCondition is not true is Failed, NaN too; nothing is Inconclusive. As failureLimit is 0 by default, the first such measurement of a metric that is measured repeatedly ends the run, and aborts the rollout.',
  hint: 'say how many failures are allowed (failureLimit: 0 to confirm none), or add a failureCondition so that what is between counts as Inconclusive',
  example: {
    wrong: 'interval: 1m\ncount: 10\nsuccessCondition: result[0] >= 0.95',
    right: 'interval: 1m\ncount: 10\nsuccessCondition: result[0] >= 0.95\nfailureLimit: 2',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const { path, metric, provider } of metrics) {
        const isRepeated = metric.interval !== undefined
        const isSaid = ['failureLimit', 'inconclusiveLimit', 'consecutiveSuccessLimit'].some(field => field in metric)
        if (!hasConditions(provider) || !isRepeated || isSaid) continue
        if (metric.successCondition && !metric.failureCondition)
          report(
            { document, path: [...path, 'successCondition'] },
            'whatever is not true here is Failed, and with failureLimit 0 (the default) the first one ends the run',
          )
      }
  },
}
