import type { ResourceType } from '../../context/kube-client.ts'
import * as known from '../../kube/resource-types.ts'

/** A kind of object that the playground serves, with what discovery says about it. */
export interface ServedResource extends ResourceType {
  singular: string
  shortNames: readonly string[]
  categories: readonly string[]
  subresources: readonly ('status' | 'scale' | 'log')[]
  /** from a CRD: no strategic merge patch, metadata untouched by status writes, generation always kept */
  isCustom: boolean
  /** the API server counts changes of the spec in metadata.generation */
  hasGeneration: boolean
}

type Extra = Partial<Omit<ServedResource, keyof ResourceType>>

const serve = (type: ResourceType, shortNames: string[] = [], extra: Extra = {}): ServedResource => ({
  ...type,
  singular: type.kind.toLowerCase(),
  shortNames,
  categories: [],
  subresources: [],
  isCustom: type.group.endsWith('argoproj.io'),
  hasGeneration: type.group.endsWith('argoproj.io'),
  ...extra,
})

const type = (group: string, version: string, resource: string, kind: string, namespaced = true): ResourceType => ({
  group,
  version,
  resource,
  kind,
  namespaced,
})

const all = ['all']
const status = ['status'] as const
const scalable = ['status', 'scale'] as const

// Subresources of the Argo kinds: argo-rollouts manifests/crds; only the Rollout has any.
const builtIn: readonly ServedResource[] = [
  serve(known.namespaces, ['ns'], { subresources: status }),
  serve(known.pods, ['po'], { subresources: ['status', 'log'], categories: all, hasGeneration: true }),
  serve(known.services, ['svc'], { subresources: status, categories: all }),
  serve(known.secrets),
  serve(known.coreEvents, ['ev']),
  serve(known.resourceQuotas, ['quota'], { subresources: status }),
  serve(known.podTemplates, [], { hasGeneration: true }),
  serve(type('', 'v1', 'configmaps', 'ConfigMap'), ['cm']),
  serve(type('', 'v1', 'serviceaccounts', 'ServiceAccount'), ['sa']),
  serve(type('', 'v1', 'endpoints', 'Endpoints'), ['ep']),
  serve(type('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'), ['pvc'], { subresources: status }),
  serve(type('', 'v1', 'nodes', 'Node', false), ['no'], { subresources: status }),
  serve(known.replicaSets, ['rs'], { subresources: scalable, categories: all, hasGeneration: true }),
  serve(known.deployments, ['deploy'], { subresources: scalable, categories: all, hasGeneration: true }),
  serve(type('apps', 'v1', 'statefulsets', 'StatefulSet'), ['sts'], { categories: all, hasGeneration: true }),
  serve(type('apps', 'v1', 'daemonsets', 'DaemonSet'), ['ds'], { categories: all, hasGeneration: true }),
  serve(known.jobs, [], { subresources: status, categories: all, hasGeneration: true }),
  serve(type('batch', 'v1', 'cronjobs', 'CronJob'), ['cj'], { categories: all, hasGeneration: true }),
  serve(known.horizontalPodAutoscalers, ['hpa'], { subresources: status, categories: all }),
  serve(known.podDisruptionBudgets, ['pdb'], { subresources: status, hasGeneration: true }),
  serve(known.ingresses, ['ing'], { subresources: status, hasGeneration: true }),
  serve(type('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy'), ['netpol'], { hasGeneration: true }),
  serve(type('coordination.k8s.io', 'v1', 'leases', 'Lease')),
  serve(type('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice')),
  serve(type('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false), ['sc']),
  serve(type('rbac.authorization.k8s.io', 'v1', 'roles', 'Role')),
  serve(type('rbac.authorization.k8s.io', 'v1', 'rolebindings', 'RoleBinding')),
  serve(type('rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', false)),
  serve(type('rbac.authorization.k8s.io', 'v1', 'clusterrolebindings', 'ClusterRoleBinding', false)),
  serve(known.rollouts, ['ro'], { subresources: scalable }),
  serve(known.analysisRuns, ['ar']),
  serve(known.analysisTemplates, ['at']),
  serve(known.clusterAnalysisTemplates, ['cat']),
  serve(known.experiments, ['exp']),
  serve(known.applications, ['app', 'apps']),
]

/** The kinds that are served; further ones (a CRD of the user's) can be added. */
export class ResourceCatalog {
  readonly #served = new Map(builtIn.map(each => [keyOf(each), each]))

  /** Undefined for a kind that is not installed. */
  find(group: string, version: string, resource: string): ServedResource | undefined {
    return this.#served.get(`${group}/${version}/${resource}`)
  }

  findKind(apiVersion: string, kind: string): ServedResource | undefined {
    const at = apiVersion.lastIndexOf('/')
    const [group, version] = at < 0 ? ['', apiVersion] : [apiVersion.slice(0, at), apiVersion.slice(at + 1)]
    return this.all().find(each => each.group === group && each.version === version && each.kind === kind)
  }

  all(): ServedResource[] {
    return [...this.#served.values()]
  }

  add(resource: ServedResource): void {
    this.#served.set(keyOf(resource), resource)
  }

  /** As if the CRD had been deleted. */
  remove(resource: ResourceType): void {
    this.#served.delete(keyOf(resource))
  }
}

const keyOf = ({ group, version, resource }: ResourceType) => `${group}/${version}/${resource}`

/** `v1`, `argoproj.io/v1alpha1` */
export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}
