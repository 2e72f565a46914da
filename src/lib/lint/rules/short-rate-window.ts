import { isLiteralWindow, shortTime } from '../model/times.ts'
import { stretch } from '../model/trial.ts'
import type { Rule } from '../rule.ts'

const growth: ReadonlySet<string> = new Set(['rate', 'increase'])

export const shortRateWindow: Rule = {
  id: 'CA031',
  name: 'short-rate-window',
  severity: 'warning',
  title: 'A rate over less than four scrapes',
  explanation:
    'rate and increase need two samples in their window. With a window under four scrape intervals one missed or late scrape leaves nothing, and the query is empty just when a target has trouble. The scrape interval is that of --scrape-interval, 15s unless it is said.',
  hint: 'use a window of at least four scrape intervals',
  example: { wrong: 'rate(http_requests_total[30s])', right: 'rate(http_requests_total[2m])' },
  check({ specs, options: { scrapeIntervalMs } }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const { query } = metric
        for (const { rangeMs, within, position } of query?.description?.selectors ?? []) {
          const name = within[0] ?? ''
          if (!query || rangeMs === undefined || !growth.has(name) || rangeMs >= 4 * scrapeIntervalMs) continue
          if (!isLiteralWindow(metric, position.end)) continue
          report(
            {
              document,
              path: metric.providerPath('query'),
              within: stretch(query.filled, position.start, position.end),
            },
            `${name} over ${shortTime(rangeMs)} is less than four scrapes of ${shortTime(scrapeIntervalMs)}`,
          )
        }
      }
  },
}
