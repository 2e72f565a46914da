import type { AnalysisMetric } from '../rollouts/rollout.ts'

// Go writes a struct's fields in the order of their declaration (argo-rollouts analysis_types.go). The order decides
// which of several unknown placeholders is named, and what an unclosed one swallows.
const metricFields = [
  'name',
  'interval',
  'initialDelay',
  'count',
  'successCondition',
  'failureCondition',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'provider',
  'consecutiveSuccessLimit',
]
const providerFields: Record<string, string[]> = {
  prometheus: ['address', 'query', 'authentication', 'timeout', 'insecure', 'headers', 'rangeQuery'],
  kayenta: [],
  web: ['method', 'url', 'headers', 'body', 'timeoutSeconds', 'jsonPath', 'insecure', 'jsonBody', 'authentication'],
  datadog: [],
  wavefront: [],
  newRelic: [],
  job: ['metadata', 'spec'],
  cloudWatch: [],
  graphite: ['address', 'query'],
  influxdb: ['profile', 'query'],
  skywalking: [],
  plugin: [],
}

/** Structs that Go writes even when nothing is set. */
const alwaysThere: Record<string, object> = {
  prometheus: { authentication: { sigv4: {}, oauth2: {} } },
  web: { authentication: { sigv4: {}, oauth2: {} } },
}

/** The metric as the controller serialises it before it replaces placeholders: `<`, `>` and `&` are escaped. */
export function metricJson(metric: AnalysisMetric): string {
  return goText(metricInOrder(metric, {}))
}

/** {@link metricJson} with the structs that Go writes although they are empty, for messages that quote the text. */
export function verboseMetricJson(metric: AnalysisMetric): string {
  return goText(metricInOrder(metric, alwaysThere))
}

function metricInOrder(metric: AnalysisMetric, padding: Record<string, object>): object {
  const provider = inOrder(metric.provider ?? {}, Object.keys(providerFields))
  const padded = Object.entries(provider).map(([type, config]) => {
    if (typeof config !== 'object' || config === null || Array.isArray(config)) return [type, config]
    return [type, inOrder({ ...padding[type], ...config }, providerFields[type] ?? [])]
  })
  return inOrder({ ...metric, provider: Object.fromEntries(padded) }, metricFields)
}

function inOrder(value: object, fields: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(value)
  const known = fields.flatMap(field => entries.filter(([key]) => key === field))
  return Object.fromEntries([...known, ...entries.filter(([key]) => !fields.includes(key))])
}

const goText = (value: unknown) =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
