import { safeText } from '../values/safe-text.ts'
import type { EndpointAnswer } from './endpoint.ts'
import { explainAnswer } from './explain-answer.ts'
import { nothingToRead } from './jsoniter-text.ts'
import { PrometheusFailure, statusHints } from './prometheus-failure.ts'
import type { Notes } from './query-result.ts'

interface ApiAnswer {
  status?: unknown
  data?: unknown
  errorType?: unknown
  error?: unknown
  warnings?: unknown
  infos?: unknown
}

/**
 * The data of an API answer (client_golang api/prometheus/v1 apiClientImpl.Do). 400 and 422 carry Prometheus' own errors,
 * any other status but 2xx is somebody else's word.
 *
 * @throws PrometheusFailure
 */
export function readApiAnswer(answer: EndpointAnswer, address: string): Notes & { data: unknown } {
  const { status, body } = answer
  const isApiError = status === 400 || status === 422
  const elsewhere = answer.redirectedTo
    ? [
        `${safeText(address)} redirects to ${safeText(answer.redirectedTo)}; credentials do not go along to another host`,
      ]
    : []
  const fail = (type: string | undefined, message: string, hints: readonly string[] = []) =>
    new PrometheusFailure(type, message, { status, hints: [...elsewhere, ...hints] })
  if ((status < 200 || status > 299) && !isApiError) throw fail(...otherStatus(status), statusHints(status))
  if (status === 204) throw fail(undefined, nothingToRead)
  const parsed = parse(body)
  if (typeof parsed === 'string') throw fail('bad_response', parsed, [notPrometheus(body)])
  if (parsed.status === 'error') throw fail(String(parsed.errorType ?? ''), String(parsed.error ?? ''))
  if (isApiError && parsed.status === 'success') throw fail('bad_response', 'inconsistent body for response code')
  if (parsed.data === undefined || parsed.data === null) throw fail(undefined, nothingToRead, [notPrometheus(body)])
  return { data: parsed.data, warnings: texts(parsed.warnings), infos: texts(parsed.infos) }
}

/** The answer, or client_golang's complaint about it. */
function parse(body: string): ApiAnswer | string {
  let parsed: unknown
  let complaint: string | undefined
  try {
    parsed = JSON.parse(body)
  } catch (error) {
    complaint = error instanceof Error ? error.message : String(error)
  }
  if (complaint === undefined && isApiAnswer(parsed)) return parsed ?? {}
  return explainAnswer(body).problem ?? complaint ?? 'the answer is not what Prometheus answers'
}

function isApiAnswer(value: unknown): value is ApiAnswer | null {
  if (value === null) return true
  if (typeof value !== 'object' || Array.isArray(value)) return false
  const { status, errorType, error, warnings } = value as ApiAnswer
  const isTexts = (warnings ?? null) === null || (Array.isArray(warnings) && warnings.every(isTextOrNull))
  return isTexts && [status, errorType, error].every(isTextOrNull)
}

const isTextOrNull = (value: unknown) => typeof value === 'string' || (value ?? null) === null

function otherStatus(status: number): [string, string] {
  const hundreds = Math.floor(status / 100)
  if (hundreds === 4) return ['client_error', `client error: ${status}`]
  if (hundreds === 5) return ['server_error', `server error: ${status}`]
  return ['bad_response', `bad response code ${status}`]
}

function notPrometheus(body: string): string {
  if (/^\s*</.test(body)) return 'a web page came instead of JSON: a login page, or another program at this address'
  if (body.trim() === '') return 'an empty answer came: check the address, it may need a path such as /prometheus'
  return 'this is no answer of Prometheus: check the address, or whether something cuts answers off'
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
