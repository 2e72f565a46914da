import type { Clock } from '../../context/context.ts'
import type { Timeline } from '../clock.ts'
import type { ApiAnswer } from '../server/api-request.ts'
import {
  ApiProblem,
  badData,
  badParameter,
  failure,
  type Notes,
  type Presentation,
  plain,
  queryData,
  success,
} from './api-answers.ts'
import { checkTimeout, durationOf, limitOf, lookbackOf, timeOf, timeOr } from './api-parameters.ts'
import { metricMetadata } from './metadata.ts'
import type { SampleStore } from './sample-store.ts'

export interface PrometheusRequest {
  method: string
  /** path of the API without its query, `/api/v1/query` */
  path: string
  query: URLSearchParams
  /** of a POST, form-encoded */
  body: string
}

interface Endpoint {
  methods: readonly string[]
  answer(parameters: URLSearchParams, path: string): Promise<ApiAnswer> | ApiAnswer
}

const reading = ['GET', 'OPTIONS']
const querying = ['GET', 'OPTIONS', 'POST']
const page = ['GET', 'HEAD', 'OPTIONS']
const maxPoints = 11_000
const cutWarning = 'results truncated due to limit'

/**
 * The HTTP API of a Prometheus on the embedded engine, in the words of Prometheus 3 (web/api/v1/api.go). The engine is
 * loaded with the first query.
 */
export class PrometheusApi {
  readonly #samples: SampleStore
  readonly #timeline: Timeline
  readonly #askersClock: Pick<Clock, 'now'>
  readonly #endpoints: Record<string, Endpoint>

  /** @param askersClock by which requests name times, where that is not the cluster's: its now is the cluster's now */
  constructor(samples: SampleStore, timeline: Timeline, askersClock: Pick<Clock, 'now'> = timeline) {
    this.#samples = samples
    this.#timeline = timeline
    this.#askersClock = askersClock
    this.#endpoints = {
      '/api/v1/query': { methods: querying, answer: parameters => this.#query(parameters) },
      '/api/v1/query_range': { methods: querying, answer: parameters => this.#queryRange(parameters) },
      '/api/v1/series': { methods: querying, answer: parameters => this.#series(parameters) },
      '/api/v1/labels': { methods: querying, answer: parameters => this.#labels(parameters) },
      '/api/v1/metadata': { methods: reading, answer: metadata },
      '/api/v1/status/buildinfo': { methods: reading, answer: () => success(buildInfo) },
      '/api/v1/rules': { methods: reading, answer: () => success({ groups: [] }) },
      '/api/v1/alerts': { methods: reading, answer: () => success({ alerts: [] }) },
      '/-/healthy': { methods: page, answer: () => plain(200, 'Prometheus Server is Healthy.\n') },
      '/-/ready': { methods: page, answer: () => plain(200, 'Prometheus Server is Ready.\n') },
    }
  }

  /** Never rejects for what a request says: that is answered as an error. */
  async handle(request: PrometheusRequest): Promise<ApiAnswer> {
    const isValues = /^\/api\/v1\/label\/[^/]+\/values$/.test(request.path)
    const endpoint: Endpoint | undefined = isValues
      ? { methods: reading, answer: (parameters, path) => this.#labelValues(parameters, path) }
      : this.#endpoints[request.path]
    if (!endpoint) return plain(404, '404 page not found\n')
    const { methods } = endpoint
    if (!methods.includes(request.method)) return plain(405, 'Method Not Allowed\n', { allow: methods.join(', ') })
    if (request.method === 'OPTIONS') return { status: 204 }
    try {
      return await endpoint.answer(parametersOf(request), request.path)
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error
      return failure(error)
    }
  }

  async #query(parameters: URLSearchParams): Promise<ApiAnswer> {
    const limit = limitOf(parameters)
    const aheadMs = this.#aheadMs()
    const timeMs = timeOr(parameters, 'time', this.#askersClock.now()) + aheadMs
    checkTimeout(parameters)
    const lookbackMs = lookbackOf(parameters)
    const { evaluateInstant } = await import('../../promql/promql.ts')
    const query = await parsed(parameters)
    const result = evaluateInstant(query, this.#samples, timeMs, lookbackMs ? { lookbackMs } : {})
    return answered(result, { limit, shiftMs: -aheadMs })
  }

  async #queryRange(parameters: URLSearchParams): Promise<ApiAnswer> {
    const limit = limitOf(parameters)
    const startMs = timeOf(parameters, 'start')
    const endMs = timeOf(parameters, 'end')
    if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time')
    const stepMs = durationOf(parameters, 'step')
    if (stepMs <= 0)
      throw badParameter(
        'step',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      )
    if ((endMs - startMs) / stepMs > maxPoints)
      throw badData(
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      )
    checkTimeout(parameters)
    const lookbackMs = lookbackOf(parameters)
    const { evaluateRange } = await import('../../promql/promql.ts')
    const query = await parsed(parameters)
    const aheadMs = this.#aheadMs()
    const range = { startMs: startMs + aheadMs, endMs: endMs + aheadMs, stepMs }
    const result = evaluateRange(query, this.#samples, range, lookbackMs ? { lookbackMs } : {})
    return answered(result, { limit, shiftMs: -aheadMs })
  }

  async #series(parameters: URLSearchParams): Promise<ApiAnswer> {
    const limit = limitOf(parameters)
    const times = this.#times(parameters)
    if (!parameters.has('match[]')) throw badData('no match[] parameter provided')
    const found = await this.#select(parameters, times)
    return listAnswer(
      found.map(each => each.labels.toObject()),
      limit,
    )
  }

  async #labels(parameters: URLSearchParams): Promise<ApiAnswer> {
    const limit = limitOf(parameters)
    const found = await this.#select(parameters, this.#times(parameters))
    const names = new Set(found.flatMap(({ labels }) => labels.pairs.map(([name]) => name)))
    return listAnswer([...names].sort(), limit)
  }

  async #labelValues(parameters: URLSearchParams, path: string): Promise<ApiAnswer> {
    const name = decodeURIComponent(path.split('/')[4] ?? '')
    const limit = limitOf(parameters)
    const found = await this.#select(parameters, this.#times(parameters))
    const values = new Set(found.map(({ labels }) => labels.get(name)).filter(value => value !== ''))
    return listAnswer([...values].sort(), limit)
  }

  #times(parameters: URLSearchParams): { startMs: number; endMs: number } {
    const aheadMs = this.#aheadMs()
    return {
      startMs: timeOr(parameters, 'start', Number.NEGATIVE_INFINITY) + aheadMs,
      endMs: timeOr(parameters, 'end', Number.POSITIVE_INFINITY) + aheadMs,
    }
  }

  #aheadMs(): number {
    return this.#timeline.now() - this.#askersClock.now()
  }

