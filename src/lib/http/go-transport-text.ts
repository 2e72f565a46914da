import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { goQuote } from '../expr/go/quote.ts'
import { Failure } from '../values/failure.ts'

/** What is known of a connection that failed. */
export interface ConnectionFacts {
  host: string
  port: number
  /** requests are handed to a proxy as a whole */
  viaProxy?: boolean
  /** `10.0.0.1:40000` */
  localAddress?: string
  remoteAddress?: string
  /** seen in the handshake */
  certificate?: PeerCertificate
  /** the first name server, which Go names */
  nameServer?: string
  nowMs: number
}

/** Something on the way took longer than it may. */
export class TimeLimit extends Error {
  readonly what: 'call' | 'connect' | 'handshake'
  constructor(what: TimeLimit['what']) {
    super(`time limit: ${what}`)
    this.what = what
  }
}

interface NodeError extends Error {
  code?: string
  syscall?: string
  address?: string
  port?: number
  rawPacket?: Buffer
  errors?: NodeError[]
}

/** The errno texts of Go's syscall package. */
const errnoTexts: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EPIPE: 'broken pipe',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENETDOWN: 'network is down',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNABORTED: 'software caused connection abort',
}

/** What Go's net/http says of an error that Node met before the answer's head had come (net, crypto/tls, crypto/x509). */
export function requestErrorText(error: unknown, facts: ConnectionFacts): string {
  if (error instanceof TimeLimit) {
    if (error.what === 'call') return 'context deadline exceeded'
    return error.what === 'handshake' ? 'net/http: TLS handshake timeout' : `${dial(facts)}: i/o timeout`
  }
  if (error instanceof Failure) return proxyText(error, facts)
  const met = error as NodeError
  const first = met.errors?.[0] ?? met
  const { code = '' } = met
  const proxy = facts.viaProxy ? 'proxyconnect tcp: ' : ''
  if (first.syscall === 'getaddrinfo') return proxy + lookupText(first, facts)
  if (first.syscall === 'connect')
    return `${proxy}dial tcp ${address(first.address ?? facts.host, first.port ?? facts.port)}: connect: ${errnoText(first)}`
  const trust = trustText(code, met, facts)
  if (trust !== undefined) return trust
  if (code.startsWith('HPE_')) return `net/http: HTTP/1.x transport connection broken: ${malformedText(met)}`
  return streamErrorText(met, facts)
}

/** The same within the answer's body. */
export function bodyErrorText(error: unknown, facts: ConnectionFacts): string {
  if (error instanceof TimeLimit) return 'context deadline exceeded'
  const met = error as NodeError
  const { code = '' } = met
  if (code === 'Z_BUF_ERROR') return 'unexpected EOF'
  if (code.startsWith('Z_')) return /header/.test(met.message) ? 'gzip: invalid header' : 'gzip: invalid checksum'
  if (code.startsWith('HPE_')) return 'invalid byte in chunk length'
  const text = streamErrorText(met, facts)
  return text === 'EOF' ? 'unexpected EOF' : text
}

function streamErrorText(error: NodeError, { localAddress, remoteAddress }: ConnectionFacts): string {
  const { code = '', syscall } = error
  if ((syscall === 'read' || syscall === 'write') && errnoTexts[code])
    return `${syscall} tcp ${localAddress}->${remoteAddress}: ${syscall}: ${errnoText(error)}`
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return 'EOF'
  return error.message ?? String(error)
}

const errnoText = (error: NodeError) => errnoTexts[error.code ?? ''] ?? error.message
const address = (host: string, port: number) => (isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`)
const dial = ({ host, port }: ConnectionFacts) => `dial tcp ${address(host, port)}`

function lookupText({ code }: NodeError, { host, nameServer }: ConnectionFacts): string {
  const server = nameServer === undefined ? '' : ` on ${isIP(nameServer) ? address(nameServer, 53) : nameServer}`
  return `dial tcp: lookup ${host}${server}: ${code === 'EAI_AGAIN' ? 'server misbehaving' : 'no such host'}`
}

/** http/proxy-agent.ts rejects with a Failure about the proxy. */
function proxyText(failure: Failure, facts: ConnectionFacts): string {
  const { cause } = failure
  if (cause instanceof Error && typeof (cause as NodeError).code === 'string')
    return `proxyconnect tcp: ${requestErrorText(cause, facts)}`
  return failure.message
}

const unknownAuthority = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
])

function trustText(code: string, error: NodeError, facts: ConnectionFacts): string | undefined {
  if (/^(CERT_|ERR_TLS_CERT)/.test(code) || unknownAuthority.has(code))
    return `tls: failed to verify certificate: x509: ${certificateText(code, error, facts)}`
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'http: server gave HTTP response to HTTPS client'
  const alert = /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3)_(?:ALERT_)?(.*)$/.exec(code)?.[1]
  return alert === undefined ? undefined : `remote error: tls: ${alertText(alert)}`
}

/** Go looks at the time first, then at the name, then at who signed (crypto/x509 Certificate.Verify). */
function certificateText(code: string, error: NodeError, { certificate, host, nowMs }: ConnectionFacts): string {
  const seen = certificate ?? (error as { cert?: PeerCertificate }).cert
  const [from, to] = [Date.parse(seen?.valid_from ?? ''), Date.parse(seen?.valid_to ?? '')]
  const expired = 'certificate has expired or is not yet valid: '
  if (nowMs > to) return `${expired}current time ${seconds(nowMs)} is after ${seconds(to)}`
  if (nowMs < from) return `${expired}current time ${seconds(nowMs)} is before ${seconds(from)}`
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return expired.slice(0, -2)
  if (seen?.subject && checkServerIdentity(host, seen)) return hostnameText(seen, host)
  return unknownAuthority.has(code) ? 'certificate signed by unknown authority' : error.message
}

/** crypto/x509 HostnameError. */
function hostnameText(certificate: PeerCertificate, host: string): string {
  const names = (certificate.subjectaltname ?? '').split(', ').filter(name => name !== '')
  const of = (kind: string) => names.filter(name => name.startsWith(kind)).map(name => name.slice(kind.length))
  if (isIP(host) && of('IP Address:').length === 0)
    return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
  if (names.length === 0 && String(certificate.subject.CN).toLowerCase() === host.toLowerCase())
    return 'certificate relies on legacy Common Name field, use SANs instead'
  const valid = of(isIP(host) ? 'IP Address:' : 'DNS:').join(', ')
  return valid === ''
    ? `certificate is not valid for any names, but wanted to match ${host}`
    : `certificate is valid for ${valid}, not ${host}`
}

const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const alertNames: Record<string, string> = { PROTOCOL_VERSION: 'protocol version not supported' }
const alertText = (name: string) => alertNames[name] ?? name.replace(/_/g, ' ').toLowerCase()

/** net/http ReadResponse on a first line or header that is none. */
function malformedText({ rawPacket, message }: NodeError): string {
  if (!rawPacket) return message
  const [first = '', ...headers] = rawPacket.toString('latin1').split(/\r?\n/)
  const [protocol = '', ...rest] = first.split(' ')
  if (rest.length === 0) return `malformed HTTP response ${goQuote(first)}`
  const status = rest.join(' ').trimStart().split(' ')[0] ?? ''
  if (!/^\d{3}$/.test(status)) return `malformed HTTP status code ${goQuote(status)}`
  if (!/^HTTP\/\d\.\d$/.test(protocol)) return `malformed HTTP version ${goQuote(protocol)}`
  const header = headers.find(line => line !== '' && !line.includes(':'))
  return header === undefined ? message : `malformed MIME header: missing colon: ${goQuote(header)}`
}
