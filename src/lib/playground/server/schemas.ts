import { isObject, type JsonObject } from '../store/json.ts'
import type { ServedResource } from '../store/resource-catalog.ts'
import type { FieldError } from '../store/status-error.ts'

/** OpenAPI schema; what is not described may be anything. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'boolean'
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-group-version-kind'?: object[]
}

const text = (description: string): Schema => ({ type: 'string', description })
const whole = (description: string): Schema => ({ type: 'integer', description })
const flag = (description: string): Schema => ({ type: 'boolean', description })
const intOrText = (description: string): Schema => ({ description, 'x-kubernetes-int-or-string': true })
const list = (description: string, items: Schema): Schema => ({ type: 'array', description, items })
const object = (description: string, properties: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  description,
  properties,
  'x-kubernetes-preserve-unknown-fields': true,
})

const analysis = object('Runs AnalysisTemplates.', {
  templates: list('The templates to run.', object('One template.', { templateName: text('Name of the template.') })),
  args: list(
    'Arguments of the templates.',
    object('One argument.', { name: text('Its name.'), value: text('Its value.') }),
  ),
})

const step = object('One step; exactly one of the fields is set.', {
  setWeight: whole('Share of the traffic that goes to the new version.'),
  pause: object('Waits: for the duration, or until somebody promotes.', {
    duration: intOrText('Seconds, or a duration as `10m`.'),
  }),
  setCanaryScale: object('Number of pods of the new version, whatever the weight.', {
    weight: whole('As a share of spec.replicas.'),
    replicas: whole('As a number.'),
    matchTrafficWeight: flag('As the weight says, again.'),
  }),
  analysis,
})

const spec = object('What the rollout shall be.', {
  replicas: whole('Number of pods; 1 by default.'),
  selector: object('Labels of the pods.'),
  template: object('The pods.'),
  workloadRef: object('A Deployment to take the pods from, instead of a template.', {
    apiVersion: text('Of the object.'),
    kind: text('Of the object.'),
    name: text('Of the object.'),
    scaleDown: text('never, onsuccess or progressively.'),
  }),
  minReadySeconds: whole('How long a pod must be ready before it counts as available.'),
  progressDeadlineSeconds: whole('How long an update may show no progress; 600 by default.'),
  progressDeadlineAbort: flag('Whether the update is then aborted.'),
  revisionHistoryLimit: whole('Old versions to keep; 10 by default.'),
  paused: flag('Whether a person has paused the rollout.'),
  restartAt: text('Pods older than this time are replaced.'),
  strategy: object('How a new version comes in.', {
    canary: object('Step by step.', {
      steps: list('The steps.', step),
      maxSurge: intOrText('Pods beyond spec.replicas.'),
      maxUnavailable: intOrText('Pods of spec.replicas that may be missing.'),
      canaryService: text('Service of the new version.'),
      stableService: text('Service of the stable version.'),
      trafficRouting: object('What divides the traffic.'),
      analysis,
      dynamicStableScale: flag('Whether stable pods leave as traffic leaves them.'),
      scaleDownDelaySeconds: whole('How long the previous version stays up.'),
      abortScaleDownDelaySeconds: whole('How long an aborted version stays up.'),
    }),
    blueGreen: object('All at once, after a preview.', {
      activeService: text('Service that users reach.'),
      previewService: text('Service of the new version.'),
      autoPromotionEnabled: flag('Whether the switch needs nobody; true by default.'),
      autoPromotionSeconds: whole('How long the preview is looked at before the switch.'),
      previewReplicaCount: whole('Pods of the preview.'),
      scaleDownDelaySeconds: whole('How long the previous version stays up; 30 by default.'),
      prePromotionAnalysis: analysis,
      postPromotionAnalysis: analysis,
    }),
  }),
})

const rollout: Record<string, Schema> = { spec, status: object('What the rollout is; written by the controller.') }

export function schemaOf({ group, version, kind }: ServedResource): Schema {
  const own = kind === 'Rollout' ? rollout : { spec: object('What it shall be.'), status: object('What it is.') }
  return {
    ...object(kind === 'Rollout' ? 'A workload whose new versions come in under control.' : kind, {
      apiVersion: text('Version of this schema.'),
      kind: text('Kind of this object.'),
      metadata: object('Name, labels and the like.'),
      ...own,
    }),
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  }
}

const needsSpec = new Set(['Rollout', 'AnalysisRun', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'Experiment'])

/** Values of a wrong type in the fields that the schema describes, worded as the validation of CRDs words them. */
export function wrongTypes(resource: ServedResource, object: JsonObject): FieldError[] {
  if (!resource.isCustom || !needsSpec.has(resource.kind)) return []
  if (object.spec === undefined) return [{ type: 'Required value', field: 'spec', detail: '' }]
  return resource.kind === 'Rollout' ? check(spec, object.spec, 'spec') : check({ type: 'object' }, object.spec, 'spec')
}

function check(schema: Schema, value: unknown, field: string): FieldError[] {
  if (value === undefined || value === null) return []
  const type = typeOf(value)
  if (schema.type && !isA(schema.type, value)) {
    const detail = `${JSON.stringify(type)}: ${field} in body must be of type ${schema.type}: ${JSON.stringify(type)}`
    return [{ type: 'Invalid value', reason: 'FieldValueTypeInvalid', field, detail }]
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => check(schema.items ?? {}, each, `${field}[${index}]`))
  if (!isObject(value)) return []
  return Object.entries(schema.properties ?? {}).flatMap(([key, each]) => check(each, value[key], `${field}.${key}`))
}

function isA(type: NonNullable<Schema['type']>, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return typeOf(value) === type
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
