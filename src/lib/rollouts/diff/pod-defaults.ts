/**
 * What the API server fills in where a pod template says nothing (kubernetes pkg/apis/core/v1/defaults.go). A Rollout's
 * template is stored as written, a ReplicaSet's with these: without taking them out every comparison of the two would
 * drown in them.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

type Defaults = Record<string, Json | ((object: JsonObject) => Json | undefined)>

const podDefaults: Defaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
  // the old name of serviceAccountName, kept equal to it by the server
  serviceAccount: pod => pod.serviceAccountName,
}

const containerDefaults: Defaults = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: container => (isLatest(container.image) ? 'Always' : 'IfNotPresent'),
}

const probeDefaults: Defaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
const probeNames = ['livenessProbe', 'readinessProbe', 'startupProbe']

const volumeSourceDefaults: Record<string, Defaults> = {
  secret: { defaultMode: 420 },
  configMap: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  hostPath: { type: '' },
}

/** A pod template without what the server would fill in anyway, and without empty objects and lists. */
export function withoutDefaults(template: JsonObject): JsonObject {
  const spec = object(template.spec)
  return pruned({
    ...template,
    ...(spec && {
      spec: {
        ...without(spec, podDefaults),
        ...mapped(spec, ['containers', 'initContainers', 'ephemeralContainers'], cleanContainer),
        ...mapped(spec, ['volumes'], cleanVolume),
      },
    }),
  }) as JsonObject
}

function cleanContainer(container: JsonObject): JsonObject {
  const clean = without(container, containerDefaults)
  for (const name of probeNames) {
    const probe = object(clean[name])
    if (probe) clean[name] = cleanProbe(probe)
  }
  return {
    ...clean,
    ...mapped(clean, ['ports'], port => without(port, { protocol: 'TCP' })),
    ...mapped(clean, ['env'], cleanVariable),
  }
}

function cleanProbe(probe: JsonObject): JsonObject {
  const clean = without(probe, probeDefaults)
  const get = object(clean.httpGet)
  if (get) clean.httpGet = without(get, { scheme: 'HTTP', path: '/' })
  const grpc = object(clean.grpc)
  if (grpc) clean.grpc = without(grpc, { service: '' })
  return clean
}

function cleanVariable(variable: JsonObject): JsonObject {
  const source = object(variable.valueFrom)
  const field = object(source?.fieldRef)
  return field ? { ...variable, valueFrom: { ...source, fieldRef: without(field, { apiVersion: 'v1' }) } } : variable
}

function cleanVolume(volume: JsonObject): JsonObject {
  const sources = Object.entries(volumeSourceDefaults).flatMap(([name, defaults]) => {
    const source = object(volume[name])
    return source ? [[name, without(source, defaults)] as const] : []
  })
  return { ...volume, ...Object.fromEntries(sources) }
}

function isLatest(image: Json | undefined): boolean {
  if (typeof image !== 'string') return true
  if (image.includes('@')) return false
  const name = image.slice(image.lastIndexOf('/') + 1)
  return !name.includes(':') || name.endsWith(':latest')
}

function without(value: JsonObject, defaults: Defaults): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([key, field]) => {
      const wanted = defaults[key]
      return wanted === undefined || field !== (typeof wanted === 'function' ? wanted(value) : wanted)
    }),
  )
}

function mapped(value: JsonObject, keys: string[], clean: (item: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(
    keys.flatMap(key => {
      const list = value[key]
      return Array.isArray(list) ? [[key, list.map(item => (object(item) ? clean(item as JsonObject) : item))]] : []
    }),
  )
}

/** Names that mean something although nothing is in them: a volume of this kind, a step that is set. */
const meaningfulWhenEmpty = new Set(['emptyDir'])

function pruned(value: Json): Json {
  if (Array.isArray(value)) return value.map(pruned)
  if (!object(value)) return value
  const entries = Object.entries(value as JsonObject).flatMap(([key, field]) => {
    if (field === null || field === undefined) return []
    const clean = pruned(field)
    const isEmpty = typeof clean === 'object' && clean !== null && Object.keys(clean).length === 0
    return isEmpty && !meaningfulWhenEmpty.has(key) ? [] : [[key, clean] as const]
  })
  return Object.fromEntries(entries)
}

function object(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}
