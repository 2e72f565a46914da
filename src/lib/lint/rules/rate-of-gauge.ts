import { stretch } from '../model/trial.ts'
import type { Rule } from '../rule.ts'

/** Endings and names that are gauges wherever they are used. */
const gaugeName =
  /(?:_ratio|_percent(?:age)?|_celsius|_info|_timestamp_seconds|_in_flight|_in_progress|_inprogress|_usage_bytes|_working_set_bytes|_resident_memory_bytes|_virtual_memory_bytes|_available_bytes|_free_bytes|_limit_bytes|_goroutines|_open_fds|_queue_(?:length|size|depth)|_connections_active|_active_connections|_temperature|_replicas(?:_\w+)?)$|^(?:up|go_goroutines|node_load(?:1|5|15))$|:rate\d+[smhd]$|:ratio(?:_rate)?\d*[smhd]?$/

export const rateOfGauge: Rule = {
  id: 'CA035',
  name: 'rate-of-gauge',
  severity: 'warning',
  title: 'A rate of a gauge',
  explanation:
    'rate, irate and increase take every decrease for a restart of a counter, so that of a gauge they return a number without a meaning. The rate of a recorded rate is one as well. Judged by the name of the metric.',
  hint: 'use the gauge itself, avg_over_time, delta or deriv',
  example: {
    wrong: 'rate(container_memory_working_set_bytes[5m])',
    right: 'deriv(container_memory_working_set_bytes[5m])',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const { query } = metric
        for (const { metric: name = '', isRateOfGauge, within, position } of query?.description?.selectors ?? []) {
          if (!query || !isRateOfGauge || !gaugeName.test(name)) continue
          report(
            {
              document,
              path: metric.providerPath('query'),
              within: stretch(query.filled, position.start, position.end),
            },
            `${within[0]} of ${name}, which is a gauge by its name`,
          )
        }
      }
  },
}
