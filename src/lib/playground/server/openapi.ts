import { apiVersionOf, type ResourceCatalog, type ServedResource } from '../store/resource-catalog.ts'
import { notAcceptable, pathNotFound } from '../store/status-error.ts'
import { type ApiAnswer, type ApiRequest, headerOf, jsonAnswer } from './api-request.ts'
import { schemaOf } from './schemas.ts'

/**
 * OpenAPI as far as kubectl uses it: which parameters a patch takes (`apply --validate`, `--dry-run=server`), and what
 * `explain` shows. Strategic merge patches are not announced, so that kubectl takes its own knowledge of them.
 */
export function openApi(catalog: ResourceCatalog, request: ApiRequest): ApiAnswer {
  const words = request.path.split('/').filter(Boolean)
  if (words[1] === 'v2') return openApiV2(catalog, request)
  if (words.length === 2) return jsonAnswer({ paths: pathsOf(catalog) })
  const [group, version] = words[2] === 'api' ? ['', words[3] ?? ''] : [words[3] ?? '', words[4] ?? '']
  const served = catalog.all().filter(each => each.group === group && each.version === version)
  if (served.length === 0) throw pathNotFound()
  return jsonAnswer(documentOf(served))
}

function pathsOf(catalog: ResourceCatalog): Record<string, { serverRelativeURL: string }> {
  const roots = new Set(catalog.all().map(rootOf))
  return Object.fromEntries(
    [...roots].map(root => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=playground` }]),
  )
}

const rootOf = (each: ServedResource) => (each.group === '' ? `api/${each.version}` : `apis/${apiVersionOf(each)}`)

function documentOf(served: readonly ServedResource[]): object {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'playground' },
    paths: Object.fromEntries(served.map(each => [pathOf(each), { patch: patchOperation(each) }])),
    components: { schemas: Object.fromEntries(served.map(each => [schemaName(each), schemaOf(each)])) },
  }
}

const pathOf = (each: ServedResource) =>
  `/${rootOf(each)}${each.namespaced ? '/namespaces/{namespace}' : ''}/${each.resource}/{name}`

const gvkOf = ({ group, version, kind }: ServedResource) => ({ group, version, kind })

const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}))

const patchOperation = (each: ServedResource) => ({
  parameters,
  requestBody: { content: { 'application/merge-patch+json': {}, 'application/json-patch+json': {} } },
  responses: { 200: { description: 'OK' } },
  'x-kubernetes-action': 'patch',
  'x-kubernetes-group-version-kind': gvkOf(each),
})

/** io.argoproj.v1alpha1.Rollout */
const schemaName = ({ group, version, kind }: ServedResource) =>
  `${group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.')}.${version}.${kind}`

function openApiV2(catalog: ResourceCatalog, request: ApiRequest): ApiAnswer {
  // kubectl asks for protobuf only, and does without when it cannot have it
  const accept = headerOf(request, 'accept')
  if (accept.includes('protobuf') && !accept.includes('application/json')) throw notAcceptable(['application/json'])
  return jsonAnswer({
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'playground' },
    paths: {},
    definitions: Object.fromEntries(catalog.all().map(each => [schemaName(each), schemaOf(each)])),
  })
}
