import { Failure } from '../../values/failure.ts'
import { formatGoDuration } from '../../values/go-duration.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Connection } from '../config/connection.ts'

/** A time limit of ours passed. */
export class Timeout extends Error {
  readonly code = 'CANARY_TIMEOUT'
  readonly ms: number
  readonly whileConnecting: boolean
  constructor(ms: number, whileConnecting: boolean) {
    super('timeout')
    this.ms = ms
    this.whileConnecting = whileConnecting
  }
}

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

/** The server had closed a kept-alive connection when we wrote to it: nothing is known to be wrong. */
export function isStaleConnection(error: unknown): boolean {
  const wasReused = (error as { wasReused?: boolean } | undefined)?.wasReused === true
  return wasReused && /^(ECONNRESET|EPIPE)$/.test(codeOf(error))
}

/** The peer reset the connection (Go's net.IsConnectionReset); a connection that it closed in order is something else. */
export function isConnectionReset(error: unknown): boolean {
  return codeOf(error) === 'ECONNRESET' && /ECONNRESET/.test((error as Error).message)
}

interface Meaning {
  reason: string
  message: string
  hints: string[]
}

/**
 * A Failure that says what is the matter with the way to the API server. Reasons: `UnknownHost`, `ConnectionRefused`,
 * `ConnectionLost`, `Timeout`, `Unreachable`, `CertificateExpired`, `CertificateNotYetValid`, `UnknownAuthority`,
 * `CertificateHostname`, `ClientCertificateRefused`, `NotTls`, `NotHttp`, `InvalidCertificate`, `ProxyFailed`.
 */
export function transportFailure(error: unknown, connection: Connection): Failure {
  if (error instanceof Failure) return error
  const { reason, message, hints } = meaning(error, connection)
  return new Failure('error', message, { reason, hints, cause: error })
}

/** Reasons that may go away by themselves, so that a command that was connected tries again. */
export const passingTransportReasons: ReadonlySet<string> = new Set([
  'UnknownHost',
  'ConnectionRefused',
  'ConnectionLost',
  'Timeout',
  'Unreachable',
  'ProxyFailed',
])

function meaning(error: unknown, connection: Connection): Meaning {
  const { hostname, host, protocol } = connection.server
  const server = safeText(connection.server.port ? host : `${host}:${protocol === 'https:' ? 443 : 80}`)
  const code = codeOf(error)
  const where = connection.contextName ? ` (context "${connection.contextName}")` : ''
  const choose = connection.contextName
    ? `kubectl config get-contexts${connection.configFlag}  shows the other contexts; --context NAME takes one`
    : '--server and --kubeconfig say which server is meant'
  const address = `${connection.cluster.file ? `kubectl config view --minify${connection.configFlag}  shows where the address comes from` : 'check the address'}`
  if (error instanceof Timeout) {
    const doing = error.whileConnecting ? 'accept a connection' : 'answer'
    const limit = formatGoDuration(error.ms)
    return {
      reason: 'Timeout',
      message: `the API server ${server}${where} did not ${doing} within ${limit}`,
      hints: error.whileConnecting
        ? ['a firewall, or a VPN that is off, often looks like this', choose]
        : ['--request-timeout 0 waits for as long as it takes'],
    }
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        reason: 'UnknownHost',
        message: `the API server's host ${safeText(hostname)}${where} is not known: the name does not resolve`,
        hints: [`${address}; a name inside a company often needs its VPN`, choose],
      }
    case 'ECONNREFUSED':
      return {
        reason: 'ConnectionRefused',
        message: `the connection to the server ${server}${where} was refused: nothing listens there`,
        hints: [`did you specify the right host or port? ${address}`, choose],
      }
    case 'ETIMEDOUT':
      return {
        reason: 'Timeout',
        message: `the connection to the server ${server}${where} timed out`,
        hints: ['a firewall, or a VPN that is off, often looks like this', choose],
      }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return {
        reason: 'Unreachable',
        message: `there is no way to the server ${server}${where}: ${code === 'EHOSTUNREACH' ? 'host' : 'network'} unreachable`,
        hints: ['check the network or the VPN', choose],
      }
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return {
        reason: 'ConnectionLost',
        message: `the connection to the server ${server}${where} was lost`,
        hints: ['try again; if it stays like this, the server or something on the way ends connections'],
      }
    default:
      return tlsMeaning(error, code, server, where, connection) ?? otherMeaning(error, code, server, where)
  }
}

