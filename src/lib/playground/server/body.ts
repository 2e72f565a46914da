import type { KubeObject } from '../../context/kube-object.ts'
import { isObject, type JsonObject } from '../store/json.ts'
import { apiVersionOf, type ServedResource } from '../store/resource-catalog.ts'
import { badRequest, unsupportedMediaType } from '../store/status-error.ts'
import { type ApiRequest, headerOf } from './api-request.ts'

const accepted = ['application/json', 'application/yaml']

export const contentType = (request: ApiRequest): string =>
  headerOf(request, 'content-type').split(';')[0]?.trim().toLowerCase() ?? ''

/** The body, JSON or YAML; protobuf is not spoken, so clients that can fall back to JSON. */
export async function parseBody(request: ApiRequest): Promise<unknown> {
  const type = contentType(request)
  if (type !== '' && !/json|yaml/.test(type)) throw unsupportedMediaType(accepted)
  try {
    return JSON.parse(request.body) as unknown
  } catch (error) {
    if (!type.includes('yaml')) throw badRequest(`unable to decode the body: ${(error as Error).message}`)
  }
  const { parse } = await import('yaml')
  return parse(request.body) as unknown
}

/** A body that has to be an object of this kind. */
export async function parseObject(request: ApiRequest, resource?: ServedResource): Promise<KubeObject> {
  const body = await parseBody(request)
  if (!isObject(body)) throw badRequest('the body is not an object')
  const { apiVersion, kind } = body
  if (resource && apiVersion !== undefined && apiVersion !== apiVersionOf(resource)) {
    const expected = apiVersionOf(resource)
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    )
  }
  if (resource && kind !== undefined && kind !== resource.kind) {
    throw badRequest(`the kind in the data (${kind}) does not match the expected kind (${resource.kind})`)
  }
  return { ...body, metadata: (body.metadata ?? {}) as JsonObject } as unknown as KubeObject
}
