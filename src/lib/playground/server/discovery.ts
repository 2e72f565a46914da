import { apiVersionOf, type ResourceCatalog, type ServedResource } from '../store/resource-catalog.ts'
import { pathNotFound } from '../store/status-error.ts'
import { type ApiAnswer, type ApiRequest, headerOf, jsonAnswer } from './api-request.ts'

export const serverVersion = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0-playground',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
}

/** `/api`, `/apis` and below: which kinds are served; in one document for clients that ask for the aggregated form. */
export function discovery(catalog: ResourceCatalog, request: ApiRequest): ApiAnswer {
  const words = request.path.split('/').filter(Boolean)
  const [root, ...rest] = words
  const isAggregated = rest.length === 0 && headerOf(request, 'accept').includes('as=APIGroupDiscoveryList')
  if (isAggregated) return aggregated(catalog, root === 'api')
  if (root === 'api')
    return rest.length === 0 ? jsonAnswer(coreVersions) : jsonAnswer(resourceList(catalog, '', rest[0] ?? ''))
  const [group, version] = rest
  if (group === undefined)
    return jsonAnswer({ kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(catalog).map(groupOf) })
  const known = groupsOf(catalog).find(each => each.name === group)
  if (!known) throw pathNotFound()
  if (version === undefined) return jsonAnswer({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf(known) })
  return jsonAnswer(resourceList(catalog, group, version))
}

const coreVersions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }

interface Group {
  name: string
  versions: string[]
}

function groupsOf(catalog: ResourceCatalog): Group[] {
  const groups = new Map<string, Set<string>>()
  for (const { group, version } of [...catalog.all(), ...reviews]) {
    if (group !== '') groups.set(group, (groups.get(group) ?? new Set()).add(version))
  }
  return [...groups].map(([name, versions]) => ({ name, versions: [...versions] }))
}

/** Kinds that are answered and never stored. */
const reviews = [
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    resource: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
  },
  { group: 'authentication.k8s.io', version: 'v1', resource: 'selfsubjectreviews', kind: 'SelfSubjectReview' },
]

function groupOf({ name, versions }: Group) {
  const all = versions.map(version => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: all, preferredVersion: all[0] }
}

function resourceList(catalog: ResourceCatalog, group: string, version: string): object {
  const served = catalog.all().filter(each => each.group === group && each.version === version)
  const answered = reviews.filter(each => each.group === group && each.version === version)
  if (served.length + answered.length === 0) throw pathNotFound()
  const resources = [
    ...served.flatMap(each => [
      {
        name: each.resource,
        singularName: each.singular,
        namespaced: each.namespaced,
        kind: each.kind,
        verbs,
        ...(each.shortNames.length > 0 ? { shortNames: each.shortNames } : {}),
        ...(each.categories.length > 0 ? { categories: each.categories } : {}),
      },
      ...each.subresources.map(sub => subresource(each, sub)),
    ]),
    ...answered.map(each => ({
      name: each.resource,
      singularName: '',
      namespaced: false,
      kind: each.kind,
      verbs: ['create'],
    })),
  ]
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources }
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

function subresource(each: ServedResource, sub: string) {
  const isScale = sub === 'scale'
  return {
    name: `${each.resource}/${sub}`,
    singularName: '',
    namespaced: each.namespaced,
    ...(isScale ? { group: 'autoscaling', version: 'v1' } : {}),
    kind: isScale ? 'Scale' : each.kind,
    verbs: sub === 'log' ? ['get'] : ['get', 'patch', 'update'],
  }
}

/** apidiscovery.k8s.io/v2 */
function aggregated(catalog: ResourceCatalog, isCore: boolean): ApiAnswer {
  const groups = isCore ? [{ name: '', versions: ['v1'] }] : groupsOf(catalog)
  const items = groups.map(({ name, versions }) => ({
    metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
    versions: versions.map(version => ({
      version,
      resources: aggregatedResources(catalog, name, version),
      freshness: 'Current',
    })),
  }))
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  return jsonAnswer(
    { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items },
    200,
    type,
  )
}

function aggregatedResources(catalog: ResourceCatalog, group: string, version: string): object[] {
  const served = catalog.all().filter(each => each.group === group && each.version === version)
  const answered = reviews.filter(each => each.group === group && each.version === version)
  return [
    ...served.map(each => ({
      resource: each.resource,
      responseKind: { group, version, kind: each.kind },
      scope: each.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: each.singular,
      verbs,
      ...(each.shortNames.length > 0 ? { shortNames: each.shortNames } : {}),
      ...(each.categories.length > 0 ? { categories: each.categories } : {}),
      ...(each.subresources.length > 0
        ? {
            subresources: each.subresources.map(sub => ({
              subresource: sub,
              responseKind:
                sub === 'scale'
                  ? { group: 'autoscaling', version: 'v1', kind: 'Scale' }
                  : { group, version, kind: each.kind },
              verbs: sub === 'log' ? ['get'] : ['get', 'patch', 'update'],
            })),
          }
        : {}),
    })),
    ...answered.map(each => ({
      resource: each.resource,
      responseKind: { group, version, kind: each.kind },
      scope: 'Cluster',
      singularResource: each.kind.toLowerCase(),
      verbs: ['create'],
    })),
  ]
}
