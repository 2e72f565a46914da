import type { Rule } from '../rule.ts'

export const promqlInvalid: Rule = {
  id: 'CA032',
  name: 'promql-invalid',
  severity: 'error',
  title: 'A query that Prometheus refuses',
  explanation:
    'Prometheus answers bad_data to a query that it cannot parse or whose types do not fit, so that every measurement is an Error. Arguments are filled in with what fits; what then is wrong is wrong with every value.',
  hint: 'correct the query',
  example: { wrong: 'sum(rate(http_requests_total))', right: 'sum(rate(http_requests_total[5m]))' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const { problem } = metric.query ?? {}
        if (problem) report({ document, path: metric.providerPath('query'), within: problem }, problem.message)
      }
  },
}