function tlsMeaning(
  error: unknown,
  code: string,
  server: string,
  where: string,
  connection: Connection,
): Meaning | undefined {
  const authority = connection.cluster.certificateAuthority
    ? connection.cluster.certificateAuthority
    : connection.cluster.certificateAuthorityData
      ? 'the certificate-authority-data of the kubeconfig'
      : 'the authorities that this program trusts'
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return {
        reason: 'CertificateExpired',
        message: `the certificate of the server ${server}${where} has expired`,
        hints: ['whoever runs the cluster has to renew it; check your own clock too'],
      }
    case 'CERT_NOT_YET_VALID':
      return {
        reason: 'CertificateNotYetValid',
        message: `the certificate of the server ${server}${where} is not valid yet`,
        hints: ['check your clock: it may be behind'],
      }
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
      return {
        reason: 'UnknownAuthority',
        message: `the certificate of the server ${server}${where} is signed by an authority unknown to ${authority}`,
        hints: [
          'a cluster that was created anew has a new authority: get its kubeconfig again',
          '--certificate-authority FILE names the right one',
        ],
      }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        reason: 'CertificateHostname',
        message: `the certificate of the server ${server}${where} is for other names: ${altNames(error)}`,
        hints: ['--tls-server-name NAME checks it against one of these; or use one of them in the server address'],
      }
    case 'EPROTO':
      return /wrong version number|packet length too long|http request/i.test((error as Error).message)
        ? {
            reason: 'NotTls',
            message: `the server ${server}${where} does not speak TLS`,
            hints: ['its address may have to begin with http://'],
          }
        : undefined
  }
  if (/^ERR_SSL_(TLSV1|TLSV13|SSLV3)_ALERT_/.test(code)) {
    return {
      reason: 'ClientCertificateRefused',
      message: `the server ${server}${where} refused the client certificate: ${alert(code)}`,
      hints: ['it may have expired, or be of another cluster: get the kubeconfig again'],
    }
  }
  if (/^ERR_OSSL|^ERR_CRYPTO/.test(code)) {
    return {
      reason: 'InvalidCertificate',
      message: `a certificate or key for the server ${server}${where} cannot be used: ${safeText((error as Error).message)}`,
      hints: ['certificates and keys are PEM, and a certificate and its key have to belong together'],
    }
  }
  return undefined
}

function otherMeaning(error: unknown, code: string, server: string, where: string): Meaning {
  const message = safeText(error instanceof Error ? error.message : String(error))
  if (code.startsWith('HPE_')) {
    return {
      reason: 'NotHttp',
      message: `the server ${server}${where} answers something that is not HTTP`,
      hints: ['check scheme and port of its address'],
    }
  }
  return { reason: 'ConnectionFailed', message: `no connection to the server ${server}${where}: ${message}`, hints: [] }
}

/** `DNS:kubernetes, DNS:localhost, IP Address:10.0.0.1` as a plain list. */
function altNames(error: unknown): string {
  const names = (error as { cert?: { subjectaltname?: string } }).cert?.subjectaltname ?? ''
  return safeText(names.replace(/(DNS|IP Address):/g, '')) || 'it names none'
}

const alert = (code: string) =>
  code
    .replace(/^ERR_SSL_(TLSV1|TLSV13|SSLV3)_ALERT_/, '')
    .replace(/_/g, ' ')
    .toLowerCase()
