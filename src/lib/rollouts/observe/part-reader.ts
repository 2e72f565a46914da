import type { KubeClient, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { Failure } from '../../values/failure.ts'
import type { Rollout } from '../rollout.ts'
import type { RolloutPart, Workload } from '../rollout-objects.ts'
import { workloadType } from './scope.ts'

/** Reads parts of one namespace; what is forbidden, or has no resource on this server, is remembered and empty. */
export class PartReader {
  readonly notVisible = new Set<RolloutPart>()
  readonly #client: KubeClient
  readonly #namespace: string | undefined

  constructor(client: KubeClient, namespace: string | undefined) {
    this.#client = client
    this.#namespace = namespace
  }

  async list<T extends KubeObject>(part: RolloutPart, type: ResourceType, selector: string | undefined): Promise<T[]> {
    if (selector === undefined) return []
    const place = this.#namespace === undefined ? {} : { namespace: this.#namespace }
    const page = await this.#unlessHidden(part, this.#client.list<T>(type, { ...place, labelSelector: selector }))
    return page?.items ?? []
  }

  /** undefined when there is no such object (too). */
  async get<T extends KubeObject>(part: RolloutPart, type: ResourceType, name: string): Promise<T | undefined> {
    const place = this.#namespace === undefined ? {} : { namespace: this.#namespace }
    return this.#unlessHidden(part, this.#client.get<T>(type, { ...place, name }), { missing: 'undefined' })
  }

  async workload(rollout: Rollout): Promise<Workload | undefined> {
    const type = workloadType(rollout)
    const name = rollout.spec.workloadRef?.name
    return type && name ? this.get<Workload>('workload', type, name) : undefined
  }

  async #unlessHidden<T>(part: RolloutPart, request: Promise<T>, single?: { missing: 'undefined' }) {
    try {
      return await request
    } catch (error) {
      if (!isHidden(error)) throw error
      const isGone = single !== undefined && error.reason === 'NotFound'
      if (!isGone) this.notVisible.add(part)
      return undefined
    }
  }
}

/** Whether a request failed since the user may not see the objects, or the server does not know (any of) them. */
export function isHidden(error: unknown): error is Failure {
  return error instanceof Failure && /^(Forbidden|NotFound|NoMatch)$/.test(error.reason ?? '')
}
