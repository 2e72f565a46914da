import { toValue } from '../../expr/environment.ts'
import type { PrometheusConnector } from '../../prometheus/connector.ts'
import type { QueryAnswer, QueryResult } from '../../prometheus/query-result.ts'
import { unexpectedType } from '../../prometheus/read-result.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { Failure } from '../../values/failure.ts'
import type { ControllerVersion } from '../analysis.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import { measured } from './measurement-error.ts'
import { plainFloat } from './number-text.ts'
import { headersOf, prometheusCredentials, prometheusMetric, prometheusMetricProblem } from './prometheus-metric.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { queryRange } from './range-query.ts'

export interface PrometheusProviderOptions {
  version: ControllerVersion
  connector: PrometheusConnector
  /** told what may be done about a failure, which its message does not say */
  onHints?: (hints: readonly string[], metric: AnalysisMetric) => void
}

const defaultTimeoutSeconds = 30

/**
 * Measures `prometheus` metrics as argo-rollouts metricproviders/prometheus does: a scalar is a float64, a vector or
 * matrix a []float64 of its values in the order of the answer. The time of the query is the time of the request, so that
 * a run on history asks the past.
 */
export function prometheusProvider({ version, connector, onHints }: PrometheusProviderOptions): Provider {
  return {
    problem: metric => {
      const spec = prometheusMetric(metric)
      return connector.problem(spec.address) ?? prometheusMetricProblem(spec, version)
    },
    metadata: metric => {
      const { query } = prometheusMetric(metric)
      return query ? { ResolvedPrometheusQuery: query } : undefined
    },
    measure: request =>
      measured(request.signal, async () => {
        const { metric, nowMs } = request
        try {
          return judgeAnswer(await ask(request, connector, version), metric, version, nowMs)
        } catch (error) {
          if (error instanceof Failure && error.hints.length > 0) onHints?.(error.hints, metric)
          throw error
        }
      }),
  }
}

async function ask(
  { metric, nowMs, signal }: MeasurementRequest,
  connector: PrometheusConnector,
  version: ControllerVersion,
): Promise<QueryAnswer> {
  const spec = prometheusMetric(metric)
  const { address, query = '', rangeQuery, insecure, timeout = defaultTimeoutSeconds } = spec
  const range = rangeQuery && queryRange(rangeQuery, version, nowMs)
  const credentials = prometheusCredentials(spec, connector.choose(address)?.text ?? '', version)
  const client = connector.client(address, {
    headers: headersOf(spec.headers),
    ...(insecure ? { insecure } : {}),
    ...(credentials ? { credentials } : {}),
    // client_golang v1.22 and v1.24
    getFallback: version === '1.9' ? [405, 501] : [403, 405, 501],
  })
  const limits = { timeoutMs: timeout * 1000, signal }
  return range ? client.queryRange(query, { ...range, ...limits }) : client.query(query, { timeMs: nowMs, ...limits })
}

function judgeAnswer(
  { result, warnings }: QueryAnswer,
  metric: AnalysisMetric,
  version: ControllerVersion,
  nowMs: number,
): Measured {
  const values = valuesOf(result)
  const text = typeof values === 'number' ? plainFloat(values) : `[${Array.from(values, plainFloat).join(',')}]`
  const verdict = judge(toValue(values), text, metric, version, nowMs)
  if (verdict.phase === 'Error' || warnings.length === 0) return verdict
  return { ...verdict, metadata: { warnings: warnings.map(warning => `"${warning}"`).join(', ') } }
}

/** prometheus.go processResponse; native histograms are 0 in a vector and nothing in a matrix. */
function valuesOf(result: QueryResult): number | Float64Array {
  switch (result.type) {
    case 'scalar':
      return result.value
    case 'vector':
      return Float64Array.from(result.samples, sample => sample.value)
    case 'matrix':
      return Float64Array.from(result.series.flatMap(series => series.samples.map(sample => sample.value)))
    case 'string':
      throw unexpectedType('string', { resultType: 'string', result: [result.timeMs / 1000, result.value] })
  }
}
