import type { User } from './api-request.ts'

/** Certificate and private key, PEM. */
export interface KeyPair {
  cert: string
  key: string
}

export interface Certificates {
  /** PEM; signs the server's certificate and those of users */
  authority: string
  server: KeyPair
  /** a client certificate for a user */
  issue(user: User): Promise<KeyPair>
}

/** An authority and a server certificate for loopback, made for one playground and kept nowhere. */
export async function makeCertificates(): Promise<Certificates> {
  const { generate } = await import('selfsigned')
  const elliptic = { keyType: 'ec', algorithm: 'sha256' } as const
  const authority = await generate([{ name: 'commonName', value: 'kubectl-canary playground' }], {
    ...elliptic,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const ca = { cert: authority.cert, key: authority.private }
  const server = await generate([{ name: 'commonName', value: 'playground' }], {
    ...elliptic,
    ca,
    extensions: [
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes.default.svc' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return {
    authority: authority.cert,
    server: { cert: server.cert, key: server.private },
    issue: async ({ name, groups }) => {
      const attributes = [
        { name: 'commonName', value: name },
        ...groups.map(group => ({ name: 'organizationName', value: group })),
      ]
      const client = await generate(attributes, {
        ...elliptic,
        ca,
        extensions: [
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', clientAuth: true },
        ],
      })
      return { cert: client.cert, key: client.private }
    },
  }
}
