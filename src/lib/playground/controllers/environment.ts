import type { KubeObject } from '../../context/kube-object.ts'
import { coreEvents } from '../../kube/resource-types.ts'
import type { Timeline } from '../clock.ts'
import type { ObjectStore } from '../store/store.ts'
import type { EventBudget } from './event-budget.ts'

/** What the simulated controllers work with. */
export interface Environment {
  readonly store: ObjectStore
  readonly timeline: Timeline
  /** uniform in [0, 1) */
  random(): number
  /** what each source may still say about each object */
  readonly events: EventBudget
}

/** Now as Kubernetes stores times: RFC 3339, whole seconds. */
export function timestamp(environment: Environment, laterMs = 0): string {
  return secondsText(environment.timeline.now() + laterMs)
}

export function secondsText(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

export interface EventNote {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  /** who saw it: `kubelet`, `default-scheduler`, `rollouts-controller`, ... */
  component: string
  /** `spec.containers{app}` */
  fieldPath?: string
  host?: string
}

/**
 * Records an Event about an object; one that says the same again is counted up, and one too many is lost
 * (client-go tools/record).
 */
export function recordEvent(environment: Environment, object: KubeObject, note: EventNote): void {
  const { store, timeline } = environment
  const source = [note.component, note.host, object.kind, object.metadata.uid, note.type].join(' ')
  if (!environment.events.take(source, timeline.now())) return
  const { name, namespace = 'default', uid, resourceVersion } = object.metadata
  const now = timestamp(environment)
  const involvedObject = {
    kind: object.kind ?? '',
    apiVersion: object.apiVersion ?? '',
    name,
    namespace,
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(note.fieldPath ? { fieldPath: note.fieldPath } : {}),
  }
  const same = store.all<StoredEvent>(coreEvents, namespace).find(each => saysTheSame(each, note, uid))
  if (same) {
    const body = { count: (same.count ?? 1) + 1, lastTimestamp: now }
    store.patch(
      coreEvents,
      { namespace, name: same.metadata.name },
      { type: 'merge', body },
      { manager: note.component },
    )
    return
  }
  const serial = Math.floor(environment.random() * 0xffffff)
  const suffix = (timeline.now() * 1000 + serial).toString(16)
  const event: StoredEvent = {
    metadata: { name: `${name}.${suffix}${serial.toString(16)}`, namespace },
    involvedObject,
    type: note.type,
    reason: note.reason,
    message: note.message,
    source: { component: note.component, ...(note.host ? { host: note.host } : {}) },
    reportingComponent: note.component,
    reportingInstance: note.host ?? '',
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: null,
    count: 1,
  }
  store.create(coreEvents, event, { manager: note.component })
}

interface StoredEvent extends KubeObject {
  involvedObject: { uid?: string; [key: string]: unknown }
  type: string
  reason: string
  message: string
  count?: number
  [key: string]: unknown
}

function saysTheSame(event: StoredEvent, note: EventNote, uid: string | undefined): boolean {
  return (
    event.involvedObject.uid === uid &&
    event.reason === note.reason &&
    event.message === note.message &&
    event.type === note.type
  )
}
