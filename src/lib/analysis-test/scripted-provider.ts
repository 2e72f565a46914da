import type { ControllerVersion } from '../analysis/analysis.ts'
import { judge } from '../analysis/judge.ts'
import { fixedFloat, plainFloat } from '../analysis/providers/number-text.ts'
import { readWebAnswer, webProblem, webRequestProblem } from '../analysis/providers/web-answer.ts'
import type { Measured } from '../analysis/record-measurement.ts'
import { toValue } from '../expr/environment.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import { goJson } from '../values/go-json.ts'
import type { Response } from './analysis-test.ts'
import type { Answerer } from './answerer.ts'
import { judgeNumbers } from './embedded-prometheus.ts'

/** Their results are float64 or []float64, written like this; everyone else's are what JSON decodes to. */
const numeric: Readonly<Record<string, (value: number) => string>> = {
  prometheus: plainFloat,
  datadog: plainFloat,
  graphite: value => fixedFloat(value, 6),
  wavefront: value => fixedFloat(value, 2),
}
/** They judge by themselves, whatever the conditions say. */
export const selfJudging: ReadonlySet<string> = new Set(['job', 'kayenta'])

export const providerTypeOf = (metric: AnalysisMetric): string =>
  Object.keys(metric.provider ?? {}).find(key => metric.provider?.[key] != null) ?? ''

/**
 * Answers each measurement of a metric with the next response, the last one again and again.
 *
 * @param responses by metric; every metric that comes here has at least one
 */
export function scriptedProvider(
  type: string,
  responses: Readonly<Record<string, readonly Response[]>>,
  version: ControllerVersion,
): Answerer {
  const asked = new Map<string, number>()
  return {
    problem: metric => (type === 'web' ? webProblem(metric) : undefined),
    answer({ metric: { name }, nowMs }) {
      const answers = responses[name] ?? []
      const index = asked.get(name) ?? 0
      asked.set(name, index + 1)
      const response = answers[Math.min(index, answers.length - 1)]
      return metric => answered(response, metric, version, nowMs)
    },
  }
}

/** What a response makes of a measurement. */
function answered(
  response: Response | undefined,
  metric: AnalysisMetric,
  version: ControllerVersion,
  nowMs: number,
): Measured {
  const type = providerTypeOf(metric)
  const problem = type === 'web' ? webRequestProblem(metric) : undefined
  if (problem !== undefined) return { phase: 'Error', message: problem }
  if (response === undefined) return { phase: 'Error', message: 'the test has no response for this metric' }
  const { error, phase, message, body, status = 200 } = response
  if (error !== undefined) return { phase: 'Error', message: error }
  if (phase !== undefined) {
    const value = response.value === undefined ? '' : textOf(response.value)
    return { phase, ...(value === '' ? {} : { value }), ...(message === undefined ? {} : { message }) }
  }
  if (!('value' in response)) return readWebAnswer(metric, { status, body: bodyText(body) }, version, nowMs)
  const { value } = response
  if (type === 'kayenta' && typeof value === 'number') return scored(value, metric)
  const numberText = numeric[type]
  if (numberText && isNumeric(value)) return judgeNumbers(value, metric, version, nowMs, numberText)
  return judge(toValue(value), type === 'web' ? goJson(value) : textOf(value), metric, version, nowMs)
}

const isNumeric = (value: unknown): value is number | number[] =>
  typeof value === 'number' || (Array.isArray(value) && value.every(each => typeof each === 'number'))

const textOf = (value: unknown) => (typeof value === 'number' ? plainFloat(value) : goJson(value))

function bodyText(body: unknown): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** A score against the thresholds (argo-rollouts metricproviders/kayenta/kayenta.go). */
function scored(score: number, metric: AnalysisMetric): Measured {
  const { threshold } = (metric.provider?.kayenta ?? {}) as { threshold?: { pass?: number; marginal?: number } }
  const value = plainFloat(score)
  if (score >= (threshold?.pass ?? 0)) return { phase: 'Successful', value }
  return { phase: score >= (threshold?.marginal ?? 0) ? 'Inconclusive' : 'Failed', value }
}
