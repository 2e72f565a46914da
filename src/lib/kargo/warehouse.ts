import type { Condition, KubeObject } from '../context/kube-object.ts'

/** kargo.akuity.io/v1alpha1 Warehouse as we read it (Kargo 1.9 to 1.11). */
export interface Warehouse extends KubeObject {
  spec?: {
    shard?: string
    /** Go duration */
    interval?: string
    /** `Automatic` or `Manual` */
    freightCreationPolicy?: string
    subscriptions?: Record<string, unknown>[]
    freightCreationCriteria?: { expression?: string }
  }
  status?: {
    conditions?: Condition[]
    lastFreightID?: string
    lastHandledRefresh?: string
    observedGeneration?: number
    discoveredArtifacts?: DiscoveredArtifacts
  }
}

export interface DiscoveredArtifacts {
  discoveredAt?: string
  git?: { repoURL?: string; commits?: { id?: string; tag?: string }[] }[]
  images?: { repoURL?: string; references?: { tag?: string; digest?: string }[] }[]
  charts?: { repoURL?: string; name?: string; versions?: string[] }[]
}
