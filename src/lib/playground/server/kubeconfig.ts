import type { KeyPair } from './certificates.ts'

const name = 'playground'

/** A kubeconfig for the playground as text; JSON, which every reader of YAML reads. */
export function kubeconfigText(options: {
  server: string
  /** PEM */
  authority: string
  user: KeyPair | { token: string }
  namespace?: string
}): string {
  const { server, authority, user, namespace } = options
  const credential =
    'token' in user
      ? { token: user.token }
      : { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name, user: credential }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace ? { namespace } : {}) } }],
    'current-context': name,
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
