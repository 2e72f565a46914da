import { searchIndex } from '../functions/search-index.ts'
import { detectsReset } from '../histogram/detect-reset.ts'
import { type FloatHistogram, floatHistogram } from '../histogram/float-histogram.ts'
import { type Expr, type VectorSelector, withoutParens } from '../syntax/ast.ts'
import { isHistogram, type SeriesData } from '../value.ts'

const skipping: ReadonlySet<string> = new Set([
  'histogram_count',
  'histogram_sum',
  'histogram_avg',
  'timestamp',
  'absent',
])
const wholeNeeded: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_fraction',
  'histogram_stddev',
  'histogram_stdvar',
  'changes',
])

/** Selectors whose histograms are read without buckets, since only counts and sums are asked for (detectHistogramStatsDecoding). */
export function selectorsWithoutBuckets(expr: Expr): ReadonlySet<VectorSelector> {
  const found = new Set<VectorSelector>()
  visit(expr, [], found)
  return found
}

function visit(expr: Expr, path: readonly Expr[], found: Set<VectorSelector>): void {
  const inside = [...path, expr]
  switch (expr.kind) {
    case 'vector-selector':
      if (skipsBuckets(path)) found.add(expr)
      return
    case 'matrix-selector':
      visit(expr.vector, inside, found)
      return
    case 'subquery':
    case 'unary':
      visit(expr.expr, inside, found)
      return
    case 'paren':
      visit(withoutParens(expr), path, found)
      return
    case 'aggregate':
      if (expr.param) visit(expr.param, inside, found)
      visit(expr.expr, inside, found)
      return
    case 'binary':
      visit(expr.left, inside, found)
      visit(expr.right, inside, found)
      return
    case 'call':
      for (const arg of expr.args) visit(arg, inside, found)
  }
}

/** Decided from the selector outwards; what needs whole histograms ends the search. */
function skipsBuckets(path: readonly Expr[]): boolean {
  let skips = false
  for (const expr of [...path].reverse()) {
    if (expr.kind === 'subquery') return false
    if (expr.kind === 'call' && wholeNeeded.has(expr.name)) return false
    if (expr.kind === 'call' && skipping.has(expr.name)) skips = true
    if (expr.kind === 'aggregate' && expr.operator === 'count_values') return false
    if (expr.kind === 'binary' && ['</', '>/', '==', '!='].includes(expr.operator)) return false
  }
  return skips
}

const known = new WeakMap<SeriesData, SeriesData>()

/** Counts and sums alone, with hints worked out from the buckets that are left out (HistogramStatsIterator). */
export function statisticsOf(series: SeriesData): SeriesData {
  const made = known.get(series) ?? withoutBuckets(series)
  known.set(series, made)
  return made
}

function withoutBuckets(series: SeriesData): SeriesData {
  if (!series.values.some(isHistogram)) return series
  let before: FloatHistogram | undefined
  const values = series.values.map(value => {
    if (!isHistogram(value)) return value
    const { schema, count, sum } = value
    let { hint } = value
    if (hint === 'unknown' && before) hint = detectsReset(value, before) ? 'reset' : 'not_reset'
    before = value
    return floatHistogram({ hint, schema, count, sum })
  })
  return { ...series, values }
}

/**
 * Which hints the server cannot work out, since it jumped to a sample without having read the one before. Its iterators
 * jump when they have to go further than they remember (storage/buffer.go, memoized_iterator.go).
 */
export class ReadingOrder {
  readonly #series: SeriesData
  readonly #original: SeriesData
  readonly #unread = new Set<number>()
  #readUntilMs = Number.NEGATIVE_INFINITY

  constructor(original: SeriesData) {
    this.#original = original
    this.#series = statisticsOf(original)
  }

  /** Reads on to a time, jumping if what is remembered does not reach that far back. */
  readTo(timeMs: number, rememberedMs: number): void {
    const { timesMs } = this.#series
    const jumpMs = timeMs - rememberedMs
    const firstFrom = (ms: number) => searchIndex(timesMs.length, index => (timesMs[index] ?? 0) >= ms)
    if (jumpMs > this.#readUntilMs) this.#unread.add(firstFrom(jumpMs))
    this.#readUntilMs = timesMs[Math.min(firstFrom(timeMs), timesMs.length - 1)] ?? this.#readUntilMs
  }

  /** The histogram at a time, with the hint that it came with where nothing was read before it. */
  asRead(timeMs: number, sample: FloatHistogram): FloatHistogram {
    const index = searchIndex(this.#series.timesMs.length, each => (this.#series.timesMs[each] ?? 0) >= timeMs)
    const original = this.#original.values[index]
    return this.#unread.has(index) && isHistogram(original) ? { ...sample, hint: original.hint } : sample
  }
}
