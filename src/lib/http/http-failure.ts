import { goQuote } from '../expr/go/quote.ts'
import { Failure, type FailureDetails } from '../values/failure.ts'

/** How far an exchange had come: before the answer's head, or within its body. Go words the two differently. */
export type HttpStage = 'request' | 'body'

/**
 * Why there is no answer from an HTTP server. The message is that of Go's net/http, since the controller reports those:
 * `Post "http://prometheus:9090/api/v1/query": context deadline exceeded`, or the bare cause within a body.
 */
export class HttpFailure extends Failure {
  readonly stage: HttpStage
  /** the message without the request's method and address */
  readonly causeText: string
  /** the time limit of the request passed */
  readonly isTimeout: boolean
  /** of the answer whose body broke off */
  readonly status: number | undefined

  constructor(
    subject: string | undefined,
    causeText: string,
    details: FailureDetails & { stage?: HttpStage; isTimeout?: boolean; status?: number } = {},
  ) {
    super('error', subject === undefined ? causeText : `${subject}: ${causeText}`, details)
    this.stage = details.stage ?? 'request'
    this.causeText = causeText
    this.isTimeout = details.isTimeout ?? false
    this.status = details.status
  }
}

/** How net/url's Error begins: `Post "http://host/path"`. */
export const requestSubject = (method: string, url: string): string =>
  `${method.slice(0, 1).toUpperCase()}${method.slice(1).toLowerCase()} ${goQuote(url)}`

/** Reason and hints by what net/http says. */
export function hintsFor(causeText: string): Pick<FailureDetails, 'reason' | 'hints'> {
  const known = meanings.find(({ pattern }) => pattern.test(causeText))
  return known ? { reason: known.reason, hints: known.hints } : { reason: 'ConnectionFailed' }
}

const meanings: { pattern: RegExp; reason: string; hints: string[] }[] = [
  {
    pattern: /connection refused$/,
    reason: 'ConnectionRefused',
    hints: ['nothing listens there: check host and port of the address'],
  },
  {
    pattern: /no such host$/,
    reason: 'UnknownHost',
    hints: ['the name does not resolve from here; a name inside a cluster or a company often needs its network'],
  },
  {
    pattern: /deadline exceeded|i\/o timeout|handshake timeout/,
    reason: 'Timeout',
    hints: ['the server is slow or a firewall swallows the request; the metric’s timeout can be raised'],
  },
  {
    pattern: /signed by unknown authority$/,
    reason: 'UnknownAuthority',
    hints: [
      'NODE_EXTRA_CA_CERTS=FILE adds a certificate authority; for a Prometheus, caFile in your configuration names one',
    ],
  },
  { pattern: /has expired or is not yet valid/, reason: 'CertificateExpired', hints: ['check your own clock too'] },
  { pattern: /x509: /, reason: 'CertificateHostname', hints: ['the address has to use a name of the certificate'] },
  {
    pattern: /HTTP response to HTTPS client$/,
    reason: 'NotTls',
    hints: ['the address may have to begin with http://'],
  },
  { pattern: /malformed/, reason: 'NotHttp', hints: ['check scheme and port of the address'] },
  { pattern: /EOF$|reset by peer$|broken pipe$/, reason: 'ConnectionLost', hints: [] },
]
