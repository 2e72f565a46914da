import type { Service } from '../../kube/core-objects.ts'
import { services } from '../../kube/resource-types.ts'
import { isQueryEngine } from '../prometheus/cluster-address.ts'
import type { PrometheusApi } from '../prometheus/prometheus-api.ts'
import { methodNotAllowed, notFound, StatusError } from '../store/status-error.ts'
import type { ObjectStore } from '../store/store.ts'
import type { ApiAnswer, ApiRequest, Target } from './api-request.ts'

/**
 * `/api/v1/namespaces/NAMESPACE/services/[SCHEME:]NAME[:PORT]/proxy/PATH`: a Service that stands for a Prometheus is
 * answered by the embedded engine; nothing listens behind any other one.
 */
export async function answerServiceProxy(
  store: ObjectStore,
  prometheus: PrometheusApi | undefined,
  { namespace = 'default', name: words = '', subresource = '' }: Target,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const [first = '', second, third] = words.split(':')
  const [name, port] = third === undefined ? [first, second] : [second ?? '', third]
  const service = store.find<Service>(services, { namespace, name })
  if (!service) throw notFound(services, name)
  const ports = service.spec?.ports ?? []
  const isServed = !port || ports.some(each => String(each.port) === port || each.name === port)
  if (!prometheus || !isQueryEngine(name) || !isServed) throw unavailable(words)
  if (!['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'].includes(request.method)) throw methodNotAllowed()
  const path = subresource.replace(/^proxy/, '') || '/'
  return prometheus.handle({ method: request.method, path, query: request.query, body: request.body })
}

const unavailable = (name: string) =>
  new StatusError(503, 'ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`)
