import { stretch } from '../model/trial.ts'
import type { Rule } from '../rule.ts'

export const counterWithoutRate: Rule = {
  id: 'CA034',
  name: 'counter-without-rate',
  severity: 'warning',
  title: 'The level of a counter',
  explanation:
    'A counter (_total, _bucket) only grows, and starts again at 0 with every new pod. Its level says how long the process has run, and a ratio of levels is that of its whole life: a canary that has just begun to fail looks as good as it ever was. Only its growth, rate or increase, tells about now.',
  hint: 'write rate(...[5m]) or increase(...[5m])',
  example: {
    wrong: 'sum(http_errors_total) / sum(http_requests_total)',
    right: 'sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m]))',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const { query } = metric
        for (const { metric: name, isCounterWithoutRate, subqueryRangesMs, position } of query?.description
          ?.selectors ?? []) {
          if (!query || !isCounterWithoutRate || subqueryRangesMs.length > 0 || !/_(?:total|bucket)$/.test(name ?? ''))
            continue
          report(
            {
              document,
              path: metric.providerPath('query'),
              within: stretch(query.filled, position.start, position.end),
            },
            `${name} is a counter, and its level is used without rate or increase`,
            { hint: `write rate(${name}[5m]) or increase(${name}[5m])` },
          )
        }
      }
  },
}
