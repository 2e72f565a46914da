import {
  anything,
  boolean,
  choice,
  type FieldType,
  integer,
  intOrText,
  list,
  map,
  mapOfValues,
  since,
  text,
} from './field-type.ts'

/**
 * The fields of analyses in Argo Rollouts 1.6 to 1.10 (manifests/crds/analysis-template-crd.yaml, analysis-run-crd.yaml,
 * rollout-crd.yaml, experiment-crd.yaml) and of Kargo's verification (stages crd).
 */

const authentication = map({
  sigv4: map({ region: text, profile: text, roleArn: text }),
  oauth2: map({ tokenUrl: text, clientId: text, clientSecret: text, scopes: list(text) }),
  basicAuth: since('1.10', map({ username: text, password: text })),
})
const headers = list(map({ 'key!': text, 'value!': text }))

const prometheus = map({
  address: text,
  query: text,
  authentication,
  timeout: integer,
  insecure: boolean,
  headers,
  rangeQuery: map({ start: text, end: text, step: text }),
})
const web = map({
  method: text,
  'url!': text,
  headers,
  body: text,
  jsonBody: anything,
  timeoutSeconds: integer,
  jsonPath: text,
  insecure: boolean,
  authentication,
})
const datadog = map({
  apiVersion: choice('v1', 'v2'),
  interval: text,
  query: text,
  queries: mapOfValues(text),
  formula: text,
  aggregator: choice('avg', 'min', 'max', 'sum', 'last', 'percentile', 'mean', 'l2norm', 'area'),
  secretRef: map({ name: text, namespaced: boolean }),
  requestTimeout: since('1.10', anything),
})
const newRelic = map({ profile: text, 'query!': text, timeout: integer })
// The Job's own fields are Kubernetes' business.
const job = map({ metadata: anything, 'spec!': anything })
const scope = map({ 'scope!': text, 'region!': text, 'step!': integer, start: text, end: text })
const kayenta = map({
  'address!': text,
  'application!': text,
  'canaryConfigName!': text,
  'metricsAccountName!': text,
  'configurationAccountName!': text,
  'storageAccountName!': text,
  'threshold!': map({ 'pass!': integer, 'marginal!': integer }),
  'scopes!': list(map({ 'name!': text, 'controlScope!': scope, 'experimentScope!': scope })),
  lookback: boolean,
})
const cloudWatch = map({
  interval: text,
  'metricDataQueries!': list(
    map({
      id: text,
      expression: text,
      label: text,
      metricStat: map({
        metric: map({ dimensions: list(map({ name: text, value: text })), metricName: text, namespace: text }),
        period: intOrText,
        stat: text,
        unit: text,
      }),
      period: intOrText,
      returnData: boolean,
    }),
  ),
})

const provider = map({
  prometheus,
  web,
  datadog,
  newRelic,
  job,
  kayenta,
  cloudWatch,
  graphite: map({ address: text, query: text }),
  influxdb: map({ profile: text, query: text }),
  skywalking: map({ address: text, query: text, interval: text }),
  wavefront: map({ address: text, query: text }),
  plugin: mapOfValues(anything),
})

const metric = map({
  'name!': text,
  interval: text,
  initialDelay: text,
  count: intOrText,
  successCondition: text,
  failureCondition: text,
  failureLimit: intOrText,
  inconclusiveLimit: intOrText,
  consecutiveErrorLimit: intOrText,
  consecutiveSuccessLimit: intOrText,
  'provider!': provider,
})

const argument = map({
  'name!': text,
  value: text,
  valueFrom: map({
    secretKeyRef: map({ 'name!': text, 'key!': text }),
    fieldRef: map({ 'fieldPath!': text }),
  }),
})
const dryRun = list(map({ 'metricName!': text }))
const measurementRetention = list(map({ 'metricName!': text, 'limit!': integer }))
const templates = list(map({ templateName: text, clusterScope: boolean }))

export const templateSpec: FieldType = map({
  metrics: list(metric),
  args: list(argument),
  dryRun,
  measurementRetention,
  templates,
})

export const runSpec: FieldType = map({
  'metrics!': list(metric),
  args: list(argument),
  dryRun,
  measurementRetention,
  terminate: boolean,
  ttlStrategy: map({ secondsAfterCompletion: integer, secondsAfterFailure: integer, secondsAfterSuccess: integer }),
})

const rolloutArgument = map({
  'name!': text,
  value: text,
  valueFrom: map({
    podTemplateHashValue: choice('Stable', 'Latest'),
    fieldRef: map({ 'fieldPath!': text }),
  }),
})
const runMetadata = map({ labels: mapOfValues(text), annotations: mapOfValues(text) })

/** A Rollout's `analysis`, `prePromotionAnalysis` or `postPromotionAnalysis`. */
export const rolloutAnalysis: FieldType = map({
  templates,
  args: list(rolloutArgument),
  dryRun,
  measurementRetention,
  analysisRunMetadata: runMetadata,
  startingStep: integer,
})

const experimentAnalysisOf = (arg: FieldType): FieldType =>
  map({
    'name!': text,
    'templateName!': text,
    clusterScope: boolean,
    args: list(arg),
    requiredForCompletion: boolean,
  })

export const experimentAnalysis: FieldType = experimentAnalysisOf(argument)
/** Of a step of a Rollout. */
export const stepExperimentAnalysis: FieldType = experimentAnalysisOf(rolloutArgument)

/** A Kargo Stage's `spec.verification`. */
export const stageVerification: FieldType = map({
  analysisTemplates: list(map({ 'name!': text, kind: choice('AnalysisTemplate', 'ClusterAnalysisTemplate') })),
  analysisRunMetadata: runMetadata,
  args: list(map({ 'name!': text, value: text })),
})
