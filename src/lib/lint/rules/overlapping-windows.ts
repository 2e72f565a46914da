import { intValue } from '../../analysis/metric-limits.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { intervalMs, isLiteralWindow, shortTime } from '../model/times.ts'
import type { Rule } from '../rule.ts'

export const overlappingWindows: Rule = {
  id: 'CA030',
  name: 'overlapping-windows',
  severity: 'info',
  title: 'An interval shorter than the rate window, where failures are counted',
  explanation:
    'A window of 5m that is measured every minute sees one bad minute five times: a single incident uses up a failureLimit that was meant for several, and the measurements are not independent of each other.',
  hint: 'make the interval as long as the window, or allow for one incident being counted several times',
  example: {
    wrong: 'interval: 1m\nfailureLimit: 3\nquery: ...[5m]',
    right: 'interval: 5m\nfailureLimit: 3\nquery: ...[5m]',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const limit = Math.max(intValue(metric.metric.failureLimit), intValue(metric.metric.inconclusiveLimit))
        if (limit <= 0) continue
        const interval = intervalMs(metric)
        const window = longestWindowMs(metric)
        if (interval === undefined || interval <= 0 || window === undefined || interval >= window) continue
        const times = Math.ceil(window / interval)
        // Below the limit one incident alone does not end the run.
        if (times <= limit) continue
        report(
          { document, path: [...metric.path, 'interval'] },
          `with a window of ${shortTime(window)} every ${shortTime(interval)} one short incident is counted up to ${times} times, more often than the limit (${limit})`,
        )
      }
  },
}

function longestWindowMs(metric: MetricModel): number | undefined {
  const windows = (metric.query?.description?.selectors ?? []).flatMap(({ rangeMs, position }) =>
    rangeMs !== undefined && isLiteralWindow(metric, position.end) ? [rangeMs] : [],
  )
  return windows.length === 0 ? undefined : Math.max(...windows)
}
