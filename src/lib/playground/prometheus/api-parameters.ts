import { goQuote } from '../../promql/labels/quote.ts'
import { badData, badParameter } from './api-answers.ts'

const units: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}
const goFloat = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const modelDuration = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const order = ['y', 'w', 'd', 'h', 'm', 's', 'ms']

/** Seconds since 1970, or RFC 3339; ms, undefined for what is neither (web/api/v1 parseTime). */
export function readTime(text: string): number | undefined {
  if (goFloat.test(text)) return Math.round(Number(text) * 1000)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** Seconds, or Prometheus' duration; ms, undefined for what is neither (parseDuration). */
export function readDuration(text: string): number | undefined {
  if (goFloat.test(text)) return Number(text) * 1000
  const match = text === '' ? null : modelDuration.exec(text)
  if (text === '0') return 0
  if (!match) return undefined
  return order.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * (units[unit] ?? 0), 0)
}

const notATime = (text: string) => `cannot parse ${goQuote(text)} to a valid timestamp`

/** A time that has to be given. */
export function timeOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? ''
  const ms = readTime(text)
  if (ms === undefined) throw badParameter(name, notATime(text))
  return ms
}

/** A time that may be left out. */
export function timeOr(parameters: URLSearchParams, name: string, otherwiseMs: number): number {
  const text = parameters.get(name) ?? ''
  if (text === '') return otherwiseMs
  const ms = readTime(text)
  if (ms === undefined) throw badParameter(name, `invalid time value for '${name}': ${notATime(text)}`)
  return ms
}

export function durationOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? ''
  const ms = readDuration(text)
  if (ms === undefined) throw badParameter(name, notADuration(text))
  return ms
}

export const notADuration = (text: string): string => `cannot parse ${goQuote(text)} to a valid duration`

/** 0: no limit. */
export function limitOf(parameters: URLSearchParams): number {
  const text = parameters.get('limit') ?? ''
  if (text === '') return 0
  if (!/^[+-]?\d+$/.test(text)) throw badParameter('limit', `strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`)
  if (Number(text) < 0) throw badParameter('limit', 'limit must be non-negative')
  return Number(text)
}

/** Checked and otherwise without effect: nothing here takes that long. */
export function checkTimeout(parameters: URLSearchParams): void {
  const text = parameters.get('timeout') ?? ''
  if (text !== '' && readDuration(text) === undefined) throw badParameter('timeout', notADuration(text))
}

export function lookbackOf(parameters: URLSearchParams): number | undefined {
  const text = parameters.get('lookback_delta') ?? ''
  if (text === '') return undefined
  const ms = readDuration(text)
  if (ms === undefined) throw badData(`error parsing lookback delta duration: ${notADuration(text)}`)
  return ms
}
