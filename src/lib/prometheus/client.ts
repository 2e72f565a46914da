import type { Context } from '../context/context.ts'
import { encodeBytes } from '../http/go-url.ts'
import type { Endpoint, EndpointAnswer } from './endpoint.ts'
import { PrometheusFailure } from './prometheus-failure.ts'
import type { MetricMetadata, Notes, QueryAnswer, SeriesLabels } from './query-result.ts'
import { readApiAnswer } from './read-api-answer.ts'
import { readQueryResult } from './read-result.ts'

export interface CallOptions {
  /** of the whole call, a second attempt by GET included */
  timeoutMs?: number
  signal?: AbortSignal
}

export interface RangeOptions extends CallOptions {
  /** ms since 1970 */
  startMs: number
  endMs: number
  stepMs: number
}

/** What series are meant, and when; without times the server decides. */
export interface SeriesOptions extends CallOptions {
  matches?: readonly string[]
  startMs?: number
  endMs?: number
  limit?: number
}

export interface ClientOptions {
  /** after which a POST is asked again as GET; client_golang adds 403 with v1.24 (Argo Rollouts 1.10) */
  getFallback?: readonly number[]
}

type Arguments = readonly (readonly [string, string | undefined])[]

/**
 * The HTTP API of Prometheus and of what speaks like it (Thanos, Mimir, Cortex, VictoriaMetrics). Calls reject with a
 * PrometheusFailure in client_golang's words, with a HttpFailure in net/http's, and with the signal's reason.
 */
export class PrometheusClient {
  readonly endpoint: Endpoint
  private readonly clock: Context['clock']
  private readonly getFallback: readonly number[]
  /** POST was refused once, and GET was not */
  private onlyGet = false

  constructor(
    endpoint: Endpoint,
    { clock }: Pick<Context, 'clock'>,
    { getFallback = [403, 405, 501] }: ClientOptions = {},
  ) {
    this.endpoint = endpoint
    this.clock = clock
    this.getFallback = getFallback
  }

  /** @param timeMs ms since 1970; without it the server's clock counts */
  async query(query: string, { timeMs, ...options }: CallOptions & { timeMs?: number } = {}): Promise<QueryAnswer> {
    const form: Arguments = [
      ['query', query],
      ['time', timeMs === undefined ? undefined : seconds(timeMs)],
    ]
    return this.ask('/api/v1/query', form, options, readQueryResult).then(({ value, ...notes }) => ({
      result: value,
      ...notes,
    }))
  }

  async queryRange(query: string, { startMs, endMs, stepMs, ...options }: RangeOptions): Promise<QueryAnswer> {
    const form: Arguments = [
      ['end', seconds(endMs)],
      ['query', query],
      ['start', seconds(startMs)],
      ['step', seconds(stepMs)],
    ]
    return this.ask('/api/v1/query_range', form, options, readQueryResult).then(({ value, ...notes }) => ({
      result: value,
      ...notes,
    }))
  }

  /** The series that match any of the selectors. */
  series(options: SeriesOptions & { matches: readonly string[] }): Promise<Notes & { value: SeriesLabels[] }> {
    return this.ask('/api/v1/series', seriesArguments(options), options, data => listOf<SeriesLabels>(data))
  }

  labelNames(options: SeriesOptions = {}): Promise<Notes & { value: string[] }> {
    return this.ask('/api/v1/labels', seriesArguments(options), options, data => listOf<string>(data))
  }

  /** @param label any UTF-8 name */
  labelValues(label: string, options: SeriesOptions = {}): Promise<Notes & { value: string[] }> {
    const path = `/api/v1/label/${encodeLabelName(label)}/values`
    return this.ask(path, seriesArguments(options), options, data => listOf<string>(data), 'GET')
  }

  /** Type, help and unit by metric name; several when targets disagree. */
  async metadata({
    metric,
    ...options
  }: CallOptions & { metric?: string } = {}): Promise<Readonly<Record<string, readonly MetricMetadata[]>>> {
    const read = (data: unknown) => (data ?? {}) as Record<string, MetricMetadata[]>
    return (await this.ask('/api/v1/metadata', [['metric', metric]], options, read, 'GET')).value
  }

  private async ask<T>(
    path: string,
    given: Arguments,
    { timeoutMs, signal }: CallOptions,
    read: (data: unknown) => T,
    method: 'GET' | 'POST' = 'POST',
  ): Promise<Notes & { value: T }> {
    const form = given
      .filter((pair): pair is readonly [string, string] => pair[1] !== undefined)
      .map(([name, value]) => `${formEscape(name)}=${formEscape(value)}`)
      .join('&')
    const startMs = this.clock.now()
    const leftMs = () => (timeoutMs === undefined ? undefined : timeoutMs - (this.clock.now() - startMs))
    const send = (by: 'GET' | 'POST') => this.endpoint.send({ method: by, path, form, timeoutMs: leftMs(), signal })
    let answer: EndpointAnswer
    if (method === 'GET' || this.onlyGet) answer = await send('GET')
    else {
      answer = await send('POST')
      if (this.getFallback.includes(answer.status)) {
        answer = await send('GET')
        this.onlyGet = answer.status < 400
      }
    }
    const { data, ...notes } = readApiAnswer(answer, this.endpoint.address)
    try {
      return { value: read(data), ...notes }
    } catch (error) {
      if (!(error instanceof PrometheusFailure)) throw error
      const { explainAnswer, explainResult } = await import('./explain-answer.ts')
      throw new PrometheusFailure(undefined, explainResult(explainAnswer(answer.body).data) ?? error.message)
    }
  }
}

function seriesArguments({ matches = [], startMs, endMs, limit }: SeriesOptions): Arguments {
  return [
    ['end', endMs === undefined ? undefined : seconds(endMs)],
    ['limit', limit === undefined ? undefined : String(limit)],
    ...matches.map(match => ['match[]', match] as const),
    ['start', startMs === undefined ? undefined : seconds(startMs)],
  ]
}

/** client_golang formatTime: the shortest decimal, never with an exponent. */
function seconds(ms: number): string {
  const text = String(ms / 1000)
  return text.includes('e') ? (ms / 1000).toFixed(9).replace(/\.?0+$/, '') : text
}

/** As Go's QueryEscape, but a space is %20, which a signature by AWS's rules needs. */
const formEscape = (text: string) =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[!'()*]/g, encodeBytes)

/** Names that are none of the old ones are escaped as Prometheus 3 wants it in a path (U__, `_` doubled). */
function encodeLabelName(name: string): string {
  if (/^[a-zA-Z_]\w*$/.test(name)) return name
  const escaped = [...name].map(letter => {
    if (letter === '_') return '__'
    return /\w/.test(letter) ? letter : `_${letter.codePointAt(0)?.toString(16)}_`
  })
  return `U__${escaped.join('')}`
}

const listOf = <T>(data: unknown): T[] => (Array.isArray(data) ? (data as T[]) : [])
