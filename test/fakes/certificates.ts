import { generate } from 'selfsigned'

/** PEM texts. */
export interface KeyPair {
  certificate: string
  key: string
}

interface Subject {
  commonName: string
  /** defaults to localhost and 127.0.0.1 */
  names?: string[]
  notBefore?: Date
  notAfter?: Date
}

/** A certificate authority of one test file; keys are made at run time and live in memory only. */
export async function certificateAuthority(
  commonName = 'test authority',
): Promise<KeyPair & { issue(subject: Subject): Promise<KeyPair> }> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  })
  const authority = { certificate: made.cert, key: made.private }
  return { ...authority, issue: subject => issue(authority, subject) }
}

async function issue(authority: KeyPair, subject: Subject): Promise<KeyPair> {
  const names = subject.names ?? ['localhost', '127.0.0.1']
  const made = await generate([{ name: 'commonName', value: subject.commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: subject.notBefore,
    notAfterDate: subject.notAfter,
    ca: { cert: authority.certificate, key: authority.key },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map(name => (/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  return { certificate: made.cert, key: made.private }
}
