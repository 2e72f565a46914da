import type { KubeClient, ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { Failure } from '../../values/failure.ts'
import type { NotVisible, ObjectName } from './evidence.ts'

/** What an explanation lacks when a kind of object may not be read. */
export const whatLacks = {
  events: 'reasons that only events tell are missing',
  logs: 'the last words of crashed containers are missing',
  services: 'whether they exist and select the right pods was not checked',
  traffic: 'whether the objects of the traffic routing exist was not checked',
  claims: 'why a volume is not bound is missing',
  autoscalers: 'whether an autoscaler works against the rollout was not checked',
  budgets: 'whether a disruption budget holds up the restart was not checked',
  quotas: 'how far the quota is used is missing',
  applications: 'whether Argo CD or Kargo takes changes back was not checked',
  leases: 'whether the controller runs was not checked',
} as const

/** Asks one thing after the other of the server, and keeps account of what is not there and what may not be read. */
export class Inquiry {
  readonly missing: ObjectName[] = []
  readonly notVisible: NotVisible[] = []
  readonly client: KubeClient
  readonly namespace: string

  constructor(client: KubeClient, namespace: string) {
    this.client = client
    this.namespace = namespace
  }

  /** undefined when it is not there (noted as missing) or may not be read (noted as not visible). */
  async get<T extends KubeObject>(type: ResourceType, ref: ObjectRef, lacks: string): Promise<T | undefined> {
    const namespace = ref.namespace ?? this.namespace
    try {
      return await this.client.get<T>(type, { ...ref, namespace })
    } catch (error) {
      if (isReason(error, 'NotFound')) this.missing.push({ kind: type.kind, namespace, name: ref.name })
      else this.forbidden(error, type.resource, lacks, namespace)
      return undefined
    }
  }

  async list<T extends KubeObject>(type: ResourceType, lacks: string, fieldSelector?: string): Promise<T[]> {
    try {
      const page = await this.client.list<T>(type, {
        namespace: this.namespace,
        ...(fieldSelector !== undefined && { fieldSelector }),
      })
      return page.items
    } catch (error) {
      // a kind that the server does not have cannot be in the way
      if (!isReason(error, 'NotFound')) this.forbidden(error, type.resource, lacks, this.namespace)
      return []
    }
  }

  /** Takes note of a denial, once per kind; anything else is thrown on. */
  forbidden(error: unknown, resource: string, lacks: string, namespace: string): void {
    if (!isReason(error, 'Forbidden')) throw error
    const what = `${resource} in namespace ${namespace}`
    if (this.notVisible.some(each => each.what === what)) return
    this.notVisible.push({ what, why: 'forbidden', lacks })
  }
}

export function isReason(error: unknown, reason: string): boolean {
  return error instanceof Failure && error.reason === reason
}
