import type { KubeObject } from '../../context/kube-object.ts'
import type { ServedResource } from '../store/resource-catalog.ts'
import { selectorText } from '../store/selectors.ts'

interface Scalable extends KubeObject {
  spec?: { replicas?: number; selector?: object }
  status?: { replicas?: number; HPAReplicas?: number; selector?: string }
}

/** autoscaling/v1 Scale of an object; a Rollout counts status.HPAReplicas and names its selector (its CRD's scale paths). */
export function scaleOf({ kind }: ServedResource, object: KubeObject): object {
  const { metadata, spec, status } = object as Scalable
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const isRollout = kind === 'Rollout'
  const selector = isRollout ? (status?.selector ?? '') : selectorText(spec?.selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec?.replicas ?? (isRollout ? 0 : 1) },
    status: {
      replicas: (isRollout ? status?.HPAReplicas : status?.replicas) ?? 0,
      ...(selector ? { selector } : {}),
    },
  }
}
