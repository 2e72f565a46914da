import { wrongTypes } from './server/schemas.ts'
import { isObject, type JsonObject } from './store/json.ts'
import { withPodDefaults } from './store/pod-defaults.ts'
import type { FieldError } from './store/status-error.ts'
import type { Admission, ObjectStore } from './store/store.ts'

/** Completes and checks objects as the API server does before it stores them, as far as the playground's users notice. */
export function installAdmission(store: ObjectStore): void {
  let lastAddress = 0
  const completes: Record<string, (object: JsonObject) => void> = {
    services: object => {
      const spec = partOf(object, 'spec')
      spec.type ??= 'ClusterIP'
      if (spec.clusterIP === undefined) spec.clusterIP = `10.96.${(++lastAddress >> 8) & 255}.${lastAddress & 255}`
      for (const port of listOf(spec.ports)) {
        port.protocol ??= 'TCP'
        port.targetPort ??= port.port ?? null
      }
    },
    pods: object => {
      partOf(object, 'status').phase ??= 'Pending'
      object.spec = withPodDefaults(object.spec)
    },
    replicasets: workload,
    deployments: workload,
    namespaces: object => {
      partOf(object, 'status').phase ??= 'Active'
    },
  }
  const groups = ['', 'apps']
  const admission: Admission = (resource, object, before) => {
    if (resource.resource === 'jobs' && !before) return [...completeJob(object), ...wrongTypes(resource, object)]
    if (groups.includes(resource.group)) completes[resource.resource]?.(object)
    if (resource.kind === 'Rollout') namePortProtocols(object)
    return wrongTypes(resource, object)
  }
  store.admissions.push(admission)
}

/** The one default that the CRD of rollouts has. */
function namePortProtocols(object: JsonObject): void {
  const template = isObject(object.spec) && isObject(object.spec.template) ? object.spec.template : {}
  const pod = isObject(template.spec) ? template.spec : {}
  for (const container of [...listOf(pod.containers), ...listOf(pod.initContainers)]) {
    for (const port of listOf(container.ports)) port.protocol ??= 'TCP'
  }
}

/** Labels and selector by its uid, as the strategy of batch/v1 gives them; a pod that is always restarted is refused. */
function completeJob(object: JsonObject): FieldError[] {
  const metadata = partOf(object, 'metadata')
  const spec = partOf(object, 'spec')
  const template = partOf(spec, 'template')
  const labels = partOf(partOf(template, 'metadata'), 'labels')
  const prefix = 'batch.kubernetes.io/'
  for (const key of ['', prefix]) {
    labels[`${key}controller-uid`] = metadata.uid ?? ''
    labels[`${key}job-name`] = metadata.name ?? ''
  }
  spec.selector ??= { matchLabels: { [`${prefix}controller-uid`]: metadata.uid ?? '' } }
  spec.backoffLimit ??= 6
  spec.completions ??= 1
  spec.parallelism ??= 1
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  const pod = withPodDefaults(template.spec)
  template.spec = pod
  const containers = isObject(pod) ? listOf(pod.containers) : []
  const field = 'spec.template.spec'
  const errors: FieldError[] = []
  if (containers.length === 0) errors.push({ type: 'Required value', field: `${field}.containers`, detail: '' })
  const policy = isObject(pod) ? pod.restartPolicy : undefined
  if (policy !== 'Never' && policy !== 'OnFailure') {
    const detail = `${JSON.stringify(policy ?? '')}: supported values: "OnFailure", "Never"`
    errors.push({ type: 'Unsupported value', field: `${field}.restartPolicy`, detail })
  }
  return errors
}

function workload(object: JsonObject): void {
  const spec = partOf(object, 'spec')
  spec.replicas ??= 1
  const template = partOf(spec, 'template')
  template.spec = withPodDefaults(template.spec)
}

function partOf(object: JsonObject, key: string): JsonObject {
  const part = object[key]
  if (isObject(part)) return part
  const created: JsonObject = {}
  object[key] = created
  return created
}

const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
