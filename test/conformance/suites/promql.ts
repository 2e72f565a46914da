import { formatSample } from '../../../src/lib/promql/evaluate/number-text.ts'
import { Labels } from '../../../src/lib/promql/labels/labels.ts'
import { evaluateInstant, evaluateRange, parsePromql } from '../../../src/lib/promql/promql.ts'
import { MemoryStorage } from '../../../src/lib/promql/storage/memory-storage.ts'
import { readSeries } from '../../../src/lib/promql/storage/series-notation.ts'
import type { QueryResult } from '../../../src/lib/promql/value.ts'
import { parseGoDuration } from '../../../src/lib/values/go-duration.ts'
import type { Case, Suite } from '../suite.ts'

interface PromqlCase extends Case {
  set: string
  query: string
  at?: number
  range?: { start: number; end: number; step: number }
  lookback: string
  expect: Expectation
}

interface Row {
  labels: Record<string, string>
  value?: string
  values?: [number, string][]
}

type Answer = { type: string; value: Row[] | string } | { error: string; stage: string }
type Expectation = Answer & { ordered?: true; looseMessage?: true }
type SeriesSets = Record<string, { interval: string; series: { labels: Record<string, string>; values: string }[] }>

const stores = new Map<string, MemoryStorage>()
let parsed: { text: string; sets: SeriesSets } | undefined

function storeOf(text: string, name: string): MemoryStorage {
  if (parsed?.text !== text) {
    parsed = { text, sets: JSON.parse(text) }
    stores.clear()
  }
  const known = stores.get(name)
  if (known) return known
  const set = parsed.sets[name]
  if (!set) throw new Error(`no series named ${name}`)
  const store = new MemoryStorage(
    set.series.map(({ labels, values }) => {
      const series = readSeries(Labels.of(labels), values, parseGoDuration(set.interval))
      if ('problem' in series) throw new Error(series.problem)
      return series
    }),
  )
  stores.set(name, store)
  return store
}

const ms = (seconds: number) => Math.round(seconds * 1000)

function answerOf(test: PromqlCase, store: MemoryStorage): Answer {
  const query = parsePromql(test.query)
  if (query.kind === 'promql-error') return { error: query.message, stage: query.stage }
  const options = { lookbackMs: parseGoDuration(test.lookback) }
  const { range } = test
  const result = range
    ? evaluateRange(query, store, { startMs: ms(range.start), endMs: ms(range.end), stepMs: ms(range.step) }, options)
    : evaluateInstant(query, store, ms(test.at ?? 0), options)
  return 'kind' in result ? { error: result.message, stage: result.stage } : shown(result)
}

function shown(result: QueryResult): Answer {
  switch (result.type) {
    case 'scalar':
      return { type: 'scalar', value: formatSample(result.value) }
    case 'string':
      return { type: 'string', value: result.value }
    case 'vector':
      return {
        type: 'vector',
        value: result.samples.map(({ labels, value }) => ({ labels: labels.toObject(), value: formatSample(value) })),
      }
    case 'matrix':
      return {
        type: 'matrix',
        value: result.series.map(({ labels, points }) => ({
          labels: labels.toObject(),
          values: points.map(({ timeMs, value }): [number, string] => [timeMs / 1000, formatSample(value)]),
        })),
      }
  }
}

/** The expected text where the number is the expected one within the tolerance. */
function within(expected: string | undefined, actual: string | undefined): string | undefined {
  if (expected === undefined || actual === undefined) return actual
  const [a, b] = [expected, actual].map(text => Number(text.replace('Inf', 'Infinity')))
  if (a === undefined || b === undefined) return actual
  const isSame = a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b))
  return isSame ? expected : actual
}

const keyOf = (row: Row) => JSON.stringify(Object.entries(row.labels).sort(([a], [b]) => (a < b ? -1 : 1)))
const byLabels = (rows: readonly Row[]) => [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

function rounded(expected: Answer, actual: Answer): Answer {
  if ('error' in expected || 'error' in actual) return actual
  if (typeof expected.value === 'string' || typeof actual.value === 'string') {
    const isNumber = expected.type === 'scalar' && actual.type === 'scalar'
    return isNumber ? { ...actual, value: within(String(expected.value), String(actual.value)) ?? '' } : actual
  }
  const wanted = expected.value
  const value = actual.value.map((row, index): Row => {
    const other = wanted[index]
    if (row.values) {
      const values = row.values.map(([time, text], at): [number, string] => [
        time,
        within(other?.values?.[at]?.[1], text) ?? text,
      ])
      return { ...row, values }
    }
    const text = within(other?.value, row.value)
    return text === undefined ? row : { ...row, value: text }
  })
  return { ...actual, value }
}

const reduced = (answer: Answer, ordered: boolean): Answer | { stage: string } => {
  if ('error' in answer) return { stage: answer.stage }
  if (typeof answer.value === 'string') return { type: answer.type, value: answer.value }
  return { type: answer.type, value: ordered ? answer.value : byLabels(answer.value) }
}

/** Prometheus 3.16: values within 1e-12, labels and times exactly; of an error the stage; messages are counted apart. */
export const promqlSuite: Suite<PromqlCase> = {
  compare(test, companion) {
    const answer = answerOf(test, storeOf(companion('promql.series.json'), test.set))
    const ordered = test.expect.ordered === true
    const expected = reduced(test.expect, ordered)
    const actual = reduced(answer, ordered)
    const shownActual = 'value' in expected && 'value' in actual ? rounded(expected, actual) : actual
    if (!('error' in test.expect)) return { expected, actual: shownActual }
    const part = (text: string) => (test.expect.looseMessage ? (text.split('{')[0] ?? '') : text)
    const message = 'error' in answer ? answer.error : ''
    return { expected, actual: shownActual, messages: { expected: part(test.expect.error), actual: part(message) } }
  },
}
