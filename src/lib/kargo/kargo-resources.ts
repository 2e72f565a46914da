import type { ResourceType } from '../context/kube-client.ts'

const kargo = (resource: string, kind: string, namespaced = true): ResourceType => ({
  group: 'kargo.akuity.io',
  version: 'v1alpha1',
  resource,
  kind,
  namespaced,
})

export const warehouses = kargo('warehouses', 'Warehouse')
export const freights = kargo('freights', 'Freight')
export const stages = kargo('stages', 'Stage')
export const promotions = kargo('promotions', 'Promotion')
export const projectConfigs = kargo('projectconfigs', 'ProjectConfig')
export const promotionTasks = kargo('promotiontasks', 'PromotionTask')
export const clusterPromotionTasks = kargo('clusterpromotiontasks', 'ClusterPromotionTask', false)

export const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  namespaced: true,
}

/** Labels and annotations by which Kargo and its clients talk (Kargo api/v1alpha1/labels.go, annotations.go). */
export const keys = {
  abort: 'kargo.akuity.io/abort',
  alias: 'kargo.akuity.io/alias',
  controller: 'kargo.akuity.io/controller',
  refresh: 'kargo.akuity.io/refresh',
  reverify: 'kargo.akuity.io/reverify',
  shard: 'kargo.akuity.io/shard',
  stage: 'kargo.akuity.io/stage',
} as const
