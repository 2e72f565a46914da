import { writeFileSync } from 'node:fs'
import type { KeyPair } from './certificates.ts'

/** Writes a kubeconfig with everything embedded, so that a copy of the file works anywhere on this machine. */
export function writeKubeconfig(file: string, cluster: { name: string; server: string; ca: string }, user: KeyPair) {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const name = `canary-${cluster.name}`
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: cluster.server, 'certificate-authority-data': base64(cluster.ca) } }],
    users: [{ name, user: { 'client-certificate-data': base64(user.cert), 'client-key-data': base64(user.key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  // JSON is YAML.
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
}