  async #select(parameters: URLSearchParams, { startMs, endMs }: { startMs: number; endMs: number }) {
    const { selectSeries } = await import('./series-selection.ts')
    return selectSeries(this.#samples, parameters.getAll('match[]'), startMs, endMs)
  }
}

const buildInfo = {
  version: '3.16.0-playground',
  revision: '',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
}

function parametersOf({ query, body, method }: PrometheusRequest): URLSearchParams {
  // what the form says comes before what the address says (net/http ParseForm)
  return method === 'POST' ? new URLSearchParams([...new URLSearchParams(body), ...query]) : query
}

async function parsed(parameters: URLSearchParams) {
  const { parsePromql } = await import('../../promql/promql.ts')
  const query = parsePromql(parameters.get('query') ?? '')
  if (query.kind === 'promql-error') throw badParameter('query', query.message)
  return query
}

type Evaluated = ReturnType<typeof import('../../promql/promql.ts')['evaluateInstant']>

function answered(result: Evaluated, presentation: Presentation): ApiAnswer {
  if ('kind' in result) {
    if (result.stage === 'parse') throw badParameter('query', result.message)
    throw new ApiProblem('execution', result.message)
  }
  const { data, isCut } = queryData(result, presentation)
  const { warnings = [], infos = [] } = result as Notes
  return success(data, { warnings: isCut ? [...warnings, cutWarning] : warnings, infos })
}

function listAnswer(items: readonly unknown[], limit: number): ApiAnswer {
  const isCut = limit > 0 && items.length > limit
  return success(isCut ? items.slice(0, limit) : items, isCut ? { warnings: [cutWarning] } : {})
}

function metadata(parameters: URLSearchParams): ApiAnswer {
  const text = parameters.get('limit') ?? ''
  if (text !== '' && !/^[+-]?\d+$/.test(text)) throw badData('limit must be a number')
  const limit = text === '' || Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text)
  const wanted = parameters.get('metric') ?? ''
  const entries = Object.entries(metricMetadata)
    .filter(([name]) => wanted === '' || name === wanted)
    .slice(0, limit)
  return success(Object.fromEntries(entries.map(([name, about]) => [name, [about]])))
}
