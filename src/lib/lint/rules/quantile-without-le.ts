import { stretch } from '../model/trial.ts'
import type { Rule } from '../rule.ts'

export const quantileWithoutLe: Rule = {
  id: 'CA036',
  name: 'quantile-without-le',
  severity: 'error',
  title: 'histogram_quantile of buckets that have lost their le',
  explanation:
    'histogram_quantile tells buckets apart by the label le. An aggregation that does not keep it leaves nothing to take a quantile of, and the query is always empty.',
  hint: 'aggregate by (le)',
  example: {
    wrong: 'histogram_quantile(0.95, sum(rate(http_seconds_bucket[5m])))',
    right: 'histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[5m])))',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const { query } = metric
        for (const { isClassic, hasLe, position } of query?.description?.histogramQuantiles ?? [])
          if (query && isClassic && !hasLe)
            report(
              {
                document,
                path: metric.providerPath('query'),
                within: stretch(query.filled, position.start, position.end),
              },
              'the aggregation drops the label le, so the quantile is always empty',
            )
      }
  },
}
