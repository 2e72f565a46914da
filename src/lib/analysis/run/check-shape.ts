import type { KubeObject } from '../../context/kube-object.ts'
import { type FieldPath, type Manifest, positionOf, positionText } from '../../manifests/read-manifests.ts'
import { type Failure, usage } from '../../values/failure.ts'

/** What the API server would refuse: a field of the wrong type, or one that has to be there (argo-rollouts manifests/crds). */
interface ShapeProblem {
  path: FieldPath
  message: string
}

type Check = (value: unknown, path: FieldPath) => ShapeProblem[]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const problem = (path: FieldPath, message: string): ShapeProblem[] => [{ path, message: `${dotted(path)} ${message}` }]

const text: Check = (value, path) => {
  if (typeof value === 'string') return []
  const quoted = typeof value === 'number' || typeof value === 'boolean' ? `: write ${JSON.stringify(`${value}`)}` : ''
  return problem(path, `must be a string${quoted}`)
}
const integer: Check = (value, path) => (Number.isInteger(value) ? [] : problem(path, 'must be a whole number'))
const truth: Check = (value, path) => (typeof value === 'boolean' ? [] : problem(path, 'must be true or false'))
const intOrText: Check = (value, path) =>
  typeof value === 'string' || Number.isInteger(value) ? [] : problem(path, 'must be a whole number or a string')
const anything: Check = () => []
const list =
  (item: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => item(each, [...path, index]))
      : problem(path, 'must be a list')
const map =
  (fields: Record<string, Check>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (!isObject(value)) return problem(path, 'must be an object')
    const missing = required.filter(name => value[name] === undefined || value[name] === null)
    return [
      ...missing.flatMap(name => problem([...path, name], 'is missing')),
      ...Object.entries(value).flatMap(([name, each]) => {
        // the API server drops null
        const check = each === null || !Object.hasOwn(fields, name) ? undefined : fields[name]
        return check?.(each, [...path, name]) ?? []
      }),
    ]
  }

const headers = list(map({ key: text, value: text }, ['key', 'value']))
const oauth2 = map({ tokenUrl: text, clientId: text, clientSecret: text, scopes: list(text) })
const authentication = map({ oauth2, sigv4: map({ region: text, profile: text, roleArn: text }) })
const query = { address: text, query: text }
const provider = map({
  prometheus: map({
    ...query,
    timeout: integer,
    insecure: truth,
    headers,
    authentication,
    rangeQuery: map({ start: text, end: text, step: text }),
  }),
  web: map({
    method: text,
    url: text,
    headers,
    body: text,
    jsonPath: text,
    timeoutSeconds: integer,
    insecure: truth,
    authentication,
    jsonBody: anything,
  }),
  datadog: map({ query: text, interval: text, formula: text, apiVersion: text, aggregator: text }),
  newRelic: map({ profile: text, query: text, timeout: integer }),
  graphite: map(query),
  influxdb: map({ profile: text, query: text }),
  skywalking: map({ ...query, interval: text }),
  wavefront: map(query),
  cloudWatch: map({ interval: text, metricDataQueries: list(map({})) }),
  kayenta: map({ address: text, application: text, canaryConfigName: text, scopes: list(map({})) }),
  job: map({ metadata: map({}), spec: map({}) }),
  plugin: map({}),
})
const metric = map(
  {
    name: text,
    interval: text,
    initialDelay: text,
    count: intOrText,
    successCondition: text,
    failureCondition: text,
    failureLimit: intOrText,
    inconclusiveLimit: intOrText,
    consecutiveErrorLimit: intOrText,
    consecutiveSuccessLimit: intOrText,
    provider,
  },
  ['name', 'provider'],
)
const argument = map(
  {
    name: text,
    value: text,
    valueFrom: map({
      secretKeyRef: map({ name: text, key: text }, ['name', 'key']),
      fieldRef: map({ fieldPath: text }, ['fieldPath']),
      podTemplateHashValue: text,
    }),
  },
  ['name'],
)
const rules = {
  dryRun: list(map({ metricName: text }, ['metricName'])),
  measurementRetention: list(map({ metricName: text, limit: integer }, ['metricName'])),
}
const templateSpec = map({
  metrics: list(metric),
  args: list(argument),
  ...rules,
  templates: list(map({ templateName: text, clusterScope: truth }, ['templateName'])),
})
const analysis = map({
  templates: list(map({ templateName: text, clusterScope: truth })),
  args: list(argument),
  ...rules,
})
const rolloutSpec = map({
  strategy: map({
    canary: map({ analysis, steps: list(map({ analysis })) }),
    blueGreen: map({ prePromotionAnalysis: analysis, postPromotionAnalysis: analysis }),
  }),
})
const stageSpec = map({
  verification: map({
    analysisTemplates: list(map({ name: text, kind: text }, ['name'])),
    args: list(map({ name: text, value: text }, ['name'])),
  }),
})

const specs: Readonly<Record<string, Check>> = {
  AnalysisTemplate: templateSpec,
  ClusterAnalysisTemplate: templateSpec,
  AnalysisRun: templateSpec,
  Rollout: rolloutSpec,
  Stage: stageSpec,
}

/**
 * Refuses an object of a file whose fields have the wrong types; fields that are not known are left alone.
 *
 * @throws Failure `usage` with file, line and column of everything that is wrong
 */
export function checkShape(manifest: Manifest): void {
  const { object } = manifest
  const check = specs[object.kind ?? '']
  if (!check) return
  // a run can be called by the API server, nothing else is asked for by a name that is not there
  const isNamed = object.kind !== 'AnalysisRun' || !('generateName' in object.metadata)
  const metadata = map({ name: text, generateName: text, namespace: text }, isNamed ? ['name'] : ['generateName'])
  const named = map({ metadata, spec: check }, ['spec'])
  const problems = named(object as unknown, [])
  if (problems.length > 0) throw invalidManifest(manifest, problems)
}

export function invalidManifest(manifest: Manifest, problems: readonly ShapeProblem[]): Failure {
  const lines = problems.map(({ path, message }) => `${positionText(positionOf(manifest, path))}: ${message}`)
  return usage(lines.join('\n'), { reason: 'InvalidFile' })
}

/** `Rollout loans-api`, as messages about its file say it. */
export const titleOf = ({ kind = 'object', metadata }: KubeObject): string => `${kind.toLowerCase()}/${metadata.name}`

const dotted = (path: FieldPath) =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('')
