import type { KubeObject } from '../../context/kube-object.ts'
import { whoWrote } from '../../kube/managed-fields.ts'

export interface FieldWriter {
  manager: string
  /** RFC 3339: the manager's last change to what it owns, so the field is at least this old */
  time: string | null
  subresource: string | null
}

/** Who wrote a field last, with null for what is not recorded, as documents of ours have it; see {@link whoWrote}. */
export function fieldWriter(object: KubeObject, path: readonly string[]): FieldWriter | undefined {
  const [last] = whoWrote(object, path)
  return last && { manager: last.manager, time: last.time ?? null, subresource: last.subresource ?? null }
}
