import { webProblem, webRequestProblem } from '../../analysis/providers/web-answer.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { isMap, mapOf, textOf } from '../model/plain.ts'
import type { Rule } from '../rule.ts'
import type { Path } from '../sources/path.ts'

export const invalidProvider: Rule = {
  id: 'CA013',
  name: 'invalid-provider',
  severity: 'error',
  title: 'Settings with which the provider cannot measure',
  explanation:
    'The provider itself refuses these settings, so that every measurement is an Error and the fifth in a row ends the run in Error. The message is the one that the measurement would show.',
  hint: 'correct the settings of the provider',
  example: {
    wrong: 'prometheus:\n  address: prometheus.monitoring:9090',
    right: 'prometheus:\n  address: http://prometheus.monitoring:9090',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const problem = problemOf(metric)
        if (problem) report({ document, path: metric.providerPath(...problem.steps) }, problem.message)
      }
  },
}

function problemOf(metric: MetricModel): { steps: Path; message: string } | undefined {
  switch (metric.provider) {
    case 'prometheus':
      return prometheusProblem(metric.config)
    case 'web':
      return webProblemOf(metric)
    case 'datadog':
      return datadogProblem(metric.config)
    default:
      return undefined
  }
}

/** argo-rollouts prometheus.go NewPrometheusAPI, NewPrometheusProvider */
function prometheusProblem(config: Record<string, unknown>) {
  const { address, query, timeout, authentication } = config
  if (typeof address === 'string' && address !== '' && !isUrl(address))
    return { steps: ['address'], message: 'prometheus address is not is url format' }
  if (typeof timeout === 'number' && timeout < 0)
    return { steps: ['timeout'], message: 'prometheus timeout should not be negative' }
  const { oauth2, basicAuth } = mapOf(authentication)
  const { tokenUrl, clientId, clientSecret } = mapOf(oauth2)
  if (tokenUrl && !(clientId && clientSecret))
    return { steps: ['authentication', 'oauth2'], message: 'missing mandatory parameter in metric for OAuth2 setup' }
  const { username, password } = mapOf(basicAuth)
  if (Boolean(username) !== Boolean(password)) {
    const missing = username ? 'password' : 'username'
    return {
      steps: ['authentication', 'basicAuth'],
      message: `missing mandatory parameter in metric for basic auth setup: ${missing}`,
    }
  }
  if (query === undefined || query === null) return { steps: [], message: 'a prometheus metric without a query' }
  return undefined
}

/** Go's url.Parse with a scheme and a host; what an argument decides is not known yet. */
function isUrl(address: string): boolean {
  if (address.includes('{{')) return /^\s*\{\{/.test(address) || /^[a-z][a-z0-9+.-]*:\/\//i.test(address)
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.test(address)
}

function webProblemOf({ metric, config }: MetricModel) {
  const { jsonPath, method, headers } = config
  if (isTemplated(jsonPath) || isTemplated(method)) return undefined
  // Both functions expect texts where the CRD wants texts.
  if ([jsonPath, method, config.body].some(each => each !== undefined && typeof each !== 'string')) return undefined
  if (headers !== undefined && !Array.isArray(headers)) return undefined
  const message = webProblem(metric)
  if (message !== undefined)
    return {
      steps: isMap(config.authentication) && message.startsWith('missing') ? ['authentication'] : ['jsonPath'],
      message,
    }
  const request = webRequestProblem(metric)
  if (request !== undefined) return { steps: [config.jsonBody === undefined ? 'body' : 'jsonBody'], message: request }
  // argo-rollouts analysis_types.go WebMetricMethod; net/http would send any, the field is checked by nobody
  if (typeof method === 'string' && !['', 'GET', 'POST', 'PUT'].includes(method))
    return { steps: ['method'], message: `method must be GET, POST or PUT, not ${method}` }
  return undefined
}

const isTemplated = (value: unknown) => typeof value === 'string' && value.includes('{{')

/** argo-rollouts datadog.go validateIncomingProps */
function datadogProblem(config: Record<string, unknown>): { steps: Path; message: string } | undefined {
  const query = textOf(config.query) ?? ''
  const queries = Object.keys(mapOf(config.queries))
  const isV1 = (config.apiVersion ?? 'v1') === 'v1'
  if (query === '' && queries.length === 0) return { steps: [], message: 'Must have either a query or queries' }
  if (query !== '' && queries.length > 0) return { steps: ['queries'], message: 'Cannot have both a query and queries' }
  if (isV1 && query === '')
    return {
      steps: ['queries'],
      message: 'Query is empty: API version v1, the default, takes only query, and queries need apiVersion: v2',
    }
  if (config.formula && queries.length === 0)
    return { steps: ['formula'], message: 'Formula are only valid when queries are set' }
  if (!config.formula && queries.length > 1)
    return { steps: ['queries'], message: 'When multiple queries are provided you must include a formula' }
  if (isV1 && config.aggregator) return { steps: ['aggregator'], message: 'Aggregator is not supported in v1' }
  return undefined
}
