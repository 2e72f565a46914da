import type { Context } from '../context/context.ts'
import { type GoUrl, goUrlText, isAddress, parseGoUrl } from '../http/go-url.ts'
import { usage } from '../values/failure.ts'

/** A Service that the API server can be asked to pass requests on to. */
export interface ServiceAddress {
  namespace: string
  name: string
  /** number or name; absent: the Service says */
  port?: string
  isTls?: boolean
  /** below which the API is served, with a leading slash; or empty */
  path?: string
}

export type PrometheusTarget = { kind: 'url'; url: GoUrl } | { kind: 'service'; service: ServiceAddress }

/** Where an address comes from; the first that names one wins. */
export type AddressSource = 'flag' | 'metric' | 'environment' | 'config'

export interface ChosenAddress {
  text: string
  source: AddressSource
}

/** In order of strength; the second is what the controller reads. */
const variables = ['PROMETHEUS_URL', 'ARGO_ROLLOUTS_PROMETHEUS_ADDRESS']

/**
 * The address that counts: `--prometheus`, else what the metric or file says, else the environment, else the
 * configuration for this cluster.
 */
export function chooseAddress(
  { flag, written, config }: { flag?: string; written?: string; config?: string },
  env: Context['env'],
): ChosenAddress | undefined {
  if (flag) return { text: flag, source: 'flag' }
  if (written) return { text: written, source: 'metric' }
  const named = variables.map(name => env[name]).find(value => value)
  if (named) return { text: named, source: 'environment' }
  return config ? { text: config, source: 'config' } : undefined
}

/** A URL, or `svc/NAMESPACE/NAME[:PORT]`, which is understood everywhere but in templates; undefined for all else. */
export function parseTarget({ text, source }: ChosenAddress): PrometheusTarget | undefined {
  const [, namespace, name, port] = /^svc\/([a-z0-9-]+)\/([a-z0-9-]+)(?::([a-z0-9-]+))?$/.exec(text) ?? []
  if (namespace && name && source !== 'metric')
    return { kind: 'service', service: { namespace, name, ...(port ? { port } : {}) } }
  const url = parseGoUrl(text)
  return !('problem' in url) && isAddress(text) ? { kind: 'url', url } : undefined
}

/** @throws Failure `usage` when `--prometheus` is neither of both */
export function checkFlag(text: string): void {
  const target = parseTarget({ text, source: 'flag' })
  if (target?.kind === 'service') return
  if (target && /^https?$/.test(target.url.scheme)) return
  throw usage(`invalid --prometheus ${JSON.stringify(text)}: it is neither a URL nor svc/NAMESPACE/NAME[:PORT]`, {
    reason: 'InvalidFlag',
    hints: ['for instance --prometheus http://localhost:9090, or --prometheus svc/monitoring/prometheus-server:80'],
  })
}

/**
 * The Service behind a name that only the cluster resolves: `x.ns`, `x.ns.svc`, `x.ns.svc.cluster.local` with whatever
 * domain the cluster has; undefined for other hosts.
 */
export function serviceBehind(url: GoUrl): ServiceAddress | undefined {
  const [, host = '', port] = /^(.*?)\.?(?::(\d*))?$/.exec(url.host.toLowerCase()) ?? []
  const label = '[a-z0-9]([a-z0-9-]*[a-z0-9])?'
  const name = new RegExp(`^(?<name>${label})\\.(?<namespace>${label})(\\.svc(\\.[a-z0-9.-]+)?)?$`).exec(host)?.groups
  if (!name?.name || !name.namespace || /^\d+$/.test(name.namespace)) return undefined
  const isTls = url.scheme === 'https'
  return {
    namespace: name.namespace,
    name: name.name,
    port: port || (isTls ? '443' : '80'),
    ...(isTls ? { isTls } : {}),
    path: url.path.replace(/\/+$/, ''),
  }
}

/** Without credentials, for people. */
export const addressText = (target: PrometheusTarget): string =>
  target.kind === 'url' ? goUrlText({ ...target.url, userInfo: undefined }) : serviceText(target.service)

export const serviceText = ({ namespace, name, port }: ServiceAddress): string =>
  `svc/${namespace}/${name}${port ? `:${port}` : ''}`
