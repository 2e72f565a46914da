import type { ControllerVersion } from '../analysis/analysis.ts'
import { judge } from '../analysis/judge.ts'
import { messageOf } from '../analysis/providers/measurement-error.ts'
import { plainFloat } from '../analysis/providers/number-text.ts'
import { prometheusMetric, prometheusMetricProblem } from '../analysis/providers/prometheus-metric.ts'
import { queryRange } from '../analysis/providers/range-query.ts'
import type { Measured } from '../analysis/record-measurement.ts'
import { toValue } from '../expr/environment.ts'
import type { PromqlError } from '../promql/problem.ts'
import { evaluateInstant, evaluateRange } from '../promql/promql.ts'
import type { Storage } from '../promql/storage/memory-storage.ts'
import type { QueryResult } from '../promql/value.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { Answerer, Verdict } from './answerer.ts'
import type { PromqlReader } from './input-series.ts'

export interface EmbeddedPrometheus {
  reader: PromqlReader
  storage: Storage
  /** the step of a subquery that names none */
  stepMs: number
  version: ControllerVersion
}

/**
 * The provider `prometheus` on series in memory: the server's answers and the controller's use of them (argo-rollouts
 * metricproviders/prometheus/prometheus.go), with no address and no server between.
 */
export function embeddedPrometheus(options: EmbeddedPrometheus): Answerer {
  const { version } = options
  return {
    problem: metric => prometheusMetricProblem(prometheusMetric(metric), version),
    metadata: metric => ({ ResolvedPrometheusQuery: prometheusMetric(metric).query ?? '' }),
    answer: ({ metric, nowMs }) => {
      try {
        const answer = answerTo(metric, nowMs, options)
        if ('kind' in answer) return failed(wordsOf(answer))
        if (answer.type === 'string') return failed('unexpected value type "string"')
        const values = valuesOf(answer)
        return asked => judgeNumbers(values, asked, version, nowMs)
      } catch (error) {
        return failed(messageOf(error))
      }
    },
  }
}

/** Like every answer, judged as often as asked. */
const failed = (message: string): Verdict => {
  const measured: Measured = { phase: 'Error', message }
  return () => measured
}

/** @throws MeasurementError for a range that is none */
function answerTo(metric: AnalysisMetric, nowMs: number, options: EmbeddedPrometheus): QueryResult | PromqlError {
  const { reader, storage, stepMs: defaultStepMs, version } = options
  const { query: text = '', rangeQuery } = prometheusMetric(metric)
  const query = reader.query(text)
  const range = rangeQuery && queryRange(rangeQuery, version, nowMs)
  if (query.kind === 'promql-error') return { ...query, message: `invalid parameter "query": ${query.message}` }
  if (range) return evaluateRange(query, storage, range, { defaultStepMs })
  return evaluateInstant(query, storage, nowMs, { defaultStepMs })
}

/** As client_golang words what the API answers. */
const wordsOf = ({ stage, message }: PromqlError) => `${stage === 'parse' ? 'bad_data' : 'execution'}: ${message}`

/** Labels are dropped, and a matrix is one list. */
function valuesOf(answer: Exclude<QueryResult, { type: 'string' }>): number | number[] {
  switch (answer.type) {
    case 'scalar':
      return answer.value
    case 'vector':
      return answer.samples.map(({ value }) => value)
    case 'matrix':
      return answer.series.flatMap(({ points }) => points.map(({ value }) => value))
  }
}

/**
 * The verdict on a float64 or a []float64.
 *
 * @param numberText how the provider writes a number
 */
export function judgeNumbers(
  values: number | readonly number[],
  metric: AnalysisMetric,
  version: ControllerVersion,
  nowMs: number,
  numberText: (value: number) => string = plainFloat,
): Measured {
  const isOne = typeof values === 'number'
  const text = isOne ? numberText(values) : `[${values.map(numberText).join(',')}]`
  return judge(toValue(isOne ? values : Float64Array.from(values)), text, metric, version, nowMs)
}
