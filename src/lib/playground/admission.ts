import { completeJob } from './job-admission.ts'
import { wrongTypes } from './server/schemas.ts'
import { isObject, type JsonObject } from './store/json.ts'
import { listOf, partOf } from './store/json-parts.ts'
import { withPodDefaults } from './store/pod-defaults.ts'
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

function workload(object: JsonObject): void {
  const spec = partOf(object, 'spec')
  spec.replicas ??= 1
  const template = partOf(spec, 'template')
  template.spec = withPodDefaults(template.spec)
}
