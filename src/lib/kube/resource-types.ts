import type { ResourceType } from '../context/kube-client.ts'

const core = (resource: string, kind: string, namespaced = true): ResourceType => ({
  group: '',
  version: 'v1',
  resource,
  kind,
  namespaced,
})
const argo = (resource: string, kind: string, namespaced = true): ResourceType => ({
  group: 'argoproj.io',
  version: 'v1alpha1',
  resource,
  kind,
  namespaced,
})

export const rollouts = argo('rollouts', 'Rollout')
export const experiments = argo('experiments', 'Experiment')
export const analysisRuns = argo('analysisruns', 'AnalysisRun')
export const analysisTemplates = argo('analysistemplates', 'AnalysisTemplate')
export const clusterAnalysisTemplates = argo('clusteranalysistemplates', 'ClusterAnalysisTemplate', false)
export const applications = argo('applications', 'Application')

export const pods = core('pods', 'Pod')
export const services = core('services', 'Service')
export const namespaces = core('namespaces', 'Namespace', false)
export const secrets = core('secrets', 'Secret')
export const coreEvents = core('events', 'Event')
export const resourceQuotas = core('resourcequotas', 'ResourceQuota')
export const podTemplates = core('podtemplates', 'PodTemplate')

export const replicaSets: ResourceType = {
  group: 'apps',
  version: 'v1',
  resource: 'replicasets',
  kind: 'ReplicaSet',
  namespaced: true,
}
export const deployments: ResourceType = {
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}
export const jobs: ResourceType = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true }
export const horizontalPodAutoscalers: ResourceType = {
  group: 'autoscaling',
  version: 'v2',
  resource: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
}
export const podDisruptionBudgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
}
export const ingresses: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingresses',
  kind: 'Ingress',
  namespaced: true,
}
