import { readFileSync } from 'node:fs'
import type { Context } from '../../context/context.ts'
import { Failure } from '../../values/failure.ts'
import type { Connection } from '../config/connection.ts'
import type { UserEntry } from '../config/kubeconfig.ts'
import type { RunProcess } from './run-process.ts'
import { tokenExpiryMs } from './token-expiry.ts'

/** What a request carries to say who we are. */
export interface Credential {
  /** value of the Authorization header */
  authorization?: string
  /** PEM */
  certificate?: string | Buffer
  /** PEM */
  key?: string | Buffer
}

export interface Credentials {
  /** The credential to use now; renewed by itself where it is known to have expired. */
  current(): Promise<Credential>
  /** After a 401: gets a new one, once. False when there is none to be had but the one that was refused. */
  renew(refused: Credential): Promise<boolean>
  /** How we sign in, for messages: `the token in FILE`, `the credential that the exec plugin aws gave`; empty without any. */
  describe(): string
}

/**
 * How the user of this connection signs in. What needs no library is done here; auth providers of old (oidc, azure,
 * gcp) are left to client-node, which is loaded for them alone. An explicit token or password goes before any plugin,
 * as in client-go's exec round tripper.
 */
export async function credentialsFor(
  connection: Connection,
  context: Context,
  runProcess: RunProcess,
): Promise<Credentials> {
  const { user } = connection
  const certificate = clientCertificate(user)
  if (user.tokenFile) return new TokenFile(user.tokenFile, certificate, context)
  if (user.token) {
    const { token } = user
    const whose = `the token of ${quoted(connection)}`
    return fixed({ ...certificate, authorization: `Bearer ${token}` }, () => whose + expiry(token, context))
  }
  if (user.username) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')
    return fixed({ ...certificate, authorization: `Basic ${pair}` }, () => `the password of ${quoted(connection)}`)
  }
  if (user.exec) {
    const { ExecCredentials } = await import('./exec-plugin.ts')
    return new ExecCredentials(user.exec, certificate, connection, context, runProcess)
  }
  if (user.authProvider) {
    const { authProviderCredentials } = await import('./auth-provider.ts')
    return authProviderCredentials(user.authProvider, certificate, connection)
  }
  return fixed(certificate, () => (certificate.certificate ? `the client certificate of ${quoted(connection)}` : ''))
}

const quoted = (connection: Connection) => (connection.userName ? `user "${connection.userName}"` : 'the command line')

function fixed(credential: Credential, describe: () => string): Credentials {
  return { describe, current: async () => credential, renew: async () => false }
}

/** `, which expired at TIME`, where a token says so itself. */
function expiry(token: string, context: Context): string {
  const expiresAtMs = tokenExpiryMs(token)
  if (expiresAtMs === undefined || expiresAtMs > context.clock.now()) return ''
  return `, which expired at ${new Date(expiresAtMs).toISOString().replace('.000', '')}`
}

/** client-go's BearerTokenFile: read again after a minute, since service account tokens rotate, and after a 401. */
class TokenFile implements Credentials {
  private readonly file: string
  private readonly certificate: Credential
  private readonly context: Context
  private token: string | undefined
  private readAtMs = 0

  constructor(file: string, certificate: Credential, context: Context) {
    this.file = file
    this.certificate = certificate
    this.context = context
  }

  describe(): string {
    return `the token in ${this.file}${this.token === undefined ? '' : expiry(this.token, this.context)}`
  }

  async current(): Promise<Credential> {
    const now = this.context.clock.now()
    if (this.token === undefined || now - this.readAtMs > 60_000) {
      this.token = this.read()
      this.readAtMs = now
    }
    return { ...this.certificate, authorization: `Bearer ${this.token}` }
  }

  async renew(refused: Credential): Promise<boolean> {
    this.token = undefined
    return (await this.current()).authorization !== refused.authorization
  }

  private read(): string {
    const token = readCredentialFile(this.file, 'token').toString('utf8').trim()
    if (token) return token
    throw new Failure('error', `the token file ${this.file} is empty`, { reason: 'InvalidKubeconfig' })
  }
}

function clientCertificate(user: UserEntry): Credential {
  const certificate = pem(user.clientCertificateData, user.clientCertificate, 'client-certificate')
  const key = pem(user.clientKeyData, user.clientKey, 'client-key')
  if (certificate && key) return { certificate, key }
  if (!certificate && !key) return {}
  const [there, missing] = certificate ? ['certificate', 'key'] : ['key', 'certificate']
  throw new Failure('error', `the user has a client ${there} but no client ${missing}`, {
    reason: 'InvalidKubeconfig',
    hints: [
      `add client-${missing} or client-${missing}-data to the user in the kubeconfig, or --client-${missing} FILE`,
    ],
  })
}

/** Data goes before a file, as in client-go. */
export function pem(data: string | undefined, file: string | undefined, field: string): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64')
  return file ? readCredentialFile(file, field) : undefined
}

function readCredentialFile(file: string, field: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'you may not read it' : code
    throw new Failure('error', `${field} ${file} cannot be read: ${why}`, {
      reason: 'InvalidKubeconfig',
      hints: ['kubectl config view  shows which entry of the kubeconfig names it'],
      cause: error,
    })
  }
}
