import { intervalMs, shortTime } from '../model/times.ts'
import type { Rule } from '../rule.ts'

export const intervalBelowScrape: Rule = {
  id: 'CA029',
  name: 'interval-below-scrape',
  severity: 'warning',
  title: 'An interval shorter than the scrape interval',
  explanation:
    'Between two scrapes Prometheus has nothing new, so the same sample is measured twice and counted twice against the limits. The scrape interval is that of --scrape-interval, 15s unless it is said.',
  hint: 'make the interval at least as long as the scrape interval',
  example: { wrong: 'interval: 5s', right: 'interval: 30s' },
  check({ specs, options: { scrapeIntervalMs } }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        if (metric.provider !== 'prometheus') continue
        const ms = intervalMs(metric)
        if (ms !== undefined && ms > 0 && ms < scrapeIntervalMs)
          report(
            { document, path: [...metric.path, 'interval'] },
            `measures every ${shortTime(ms)}, but Prometheus scrapes every ${shortTime(scrapeIntervalMs)}`,
          )
      }
  },
}
