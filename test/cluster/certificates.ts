import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** Certificate and private key, both PEM. */
export interface KeyPair {
  cert: string
  key: string
}

/** A user as the API server sees it in a client certificate. */
export interface User {
  name: string
  groups?: readonly string[]
}

/** Who the programs of a cluster are. The controllers get the identities that the bootstrap roles know. */
export const users = {
  admin: { name: 'admin', groups: ['system:masters'] },
  kubelet: { name: 'kube-apiserver-kubelet-client', groups: ['system:masters'] },
  'controller-manager': { name: 'system:kube-controller-manager' },
  scheduler: { name: 'system:kube-scheduler' },
  kwok: { name: 'kwok', groups: ['system:masters'] },
  'argo-rollouts': { name: 'system:serviceaccount:argo-rollouts:argo-rollouts', groups: ['system:masters'] },
} as const satisfies Record<string, User>

export type UserName = keyof typeof users

/** Writes the authority, the serving certificate, the clients' certificates and the service-account key of a cluster. */
export async function writeCertificates(folder: string): Promise<void> {
  const authority = await generate([{ name: 'commonName', value: 'kubectl-canary test cluster' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const ca = { cert: authority.cert, key: authority.private }
  write(folder, 'ca', ca)
  write(folder, 'serving', await serving(ca))
  for (const [file, user] of Object.entries(users)) write(folder, file, await issue(ca, user))
  const serviceAccount = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  write(folder, 'service-account', {
    cert: serviceAccount.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    key: serviceAccount.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  })
}

/** A client certificate for any user, signed by the cluster's authority: for tests of permissions. */
export async function issueCertificate(folder: string, user: User): Promise<KeyPair> {
  return issue(readKeyPair(folder, 'ca'), user)
}

/** Certificate and key that `writeCertificates` left in the folder. */
export function readKeyPair(folder: string, name: string): KeyPair {
  return {
    cert: readFileSync(certificateFile(folder, name), 'utf8'),
    key: readFileSync(keyFile(folder, name), 'utf8'),
  }
}

export const certificateFile = (folder: string, name: string) => join(folder, `${name}.crt`)
export const keyFile = (folder: string, name: string) => join(folder, `${name}.key`)

async function serving(ca: KeyPair): Promise<KeyPair> {
  const pair = await generate([{ name: 'commonName', value: 'kubernetes' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca,
    extensions: [
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes.default.svc' },
        ],
      },
    ],
  })
  return { cert: pair.cert, key: pair.private }
}

async function issue(ca: KeyPair, user: User): Promise<KeyPair> {
  const groups = (user.groups ?? []).map(value => ({ name: 'organizationName', value }))
  const pair = await generate([{ name: 'commonName', value: user.name }, ...groups], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca,
    extensions: [
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  })
  return { cert: pair.cert, key: pair.private }
}

function write(folder: string, name: string, pair: KeyPair): void {
  writeFileSync(certificateFile(folder, name), pair.cert)
  writeFileSync(keyFile(folder, name), pair.key, { mode: 0o600 })
}
