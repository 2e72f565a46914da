import type { MetricModel } from '../model/metric-model.ts'
import { argumentsIn, stretch } from '../model/trial.ts'
import { namesCanary } from '../promql/arm-words.ts'
import type { Rule } from '../rule.ts'

export const verificationComparesArms: Rule = {
  id: 'CA057',
  name: 'verification-of-ended-canary',
  severity: 'warning',
  title: "A Stage's verification that asks for the canary, which has ended",
  explanation:
    'Kargo starts the verification of a Stage when its Applications are Healthy. A Rollout is Healthy when it is fully promoted: the canary has become the stable version and its pods are gone. A query for the canary finds nothing then, or the time before. Compare canary and stable in the analysis of the Rollout.',
  hint: 'query the service as a whole here, and compare the arms in the analysis of the Rollout',
  example: {
    wrong: 'rate(http_requests_total{role="canary"}[5m])',
    right: 'rate(http_requests_total{app="shop"}[5m])',
  },
  check(project, report) {
    for (const spec of project.specs) {
      const stage = project.usesOf(spec).find(use => use.kind === 'Stage')
      if (!stage) continue
      for (const metric of spec.metrics) {
        const { query } = metric
        const selector = canarySelector(metric, new Map(stage.args.map(({ name, value = '' }) => [name, value])))
        if (query && selector)
          report(
            {
              document: spec.document,
              path: metric.providerPath('query'),
              within: stretch(query.filled, selector.start, selector.end),
            },
            `the verification of ${stage.label} asks for the canary, which has ended when it runs`,
          )
      }
    }
  },
}

function canarySelector({ query, defaults }: MetricModel, sent: ReadonlyMap<string, string>) {
  return query?.description?.selectors.find(({ matchers }) =>
    matchers.some(({ operator, value }) => {
      if (operator !== '=' && operator !== '=~') return false
      return (
        namesCanary(value) ||
        argumentsIn(value, query.placeholders).some(
          argument => namesCanary(sent.get(argument) ?? defaults.get(argument) ?? '') || namesCanary(argument),
        )
      )
    }),
  )?.position
}
