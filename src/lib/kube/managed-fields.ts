import type { KubeObject, ManagedFieldsEntry } from '../context/kube-object.ts'

export interface FieldWriter {
  manager: string
  operation: 'Apply' | 'Update'
  /** RFC 3339; absent where the server recorded none */
  time?: string
  subresource?: string
}

/**
 * Which field managers own a field, newest first, by metadata.managedFields. An owner of something below the field
 * counts (who wrote an item of `spec.strategy.canary.steps` wrote the steps), and so does the owner of a parent that is
 * owned as a whole, as atomic lists and maps are.
 *
 * A manager is a program; of people managedFields knows nothing. The time is that of the manager's last change to any
 * of its fields in this operation and subresource, so it is the latest that this field can have been written.
 *
 * @param path names of fields, as in `['spec', 'paused']` or `['status', 'abort']`; items of lists are not addressed
 */
export function whoWrote(object: KubeObject, path: readonly string[]): FieldWriter[] {
  const entries = object.metadata.managedFields ?? []
  return entries
    .filter(entry => entry.fieldsV1 !== undefined && owns(entry.fieldsV1, path))
    .map(writer)
    .sort((a, b) => (Date.parse(b.time ?? '') || 0) - (Date.parse(a.time ?? '') || 0))
}

/** structured-merge-diff: a child is keyed `f:name`; `.` marks the field itself; an empty object is a leaf. */
function owns(fields: Record<string, unknown>, path: readonly string[]): boolean {
  const [name, ...rest] = path
  if (name === undefined) return true
  const child = fields[`f:${name}`]
  if (typeof child !== 'object' || child === null) return false
  return Object.keys(child).length === 0 || owns(child as Record<string, unknown>, rest)
}

function writer({ manager, operation, time, subresource }: ManagedFieldsEntry): FieldWriter {
  return {
    manager: manager ?? 'unknown',
    operation: operation ?? 'Update',
    time,
    subresource: subresource || undefined,
  }
}
