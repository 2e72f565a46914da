import { toValue } from '../../expr/environment.ts'
import { decodeJson } from '../../expr/go/json-decode.ts'
import { toValidText } from '../../expr/go/strings.ts'
import { Problem } from '../../expr/problem.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { Failure } from '../../values/failure.ts'
import { goJson } from '../../values/go-json.ts'
import { findJsonPath } from '../../values/jsonpath/find-jsonpath.ts'
import { plainValue } from '../../values/jsonpath/go-values.ts'
import type { JsonPath } from '../../values/jsonpath/jsonpath.ts'
import { parseJsonPath } from '../../values/jsonpath/parse-jsonpath.ts'
import type { ControllerVersion } from '../analysis.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'

/** A `web` metric as we read it (argo-rollouts analysis_types.go WebMetric). */
export interface WebMetric {
  method?: string
  url?: string
  headers?: { key: string; value: string }[]
  body?: string
  jsonBody?: unknown
  timeoutSeconds?: number
  jsonPath?: string
  insecure?: boolean
  authentication?: { oauth2?: { tokenUrl?: string; clientId?: string; clientSecret?: string; scopes?: string[] } }
}

export interface WebAnswer {
  status: number
  body: string
}

export const webMetric = (metric: AnalysisMetric): WebMetric => (metric.provider?.web ?? {}) as WebMetric

/** Why the provider cannot be built, in the controller's words (argo-rollouts webmetric.go). */
export function webProblem(metric: AnalysisMetric): string | undefined {
  const { tokenUrl, clientId, clientSecret } = webMetric(metric).authentication?.oauth2 ?? {}
  if (tokenUrl && !(clientId && clientSecret)) return 'missing mandatory parameter in metric for OAuth2 setup'
  const path = jsonPathOf(metric)
  return typeof path === 'string' ? path : undefined
}

/** Why no request is sent, although the provider can be built. */
export function webRequestProblem(metric: AnalysisMetric): string | undefined {
  const { method, body, jsonBody } = webMetric(metric)
  const hasJson = jsonBody !== undefined && jsonBody !== null
  if (body && hasJson) return 'use either Body or JSONBody; both cannot exists for WebMetric payload'
  if ((body || hasJson) && (method || 'GET') === 'GET')
    return 'Body/JSONBody can only be used with POST or PUT WebMetric Method types'
  return undefined
}

/**
 * What the answer of a web server says about a metric (argo-rollouts webmetric.go parseResponse). Up to 1.9 a body that
 * is no JSON is Successful whatever the conditions say; JSON `null`, on which that controller crashes, is an error.
 *
 * @param nowMs the clock of `now()`
 */
export function readWebAnswer(
  metric: AnalysisMetric,
  { status, body }: WebAnswer,
  version: ControllerVersion,
  nowMs: number,
): Measured {
  if (status < 200 || status >= 300) return error(`received non 2xx response code: ${status}`)
  const path = jsonPathOf(metric)
  if (typeof path === 'string') return error(path)
  if (!isGoJson(body))
    return version === '1.9' ? { phase: 'Successful', value: body } : judge(toValue(body), body, metric, version, nowMs)
  const found = firstMatch(
    path,
    JSON.parse(body, (_key, each) => (typeof each === 'string' ? toValidText(each) : each)),
  )
  if ('problem' in found) return error(found.problem)
  return judge(toValue(found.value), valueText(found.value), metric, version, nowMs)
}

const error = (message: string): Measured => ({ phase: 'Error', message })

const valueText = (value: unknown) => (Object.is(value, -0) ? '-0' : goJson(value))

/** Numbers beyond float64 and stray text after the value are no JSON to Go. */
function isGoJson(body: string): boolean {
  try {
    decodeJson(body)
    return true
  } catch (problem) {
    if (problem instanceof Problem) return false
    throw problem
  }
}

function firstMatch(path: JsonPath, data: unknown): { value: unknown } | { problem: string } {
  try {
    const results = findJsonPath(path, data).flat()
    if (results.length === 0) return { problem: 'result of web metric produced no value' }
    if (results[0] === undefined || (results[0] === null && data === null))
      return { problem: 'the answer is JSON null, which has no value' }
    return { value: plainValue(results[0]) }
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return {
      problem: `Could not find JSONPath in body: ${causeOf(failure, `error executing jsonpath ${path.template}: `)}`,
    }
  }
}

/** The parsed path, or client-go's complaint about it. */
function jsonPathOf(metric: AnalysisMetric): JsonPath | string {
  const template = webMetric(metric).jsonPath || '{$}'
  try {
    return parseJsonPath(template)
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure
    return causeOf(failure, `error parsing jsonpath ${template}, `).replace(/ \(column \d+\)$/, '')
  }
}

const causeOf = ({ message }: Failure, prefix: string) =>
  message.startsWith(prefix) ? message.slice(prefix.length) : message
