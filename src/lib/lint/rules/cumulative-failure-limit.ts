import { effectiveCount, intValue } from '../../analysis/metric-limits.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { settled } from '../model/settled.ts'
import type { Rule } from '../rule.ts'
import { rangeOf } from '../sources/locate.ts'

const inARow = /\bconsecutive(?:ly)?\b|\bin a row\b|\bin succession\b|\bback[- ]to[- ]back\b/i

export const cumulativeFailureLimit: Rule = {
  id: 'CA026',
  name: 'cumulative-failure-limit',
  severity: 'info',
  title: 'failureLimit counts all failures of the run, not those in a row',
  explanation:
    'failureLimit (and inconclusiveLimit) counts over the whole run: after the limit one more failure ends it, however many measurements were good in between. Only errors and successes have limits that count in a row (consecutiveErrorLimit, consecutiveSuccessLimit). Reported where a comment says otherwise, and for a metric without an end, whose limit any rare failure reaches some day.',
  hint: 'give the metric a count, or expect the failures of the whole run',
  example: {
    wrong: 'failureLimit: 3 # 3 failures in a row\ninterval: 1m',
    right: 'failureLimit: 3 # of 20 measurements\ninterval: 1m\ncount: 20',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const found = settled(metric, 'count', 'failureLimit', 'interval')
        const limit = intValue(found?.failureLimit)
        if (!found || limit <= 0) continue
        const target = { document, path: [...metric.path, 'failureLimit'] }
        const comment = commentBeside(metric)
        if (comment !== undefined && inARow.test(comment))
          report(target, `failureLimit ${limit} counts the failures of the whole run, not those in a row`)
        else if (
          effectiveCount({ name: '', ...found }) === undefined &&
          intValue(metric.metric.consecutiveSuccessLimit) === 0
        )
          report(
            target,
            `the metric has no end, and the ${ordinal(limit + 1)} failure ends the run, however far apart they are`,
          )
      }
  },
}

/** The comment on the line of the limit. */
function commentBeside(metric: MetricModel): string | undefined {
  const { document, path } = metric
  const { file } = document
  if (!file?.text.includes('#')) return undefined
  const range = rangeOf({ document, path: [...path, 'failureLimit'] })
  if (file === undefined || range === undefined) return undefined
  const { text } = file
  const lineStart = text.lastIndexOf('\n', range.start) + 1
  const beside = /^[^\n]*?\s#([^\n]*)/.exec(text.slice(range.end))?.[1]
  const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, lineStart)
  return beside ?? /^\s*#(.*)$/m.exec(above)?.[1]
}

function ordinal(number: number): string {
  const words = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
  return words[number] ?? `${number}th`
}
