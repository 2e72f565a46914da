import type { MetricResult } from '../rollouts/rollout.ts'
import { parseGoDuration, shortGoDuration } from '../values/go-duration.ts'
import { counters, type ExpectedValue, type MetricExpectation, type TestCase } from './analysis-test.ts'
import { expectationOfMessage, messageMatches } from './message-match.ts'
import type { TestMeasurement, TestResult } from './run-test.ts'

/** A place where a run came out otherwise than its test expects. */
export interface Mismatch {
  /** from the test to the value: `['expect', 'metrics', 'success-rate', 'values', 2]` */
  path: readonly (string | number)[]
  /** undefined for a measurement that was not expected */
  expected: ExpectedValue | undefined
  /** what would have been met; undefined for a measurement that was expected and not taken */
  actual: ExpectedValue | undefined
}

/** Everything in which the result differs from what the test expects, in the order of the format. */
export function compare({ expect }: TestCase, result: TestResult): Mismatch[] {
  const { status = {} } = result.run
  const found: Mismatch[] = []
  const phase = status.phase ?? 'Running'
  if (expect.phase !== phase) found.push({ path: ['expect', 'phase'], expected: expect.phase, actual: phase })
  const { message = '' } = status
  if (expect.message !== undefined && !messageMatches(expect.message, message))
    found.push({ path: ['expect', 'message'], expected: expect.message, actual: expectationOfMessage(message) })
  if (expect.finishedAfter !== undefined && !isSameTime(expect.finishedAfter, result.finishedAfterMs))
    found.push({
      path: ['expect', 'finishedAfter'],
      expected: expect.finishedAfter,
      actual: result.finishedAfterMs === undefined ? undefined : shortGoDuration(wholeSeconds(result.finishedAfterMs)),
    })
  for (const [name, metric] of Object.entries(expect.metrics ?? {})) {
    const measured = result.measurements.filter(each => each.metric === name)
    const actual = status.metricResults?.find(each => each.name === name)
    found.push(...compareMetric(name, metric, actual, measured))
  }
  return found
}

const wholeSeconds = (ms: number) => Math.floor(ms / 1000) * 1000
/** Times of a status are whole seconds. */
const isSameTime = (expected: string, actualMs: number | undefined) =>
  actualMs !== undefined && wholeSeconds(parseGoDuration(expected)) === wholeSeconds(actualMs)

function compareMetric(
  name: string,
  expect: MetricExpectation,
  actual: MetricResult | undefined,
  measured: readonly TestMeasurement[],
): Mismatch[] {
  const at = ['expect', 'metrics', name]
  const found: Mismatch[] = []
  const phase = actual?.phase ?? 'Pending'
  if (expect.phase !== undefined && expect.phase !== phase)
    found.push({ path: [...at, 'phase'], expected: expect.phase, actual: phase })
  const { message = '' } = actual ?? {}
  if (expect.message !== undefined && !messageMatches(expect.message, message))
    found.push({ path: [...at, 'message'], expected: expect.message, actual: expectationOfMessage(message) })
  for (const counter of counters) {
    const wanted = expect[counter]
    const counted = actual?.[counter] ?? 0
    if (wanted !== undefined && wanted !== counted)
      found.push({ path: [...at, counter], expected: wanted, actual: counted })
  }
  const { values } = expect
  if (values === undefined) return found
  for (let index = 0; index < Math.max(values.length, measured.length); index++) {
    const wanted = values[index]
    const taken = measured[index]
    if (wanted !== undefined && taken && valueMatches(wanted, taken.value)) continue
    found.push({
      path: [...at, 'values', index],
      expected: wanted,
      actual: taken && expectationFor(taken.value, wanted),
    })
  }
  return found
}

const tolerance = 1e-3

/** @param actual as the controller writes it; undefined for a measurement without a value */
export function valueMatches(expected: ExpectedValue, actual: string | undefined): boolean {
  if (expected === null) return actual === undefined || actual === ''
  if (typeof expected === 'string') return expected === (actual ?? '')
  if (typeof expected === 'boolean') return String(expected) === actual
  const numbers = numbersOf(actual)
  if (typeof expected === 'number') return numbers?.length === 1 && isNear(expected, numbers[0] ?? 0)
  return numbers?.length === expected.length && expected.every((each, index) => isNear(each, numbers[index] ?? 0))
}

function isNear(expected: number, actual: number): boolean {
  if (Object.is(expected, actual) || expected === actual) return true
  return Number.isFinite(expected) && Math.abs(expected - actual) <= tolerance * Math.abs(expected)
}

const number = /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|Inf|NaN)$/i

/** The numbers of a value that is one, or a list of them: `0.98`, `[0.98,NaN]`. */
function numbersOf(value: string | undefined): number[] | undefined {
  if (value === undefined || value === '') return undefined
  const isList = value.startsWith('[') && value.endsWith(']')
  const inner = isList ? value.slice(1, -1) : value
  const words = inner === '' ? [] : inner.split(',')
  if (!words.every(word => number.test(word))) return undefined
  return words.map(word => Number(word.replace('Inf', 'Infinity')))
}

/** What a test would say to be met by this value: as precisely as it is compared, and exactly where it was exact. */
export function expectationFor(value: string | undefined, before: ExpectedValue | undefined): ExpectedValue {
  if (value === undefined || value === '') return null
  const numbers = typeof before === 'string' ? undefined : numbersOf(value)
  if (numbers === undefined) return value
  const short = numbers.map(rounded)
  return short.length === 1 && !Array.isArray(before) ? (short[0] ?? 0) : short
}

/** Five digits: enough for the tolerance. */
const rounded = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(5)) : value)
