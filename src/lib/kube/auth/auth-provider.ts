import type { OutgoingHttpHeaders } from 'node:http'
import type { RequestOptions } from 'node:https'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Connection } from '../config/connection.ts'
import type { Credential, Credentials } from './credentials.ts'

/**
 * Auth providers are the way before exec plugins. kubectl itself knows oidc alone by now; client-node still signs in
 * with oidc, azure and gcp, and it is loaded for them only, since it is by far the heaviest thing in this folder.
 */
export async function authProviderCredentials(
  provider: { name: string; config: Record<string, string> },
  certificate: Credential,
  connection: Connection,
): Promise<Credentials> {
  const user = connection.userName
  if (!['oidc', 'azure', 'gcp'].includes(provider.name)) {
    throw failure(provider.name, `of user "${user}" is not known`, [
      'known are oidc, azure and gcp; most moved to exec plugins',
    ])
  }
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'cluster', server: connection.server.href, skipTLSVerify: true }],
    users: [{ name: 'user', authProvider: { name: provider.name, config: configFor(provider) } }],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  })
  return {
    describe: () => `the token of user "${user}" (auth provider ${provider.name})`,
    async current() {
      const options: RequestOptions = { headers: {} }
      try {
        // For its headers alone: the agent that it makes for every call is the reason for our own transport.
        await config.applyToHTTPSOptions(options)
      } catch (error) {
        const why = safeText(reasonOf(error))
        throw failure(provider.name, `of user "${user}" gave no token: ${why}`, [
          'sign in again with the tool that made the kubeconfig',
        ])
      }
      const authorization = (options.headers as OutgoingHttpHeaders | undefined)?.Authorization
      if (authorization === undefined) {
        throw failure(provider.name, `of user "${user}" has no valid token and cannot get one`, [
          'sign in again; a refresh needs client-id, refresh-token and idp-issuer-url in the kubeconfig',
        ])
      }
      return { ...certificate, authorization: String(authorization) }
    },
    renew: async () => false,
  }
}

function failure(name: string, what: string, hints: readonly string[]): Failure {
  return new Failure('error', `the auth provider ${safeText(name)} ${what}`, { reason: 'AuthProviderFailed', hints })
}

/** openid-client takes the issuer as a URL and nothing else, and client-node 1.4 hands on what stands here. */
function configFor({ config }: { config: Record<string, string> }): Record<string, unknown> {
  const issuer = config['idp-issuer-url']
  return issuer !== undefined && URL.canParse(issuer) ? { ...config, 'idp-issuer-url': new URL(issuer) } : { ...config }
}

/** fetch says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
