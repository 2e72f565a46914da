import { posix } from 'node:path'
import type { Context } from '../context/context.ts'
import type { KubeClient, RawResponse } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { HttpFailure, requestSubject } from '../http/http-failure.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { type ServiceAddress, serviceText } from './address.ts'
import type { Endpoint, EndpointAnswer, EndpointRequest } from './endpoint.ts'

const services = { group: '', version: 'v1', resource: 'services', kind: 'Service', namespaced: true }

interface Service extends KubeObject {
  spec?: { ports?: { name?: string; port: number }[] }
}

/** Names tenants, and nothing else: the API server would act on many another header, and it keeps Authorization to itself. */
const passed = /^(x-scope-orgid|thanos-tenant)$/i

/** A Prometheus in the cluster, asked with GET through the API server's service proxy. */
export class ServiceEndpoint implements Endpoint {
  readonly address: string
  private readonly service: ServiceAddress
  private readonly headers: Record<string, string>
  private readonly context: Pick<Context, 'kube' | 'clock'>
  private port: Promise<string> | undefined

  constructor(
    service: ServiceAddress,
    headers: Readonly<Record<string, string>>,
    context: Pick<Context, 'kube' | 'clock'>,
    address = serviceText(service),
  ) {
    this.address = address
    this.service = service
    this.headers = Object.fromEntries(Object.entries(headers).filter(([name]) => passed.test(name)))
    this.context = context
  }

  async send({ path, form, timeoutMs, signal }: EndpointRequest): Promise<EndpointAnswer> {
    const subject = requestSubject('GET', `${this.address.replace(/\/+$/, '')}${path}`)
    const timeout = new AbortController()
    const done = new AbortController()
    if (timeoutMs !== undefined)
      this.context.clock.sleep(Math.max(0, timeoutMs), done.signal).then(
        () =>
          timeout.abort(new HttpFailure(subject, 'context deadline exceeded', { reason: 'Timeout', isTimeout: true })),
        () => {},
      )
    try {
      const ends = AbortSignal.any([timeout.signal, ...(signal ? [signal] : [])])
      const answer = await this.ask(
        await this.context.kube(),
        posix.join('/', this.service.path ?? '', path),
        form,
        ends,
      )
      const lost = /^error trying to reach service: (.*)/s.exec(answer.body)
      if (lost && answer.status >= 500)
        throw new HttpFailure(subject, safeText(lost[1] ?? ''), { reason: 'Unreachable' })
      return { status: answer.status, body: answer.body }
    } catch (error) {
      if (error instanceof HttpFailure || !(error instanceof Failure) || signal?.aborted) throw error
      throw new HttpFailure(subject, `the API server: ${error.message}`, {
        reason: error.reason,
        hints: this.hintsFor(error),
        cause: error,
      })
    } finally {
      done.abort()
    }
  }

  private async ask(kube: KubeClient, path: string, form: string, signal: AbortSignal): Promise<RawResponse> {
    const { namespace, name, isTls } = this.service
    this.port ??= this.choosePort(kube)
    const port = await this.port
    const service = `${isTls ? 'https:' : ''}${name}${port ? `:${port}` : ''}`
    return kube.raw({
      path: `/api/v1/namespaces/${namespace}/services/${service}/proxy${path}${form ? `?${form}` : ''}`,
      headers: this.headers,
      isProxied: true,
      signal,
    })
  }

  /** The port that was named, else the one that looks like Prometheus, else the first; empty when it cannot be known. */
  private async choosePort(kube: KubeClient): Promise<string> {
    const { namespace, name, port } = this.service
    if (port) return port
    try {
      const { spec } = await kube.get<Service>(services, { namespace, name })
      const ports = spec?.ports ?? []
      const likely = ports.find(each => each.port === 9090 || /^(http|web|http-web|prometheus)$/.test(each.name ?? ''))
      return String((likely ?? ports[0])?.port ?? '')
    } catch (error) {
      if (error instanceof Failure && error.reason === 'Forbidden') return ''
      this.port = undefined
      throw error
    }
  }

  private hintsFor({ reason, message, hints }: Failure): readonly string[] {
    const { namespace, name, port } = this.service
    if (/^no endpoints available/.test(message))
      return [
        `no pod behind it is ready: kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}`,
      ]
    if (reason !== 'Forbidden') return hints
    const forward = `kubectl port-forward -n ${namespace} svc/${name} 9090:${port ?? 9090}`
    return [
      ...hints,
      `it takes the verb get on services/proxy; without it: ${forward}, then --prometheus http://localhost:9090`,
    ]
  }
}
