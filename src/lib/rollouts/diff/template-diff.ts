import type { PodTemplate } from '../../kube/core-objects.ts'
import { equalQuantities } from '../../values/quantity.ts'
import { podHashLabel } from '../ownership.ts'
import { type Json, type JsonObject, withoutDefaults } from './pod-defaults.ts'

/** One difference between two pod templates. */
export interface TemplateChange {
  kind: 'added' | 'removed' | 'changed'
  /** container, init container or ephemeral container; absent for fields of the pod */
  container?: string
  /** which list the container is in */
  containerKind?: 'container' | 'init container' | 'ephemeral container'
  /**
   * Field path inside the container or the pod. List items are named by what identifies them, not by their place:
   * `image`, `env[LOG_LEVEL]`, `resources.limits.memory`, `volumes[cache]`. Empty: the container itself.
   */
  path: string
  /** absent for `added` */
  from?: Json
  /** absent for `removed` */
  to?: Json
}

/** What identifies an item of these lists; a list that is not here is compared as a whole, in order. */
const listKeys: Record<string, (item: JsonObject) => string | undefined> = {
  containers: item => text(item.name),
  initContainers: item => text(item.name),
  ephemeralContainers: item => text(item.name),
  env: item => text(item.name),
  volumes: item => text(item.name),
  volumeMounts: item => text(item.mountPath),
  volumeDevices: item => text(item.devicePath),
  ports: item => `${text(item.containerPort) ?? ''}${item.protocol ? `/${text(item.protocol)}` : ''}`,
  imagePullSecrets: item => text(item.name),
  hostAliases: item => text(item.ip),
  readinessGates: item => text(item.conditionType),
  envFrom: item => {
    const named = (key: string) => text((item[key] as JsonObject | undefined)?.name)
    const source = named('configMapRef') ?? named('secretRef')
    return source === undefined ? undefined : `${text(item.prefix) ?? ''}${source}`
  },
}

const containerKinds = {
  containers: 'container',
  initContainers: 'init container',
  ephemeralContainers: 'ephemeral container',
} as const

/**
 * What changes from one pod template to another, by meaning: defaults that the server fills in, the order of named
 * items, and other spellings of the same quantity are no differences. The pod template hash label is left out, since it
 * follows from the rest.
 *
 * @returns container by container in the order of `to`, then the pod's own fields
 */
export function diffTemplates(from: PodTemplate | undefined, to: PodTemplate | undefined): TemplateChange[] {
  const before = comparable(from)
  const after = comparable(to)
  const changes: TemplateChange[] = []
  const beforeSpec = (before.spec ?? {}) as JsonObject
  const afterSpec = (after.spec ?? {}) as JsonObject
  for (const [list, containerKind] of Object.entries(containerKinds)) {
    for (const [name, pair] of pairs(list, beforeSpec[list], afterSpec[list]) ?? []) {
      compare(pair.from, pair.to, '', '', change => changes.push({ ...change, container: name, containerKind }))
    }
  }
  const pod = (spec: JsonObject) =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !(key in containerKinds))) as JsonObject
  compare(pod(beforeSpec), pod(afterSpec), '', '', change => changes.push(change))
  compare(before.metadata ?? {}, after.metadata ?? {}, '', '', change => changes.push(change))
  return changes
}

function comparable(template: PodTemplate | undefined): JsonObject {
  const { metadata, spec } = template ?? {}
  const { [podHashLabel]: _hash, ...labels } = metadata?.labels ?? {}
  const plain = { metadata: { labels, annotations: metadata?.annotations }, spec }
  return withoutDefaults(JSON.parse(JSON.stringify(plain)) as JsonObject)
}

type Sink = (change: TemplateChange) => void

function compare(from: Json | undefined, to: Json | undefined, path: string, key: string, sink: Sink): void {
  if (from === undefined && to === undefined) return
  if (isObject(from) && isObject(to)) {
    for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
      compare(from[name], to[name], joined(path, name), name, sink)
    }
    return
  }
  const items = pairs(key, from, to)
  if (items) {
    for (const [name, pair] of items) compareItem(pair, `${path}[${name}]`, sink)
    return
  }
  // the fields of an object that is new are said one by one only where they are few words each: labels, resources
  if (isSpelledOut(path) && (isObject(from) || isObject(to))) {
    compare(from ?? {}, to ?? {}, path, key, sink)
    return
  }
  if (from === undefined) sink({ kind: 'added', path, to: to as Json })
  else if (to === undefined) sink({ kind: 'removed', path, from })
  else if (!isSame(from, to, path)) sink({ kind: 'changed', path, from, to })
}

/** An environment variable's value is what matters of it, so that `env[A]` itself changes rather than `env[A].value`. */
function compareItem(pair: Pair, path: string, sink: Sink): void {
  const isPlain = (item: Json | undefined) => item === undefined || (isObject(item) && typeof item.value === 'string')
  if (path.startsWith('env[') && isPlain(pair.from) && isPlain(pair.to)) {
    compare((pair.from as JsonObject | undefined)?.value, (pair.to as JsonObject | undefined)?.value, path, '', sink)
  } else compare(pair.from, pair.to, path, '', sink)
}

interface Pair {
  from?: Json
  to?: Json
}

/** Items of two lists side by side; undefined where the list has no identity to go by, or an item lacks it. */
function pairs(list: string, from: Json | undefined, to: Json | undefined): Map<string, Pair> | undefined {
  const keyOf = listKeys[list]
  if (!keyOf || (!Array.isArray(from) && !Array.isArray(to))) return undefined
  const result = new Map<string, Pair>()
  for (const [side, items] of [
    ['to', to ?? []],
    ['from', from ?? []],
  ] as const) {
    if (!Array.isArray(items)) return undefined
    const seen = new Set<string>()
    for (const item of items) {
      const name = isObject(item) ? keyOf(item) : undefined
      if (name === undefined || seen.has(name)) return undefined
      seen.add(name)
      result.set(name, { ...result.get(name), [side]: item })
    }
  }
  return result
}

const isSpelledOut = (path: string) => /^(labels|annotations|resources|nodeSelector)(\.|$)/.test(path)

function isSame(from: Json, to: Json, path: string): boolean {
  if (/^resources\.(requests|limits)/.test(path) && equalQuantities(scalar(from), scalar(to))) return true
  return canonical(from) === canonical(to)
}

/** JSON with sorted keys, so that equal objects are equal texts. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    isObject(field as Json)
      ? Object.fromEntries(Object.entries(field as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  )
}

function joined(path: string, name: string): string {
  const plain = /^[A-Za-z_][\w-]*$/.test(name) ? name : `[${name}]`
  return path === '' ? plain : plain.startsWith('[') ? path + plain : `${path}.${plain}`
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function scalar(value: Json): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
