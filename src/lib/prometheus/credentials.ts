import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Context } from '../context/context.ts'
import type { HttpRequest } from '../context/http-client.ts'
import { type AwsAccess, type AwsIdentity, readAwsAccess } from '../http/aws-credentials.ts'
import { basicAuthorization } from '../http/headers.ts'
import { type ClientCredentials, OAuthTokens } from '../http/oauth2.ts'
import { type SignableRequest, signV4 } from '../http/sign-v4.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import type { Authorize } from './direct-endpoint.ts'

/** How a client proves who it is; each is meant for one origin. */
export interface PrometheusCredentials {
  basic?: { username: string; password: string }
  oauth2?: ClientCredentials
  sigv4?: AwsIdentity
}

/** Credentials in files of the user, read anew for every request since they are renewed there. */
export interface CredentialFiles {
  tokenFile?: string
  username?: string
  passwordFile?: string
}

type Limits = Pick<HttpRequest, 'timeoutMs' | 'signal'>

const expiryMarginMs = 60_000

/** Turns credentials into headers, and keeps the tokens that it gets for them. */
export class Authorizer {
  private readonly context: Pick<Context, 'env' | 'http' | 'clock' | 'workingDirectory'>
  private readonly tokens: OAuthTokens
  private readonly aws = new Map<string, AwsAccess>()

  constructor(context: Pick<Context, 'env' | 'http' | 'clock' | 'workingDirectory'>) {
    this.context = context
    this.tokens = new OAuthTokens(context)
  }

  /** @param insecure also towards the server of the tokens, which Argo Rollouts reaches with the same client */
  byMetric({ basic, oauth2, sigv4 }: PrometheusCredentials, insecure: boolean): Authorize | undefined {
    if (basic) return async () => ({ Authorization: basicAuthorization(basic.username, basic.password) })
    if (oauth2)
      return async (_request, limits) => {
        const { authorization } = await this.tokens.token(oauth2, { ...limits, insecure })
        return { Authorization: authorization }
      }
    if (sigv4) return (request, limits) => this.signed(request, sigv4, limits)
    return undefined
  }

  byFiles({ tokenFile, username, passwordFile }: CredentialFiles): Authorize | undefined {
    if (tokenFile) return async () => ({ Authorization: `Bearer ${await this.read('tokenFile', tokenFile)}` })
    if (username === undefined) return undefined
    return async () => {
      const password = passwordFile ? await this.read('passwordFile', passwordFile) : ''
      return { Authorization: basicAuthorization(username, password) }
    }
  }

  private async signed(request: SignableRequest, identity: AwsIdentity, limits: Limits) {
    const key = JSON.stringify(identity)
    const { clock } = this.context
    let access = this.aws.get(key)
    if (!access || access.expiresAtMs - expiryMarginMs < clock.now()) {
      access = await readAwsAccess(identity, this.context, limits)
      this.aws.set(key, access)
    }
    return signV4(request, access.credentials, access.region, 'aps', clock.now())
  }

  private async read(field: string, file: string): Promise<string> {
    const { env, workingDirectory } = this.context
    const path = resolve(workingDirectory, file.replace(/^~(?=\/)/, env.HOME ?? '~'))
    try {
      return (await readFile(path, 'utf8')).trim()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
      throw new Failure('error', `${field} ${safeText(file)}: ${why}`, { reason: 'CredentialFile', cause: error })
    }
  }
}
