import { Failure } from '../values/failure.ts'

/**
 * The server, or something in its place, refused. The message is client_golang's: `bad_data: invalid parameter "query":
 * ...`, `client_error: client error: 401`, `bad_response: ...`.
 */
export class PrometheusFailure extends Failure {
  /** `bad_data`, `execution`, `timeout`, `client_error`, `server_error`, `bad_response`, ...; undefined when it is ours to say */
  readonly errorType: string | undefined
  readonly status: number | undefined

  constructor(
    errorType: string | undefined,
    message: string,
    details: { status?: number; hints?: readonly string[] } = {},
  ) {
    super('error', errorType === undefined ? message : `${errorType}: ${message}`, {
      reason: 'PrometheusError',
      hints: details.hints ?? [],
    })
    this.errorType = errorType
    this.status = details.status
  }
}

/** What may be done about a status that is no answer of Prometheus. */
export function statusHints(status: number): string[] {
  switch (status) {
    case 401:
      return [
        'it wants credentials: name tokenFile, or username and passwordFile, for this address in your configuration',
      ]
    case 403:
      return ['the credentials do not permit this, or the tenant is missing (tenant in your configuration)']
    case 404:
      return [
        'nothing is served there: a Prometheus behind a path needs it in its address, such as https://host/prometheus',
      ]
    case 429:
      return ['it is asked too often: ask less, or later']
    case 502:
    case 503:
    case 504:
      return ['what stands in front of Prometheus does not reach it, or it is starting or overloaded']
    default:
      return []
  }
}
