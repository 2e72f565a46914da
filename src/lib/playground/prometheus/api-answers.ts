import { formatFixed } from '../../promql/evaluate/number-text.ts'
import type { QueryResult } from '../../promql/value.ts'
import type { ApiAnswer } from '../server/api-request.ts'

/** What ends a request of the Prometheus API; the status follows from the kind. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly kind: 'bad_data' | 'execution'

  constructor(kind: 'bad_data' | 'execution', message: string) {
    super(message)
    this.kind = kind
  }
}

export const badData = (message: string): ApiProblem => new ApiProblem('bad_data', message)
export const badParameter = (name: string, why: string): ApiProblem => badData(`invalid parameter "${name}": ${why}`)

export interface Notes {
  warnings?: readonly string[]
  infos?: readonly string[]
}

export function success(data: unknown, { warnings = [], infos = [] }: Notes = {}): ApiAnswer {
  return json(200, {
    status: 'success',
    data,
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  })
}

export function failure({ kind, message }: ApiProblem): ApiAnswer {
  return json(kind === 'bad_data' ? 400 : 422, { status: 'error', errorType: kind, error: message })
}

export function plain(status: number, text: string, headers: Record<string, string> = {}): ApiAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: text }
}

export interface Presentation {
  /** series at most; 0: all */
  limit: number
  /** added to every time */
  shiftMs: number
}

/** `data` of an answer to a query. */
export function queryData(result: QueryResult, { limit, shiftMs }: Presentation): { data: object; isCut: boolean } {
  const seconds = (ms: number) => (ms + shiftMs) / 1000
  switch (result.type) {
    case 'scalar':
      return whole('scalar', [seconds(result.timeMs), formatFixed(result.value)])
    case 'string':
      return whole('string', [seconds(result.timeMs), result.value])
    case 'vector': {
      const time = seconds(result.timeMs)
      const rows = result.samples.map(({ labels, value }) => ({
        metric: labels.toObject(),
        value: [time, sampleText(value)],
      }))
      return cut('vector', rows, limit)
    }
    case 'matrix': {
      const rows = result.series.map(({ labels, points }) => ({
        metric: labels.toObject(),
        values: points.map(({ timeMs, value }) => [seconds(timeMs), sampleText(value)]),
      }))
      return cut('matrix', rows, limit)
    }
  }
}

/** As samples of series are written (util/jsonutil MarshalFloat): exponents below 1e-6 and from 1e21. */
function sampleText(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || size === 0 || (size >= 1e-6 && size < 1e21)) return formatFixed(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

const whole = (resultType: string, result: unknown) => ({ data: { resultType, result }, isCut: false })

function cut(resultType: string, rows: readonly object[], limit: number): { data: object; isCut: boolean } {
  const isCut = limit > 0 && rows.length > limit
  return { data: { resultType, result: isCut ? rows.slice(0, limit) : rows }, isCut }
}

const json = (status: number, body: object): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
