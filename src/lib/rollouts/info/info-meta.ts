import type { KubeObject } from '../../context/kube-object.ts'

/** Who an object of the projection is. */
export interface InfoMeta {
  name: string
  namespace: string
  uid: string
  /** RFC 3339 */
  createdAt?: string
}

export function infoMeta(object: KubeObject): InfoMeta {
  const { name, namespace = '', uid = '', creationTimestamp } = object.metadata
  return { name, namespace, uid, ...(creationTimestamp ? { createdAt: creationTimestamp } : {}) }
}
