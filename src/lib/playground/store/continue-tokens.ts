import type { KubeObject } from '../../context/kube-object.ts'
import { badRequest, expired } from './status-error.ts'

interface Snapshot {
  revision: number
  /** the objects that are still to come */
  rest: readonly KubeObject[]
}

/** Lists in chunks: what a list held at its first page stays the same until its last, or is answered with 410. */
export class ContinueTokens {
  #snapshots = new Map<string, Snapshot>()
  #last = 0

  issue(revision: number, rest: readonly KubeObject[]): string {
    const start = rest[0]?.metadata
    const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${start?.name}\u0000`, n: ++this.#last })
    const token = base64url(text)
    this.#snapshots.set(token, { revision, rest })
    if (this.#snapshots.size > 200) for (const key of this.#snapshots.keys()) return this.#forget(key, token)
    return token
  }

  redeem(token: string, compactedRevision: number): Snapshot {
    const snapshot = this.#snapshots.get(token)
    if (!snapshot && !isToken(token))
      throw badRequest('invalid continue token: continue key is not valid: it is not one of ours')
    if (!snapshot || snapshot.revision < compactedRevision) throw expired(tooOld)
    return snapshot
  }

  #forget(key: string, token: string): string {
    this.#snapshots.delete(key)
    return token
  }
}

// apiserver registry/generic etcd3/errors.go
const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

const base64url = (text: string) => Buffer.from(text).toString('base64url')

function isToken(token: string): boolean {
  return Buffer.from(token, 'base64url').toString().startsWith('{"v":"meta.k8s.io/v1"')
}
