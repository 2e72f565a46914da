import type { AgentOptions } from 'node:https'
import { type Credential, pem } from '../auth/credentials.ts'
import { type Connection, tlsServerName } from '../config/connection.ts'
import type { UserEntry } from '../config/kubeconfig.ts'

/** An idle connection is closed by us before load balancers and servers do, so that a write does not meet a dead one. */
const idleMs = 30_000
/** Finds a peer that went away without a word (a laptop that slept, a VPN that dropped) while a watch is silent. */
const tcpKeepAliveMs = 15_000

/** Options of the one agent of a client: pooling, TLS trust and client certificate. */
export function agentOptions(connection: Connection, credential: Credential): AgentOptions {
  const pooling = { keepAlive: true, keepAliveMsecs: tcpKeepAliveMs, timeout: idleMs, scheduling: 'lifo' as const }
  if (connection.server.protocol !== 'https:') return pooling
  const { cluster } = connection
  return {
    ...pooling,
    // Node 20 gives each address of a name only 250 ms to accept, which a far cluster does not always manage
    autoSelectFamilyAttemptTimeout: 1000,
    ca: pem(cluster.certificateAuthorityData, cluster.certificateAuthority, 'certificate-authority'),
    cert: credential.certificate,
    key: credential.key,
    rejectUnauthorized: !cluster.insecureSkipTlsVerify,
    servername: tlsServerName(connection) ?? '',
  } as AgentOptions
}

/** client-go's impersonation round tripper: one header line for each group, keys of extra fields percent-encoded. */
export function impersonationHeaders(user: UserEntry): Record<string, string | string[]> {
  if (!user.as) return {}
  const headers: Record<string, string | string[]> = { 'Impersonate-User': headerValue(user.as) }
  if (user.asUid) headers['Impersonate-Uid'] = headerValue(user.asUid)
  if (user.asGroups?.length) headers['Impersonate-Group'] = user.asGroups.map(headerValue)
  for (const [key, values] of Object.entries(user.asUserExtra ?? {})) {
    headers[`Impersonate-Extra-${headerKey(key)}`] = values.map(headerValue)
  }
  return headers
}

/** Go sends the bytes of UTF-8; Node takes one character for one byte. */
const headerValue = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/** transport.headerKeyEscape: what a header name may not hold, and `%` itself, is percent-encoded; case is lost. */
function headerKey(key: string): string {
  return [...Buffer.from(key.toLowerCase(), 'utf8')]
    .map(byte => {
      const letter = String.fromCharCode(byte)
      return /[a-z0-9!#$&'*+.^_`|~-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
