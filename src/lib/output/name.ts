import type { KubeObject } from '../context/kube-object.ts'

/** `rollout.argoproj.io/loans-api`, as `-o name` prints it; core kinds have no group (`pod/x`). */
export function objectName(object: KubeObject): string {
  const kind = (object.kind ?? '').toLowerCase()
  const slash = object.apiVersion?.indexOf('/') ?? -1
  const group = slash < 0 ? '' : `.${object.apiVersion?.slice(0, slash)}`
  return `${kind === '' ? '<unknown>' : kind}${group}/${object.metadata.name}`
}
