import type { KubeObject, ManagedFieldsEntry } from '../../context/kube-object.ts'
import { parseTime } from '../../values/human-duration.ts'

export interface FieldWriter {
  manager: string
  /** RFC 3339: the manager's last write that changed what it owns, so the field is at least this old or older */
  time: string | null
  subresource: string | null
}

/** Whether a managedFields entry covers a field, `['spec', 'paused']`. */
export function coversField(entry: ManagedFieldsEntry, path: readonly string[]): boolean {
  let node: unknown = entry.fieldsV1
  for (const name of path) {
    if (typeof node !== 'object' || node === null) return false
    node = (node as Record<string, unknown>)[`f:${name}`]
  }
  return node !== undefined
}

/** All who own a field, latest write first. Empty where the object carries no managedFields. */
export function fieldWriters(object: KubeObject, path: readonly string[]): FieldWriter[] {
  return (object.metadata.managedFields ?? [])
    .filter(entry => coversField(entry, path))
    .map(entry => ({
      manager: entry.manager ?? 'unknown',
      time: entry.time ?? null,
      subresource: entry.subresource ?? null,
    }))
    .sort((a, b) => (parseTime(b.time ?? undefined) ?? 0) - (parseTime(a.time ?? undefined) ?? 0))
}

/** Who wrote a field last, as far as managedFields shows. */
export function fieldWriter(object: KubeObject, path: readonly string[]): FieldWriter | undefined {
  return fieldWriters(object, path)[0]
}

/** The Argo Rollouts controller writes under the name of its binary. */
export function isRolloutsController(manager: string): boolean {
  return manager === 'rollouts-controller' || manager === 'argo-rollouts'
}
