import type { FloatHistogram } from '../../src/lib/promql/histogram/float-histogram.ts'
import type { QueryResult } from '../../src/lib/promql/value.ts'

/** As promql-oracle/main.go writes a histogram. */
interface ShownHistogram {
  schema: number
  hint: string
  count: string
  sum: string
  zeroCount: string
  zeroThreshold: string
  positive: string[]
  negative: string[]
  custom: string[]
}

type Shown = string | ShownHistogram

interface Row {
  labels: Record<string, string>
  value?: Shown
  points?: [timeMs: number, value: Shown][]
}

/** As promql-oracle/main.go writes an answer. */
export interface Answer {
  type?: string
  rows?: Row[]
  text?: string
  error?: string
  stage?: string
  warnings?: string[]
  infos?: string[]
}

const side = ({ indexes, counts }: FloatHistogram['positive']) =>
  indexes.flatMap((index, at) => ((counts[at] ?? 0) === 0 ? [] : [`${index}:${counts[at]}`]))

function shownHistogram(histogram: FloatHistogram): ShownHistogram {
  const { schema, hint, count, sum, zeroCount, zeroThreshold, positive, negative, customValues } = histogram
  return {
    schema,
    hint,
    count: String(count),
    sum: String(sum),
    zeroCount: String(zeroCount),
    zeroThreshold: String(zeroThreshold),
    positive: side(positive),
    negative: side(negative),
    custom: customValues.map(String),
  }
}

const shown = ({ value, histogram }: { value: number; histogram?: FloatHistogram }): Shown =>
  histogram ? shownHistogram(histogram) : String(value)

/** Our answer in the form of the oracle's. */
export function answerOf(result: QueryResult): Answer {
  const { type, warnings, infos } = result
  const notes = { warnings, infos }
  switch (result.type) {
    case 'scalar':
      return { type, text: String(result.value), ...notes }
    case 'string':
      return { type, text: result.value, ...notes }
    case 'vector':
      return {
        type,
        rows: result.samples.map(each => ({ labels: each.labels.toObject(), value: shown(each) })),
        ...notes,
      }
    case 'matrix':
      return {
        type,
        rows: result.series.map(({ labels, points }) => ({
          labels: labels.toObject(),
          points: points.map(point => [point.timeMs, shown(point)]),
        })),
        ...notes,
      }
  }
}

const parse = (text: string) => Number(text.replace('Inf', 'Infinity').replace('Infinityinity', 'Infinity'))

function sameNumber(a: string | undefined, b: string | undefined, tolerance: number): boolean {
  if (a === undefined || b === undefined) return a === b
  const [x, y] = [parse(a), parse(b)]
  if (x === y || (Number.isNaN(x) && Number.isNaN(y))) return true
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y))
}

function sameList(a: readonly string[], b: readonly string[], tolerance: number): boolean {
  if (a.length !== b.length) return false
  return a.every((text, at) => {
    const [index, count] = text.split(':')
    const [otherIndex, otherCount] = (b[at] ?? '').split(':')
    if (count === undefined) return sameNumber(index, otherIndex, tolerance)
    return index === otherIndex && sameNumber(count, otherCount, tolerance)
  })
}

function sameValue(a: Shown | undefined, b: Shown | undefined, tolerance: number): boolean {
  if (a === undefined || b === undefined) return a === b
  if (typeof a === 'string' || typeof b === 'string')
    return typeof a === 'string' && typeof b === 'string' && sameNumber(a, b, tolerance)
  return (
    a.schema === b.schema &&
    a.hint === b.hint &&
    (['count', 'sum', 'zeroCount', 'zeroThreshold'] as const).every(key => sameNumber(a[key], b[key], tolerance)) &&
    (['positive', 'negative', 'custom'] as const).every(key => sameList(a[key], b[key], tolerance))
  )
}

const keyOf = (row: Row) => JSON.stringify(Object.entries(row.labels).sort(([a], [b]) => (a < b ? -1 : 1)))

function sameRows(a: readonly Row[], b: readonly Row[], tolerance: number): string | undefined {
  if (a.length !== b.length) return `${a.length} rows, not ${b.length}`
  const others = new Map(b.map(row => [keyOf(row), row]))
  for (const row of a) {
    const other = others.get(keyOf(row))
    if (!other) return `a row ${keyOf(row)} too many`
    const points = row.points ?? [[0, row.value]]
    const otherPoints = other.points ?? [[0, other.value]]
    if (points.length !== otherPoints.length) return `${points.length} points, not ${otherPoints.length}: ${keyOf(row)}`
    for (const [at, [time, value]] of points.entries()) {
      const [otherTime, otherValue] = otherPoints[at] ?? []
      if (time !== otherTime) return `a point at ${time}, not ${otherTime}: ${keyOf(row)}`
      if (!sameValue(value, otherValue, tolerance))
        return `at ${time}, ${keyOf(row)}:\n   ours   ${JSON.stringify(value)}\n   theirs ${JSON.stringify(otherValue)}`
    }
  }
  return undefined
}

export interface Difference {
  what: 'result' | 'error' | 'notes'
  text: string
}

/** What is not the same in two answers, within a relative tolerance for numbers. */
export function difference(ours: Answer, theirs: Answer, tolerance = 1e-12): Difference | undefined {
  if (ours.stage !== theirs.stage)
    return { what: 'error', text: `ours ${ours.stage}: ${ours.error}; theirs ${theirs.stage}: ${theirs.error}` }
  if (ours.stage !== undefined) return undefined
  if (ours.type !== theirs.type) return { what: 'result', text: `${ours.type}, not ${theirs.type}` }
  if (ours.text !== theirs.text && !sameNumber(ours.text, theirs.text, tolerance))
    return { what: 'result', text: `${ours.text}, not ${theirs.text}` }
  const rows = sameRows(ours.rows ?? [], theirs.rows ?? [], tolerance)
  if (rows !== undefined) return { what: 'result', text: rows }
  for (const key of ['warnings', 'infos'] as const) {
    const [a, b] = [ours[key] ?? [], theirs[key] ?? []]
    if (JSON.stringify(a) !== JSON.stringify(b))
      return { what: 'notes', text: `${key}\n   ours   ${JSON.stringify(a)}\n   theirs ${JSON.stringify(b)}` }
  }
  return undefined
}
