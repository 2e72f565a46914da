import type { Context } from '../../context/context.ts'
import type { KubeClient } from '../../context/kube-client.ts'
import { rollouts } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import type { Rollout } from '../rollout.ts'

const annotation = 'kubectl-canary/look-again'
/** A controller that has seen a change reacts within a second or two. */
const patienceMs = 10_000

/**
 * Makes the controller look again at a rollout that we have changed, when it does not react.
 *
 * The controller can miss a change for good: whatever it has written itself it puts back into its cache at the end of its
 * work (argo-rollouts rollout/controller.go, writeBackToInformer), also over a newer version that came meanwhile, and then
 * it sleeps until the object is written again. So it is written again, and once more to leave no trace.
 */
export class Reminder {
  readonly #client: KubeClient
  readonly #context: Context
  #dueAt: number | undefined
  #delayMs = patienceMs

  constructor(client: KubeClient, context: Context) {
    this.#client = client
    this.#context = context
  }

  /** When `remind` has something to do, ms since the epoch; undefined when nothing is waited for. */
  get dueAt(): number | undefined {
    return this.#dueAt
  }

  /** The controller has reacted, or nobody can tell. */
  forget(): void {
    this.#dueAt = undefined
    this.#delayMs = patienceMs
  }

  /**
   * To be called while the controller has not reacted. Does something after ten seconds and then ever more rarely.
   *
   * @returns whether it did
   */
  async remind(rollout: Rollout): Promise<boolean> {
    const now = this.#context.clock.now()
    this.#dueAt ??= now + this.#delayMs
    if (now < this.#dueAt) return false
    this.#delayMs *= 2
    this.#dueAt = now + this.#delayMs
    try {
      await this.#annotate(rollout, new Date(now).toISOString())
      await this.#annotate(rollout, null)
      return true
    } catch (error) {
      // who may not write it, or cannot reach the server just now, waits on
      if (error instanceof Failure && error.outcome === 'error') return false
      throw error
    }
  }

  #annotate({ metadata: { name, namespace } }: Rollout, value: string | null): Promise<Rollout> {
    const ref = namespace === undefined ? { name } : { namespace, name }
    const body = { metadata: { annotations: { [annotation]: value } } }
    return this.#client.patch<Rollout>(rollouts, ref, { type: 'merge', body })
  }
}
