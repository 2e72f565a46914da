import type { Matcher } from '../../promql/labels/matcher.ts'
import { parsePromql, type Query } from '../../promql/promql.ts'
import { withoutParens } from '../../promql/syntax/ast.ts'
import type { SeriesData } from '../../promql/value.ts'
import { badData, badParameter } from './api-answers.ts'
import { byLabels, type SampleStore } from './sample-store.ts'

/** What `match[]` selects among the series that have samples in these times; without any, all. */
export function selectSeries(
  store: SampleStore,
  selectors: readonly string[],
  startMs: number,
  endMs: number,
): SeriesData[] {
  const found = selectors.length === 0 ? store.all() : selectors.flatMap(selector => store.select(matchersOf(selector)))
  const alive = found.filter(
    ({ timesMs }) => (timesMs[0] ?? Number.POSITIVE_INFINITY) <= endMs && (timesMs.at(-1) ?? 0) >= startMs,
  )
  const unique = new Map(alive.map(series => [series.labels.key, series]))
  return [...unique.values()].sort(byLabels)
}

function matchersOf(selector: string): readonly Matcher[] {
  const query = parsePromql(selector)
  if (query.kind === 'query') return selectorMatchers(query)
  // a selector of its own is refused in other words than one in a query
  const isEmpty = query.message.endsWith('vector selector must contain at least one non-empty matcher')
  throw badParameter('match[]', isEmpty ? 'match[] must contain at least one non-empty matcher' : query.message)
}

function selectorMatchers({ expr }: Query): readonly Matcher[] {
  const inner = withoutParens(expr)
  if (inner.kind !== 'vector-selector') throw badData('invalid parameter "match[]": expected a vector selector')
  return inner.matchers
}
