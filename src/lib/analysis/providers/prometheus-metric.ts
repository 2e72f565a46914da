import type { PrometheusCredentials } from '../../prometheus/credentials.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { ControllerVersion } from '../analysis.ts'

/** A `prometheus` metric as we read it (argo-rollouts analysis_types.go PrometheusMetric). */
export interface PrometheusMetric {
  address?: string
  query?: string
  /** seconds */
  timeout?: number
  insecure?: boolean
  headers?: { key: string; value: string }[]
  rangeQuery?: { start?: string; end?: string; step?: string }
  authentication?: {
    sigv4?: { region?: string; profile?: string; roleArn?: string }
    oauth2?: { tokenUrl?: string; clientId?: string; clientSecret?: string; scopes?: string[] }
    /** since 1.10 */
    basicAuth?: { username?: string; password?: string }
  }
}

export const prometheusMetric = (metric: AnalysisMetric): PrometheusMetric =>
  (metric.provider?.prometheus ?? {}) as PrometheusMetric

/** Why the provider cannot be built, once the address is known, in the controller's words (argo-rollouts prometheus.go). */
export function prometheusMetricProblem(
  { authentication = {}, timeout }: PrometheusMetric,
  version: ControllerVersion,
): string | undefined {
  const { basicAuth, oauth2 } = authentication
  if (version === '1.10' && (basicAuth?.username || basicAuth?.password)) {
    const missing = basicAuth.username ? (basicAuth.password ? undefined : 'password') : 'username'
    if (missing) return `missing mandatory parameter in metric for basic auth setup: ${missing}`
  }
  if (oauth2?.tokenUrl && !(oauth2.clientId && oauth2.clientSecret))
    return 'missing mandatory parameter in metric for OAuth2 setup'
  if (timeout !== undefined && timeout < 0) return 'prometheus timeout should not be negative'
  return undefined
}

/** Signatures only for Amazon Managed Prometheus, which the controller knows by its address. */
export function prometheusCredentials(
  { authentication = {} }: PrometheusMetric,
  address: string,
  version: ControllerVersion,
): PrometheusCredentials | undefined {
  const { basicAuth, oauth2, sigv4 } = authentication
  if (version === '1.10' && basicAuth?.username && basicAuth.password)
    return { basic: { username: basicAuth.username, password: basicAuth.password } }
  if (oauth2?.tokenUrl) {
    const { tokenUrl, clientId = '', clientSecret = '', scopes = [] } = oauth2
    return { oauth2: { tokenUrl, clientId, clientSecret, scopes } }
  }
  if (sigv4 && Object.values(sigv4).some(value => value) && address.includes('aps-workspaces')) return { sigv4 }
  return undefined
}

/** Later ones replace earlier ones of the same name, in whatever case (net/http Header.Set). */
export function headersOf(headers: readonly { key: string; value: string }[] = []): Record<string, string> {
  const byName = new Map(headers.map(({ key, value }) => [key.toLowerCase(), [key, value] as const]))
  return Object.fromEntries(byName.values())
}
