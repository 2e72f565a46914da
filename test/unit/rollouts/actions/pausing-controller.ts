import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import type { ObjectStore } from '../../../../src/lib/playground/store/store.ts'
import type { Rollout, RolloutStatus } from '../../../../src/lib/rollouts/rollout.ts'

/**
 * The part of the Argo Rollouts controller that pauses and goes on (rollout/canary.go, rollout/pause.go of 1.9.1), on
 * steps that are all pauses. It reads at one moment and writes a patch without resourceVersion at another, as the real
 * one does with its cache.
 */
export class PausingController {
  readonly #store: ObjectStore
  readonly #now: () => number
  #pauses = 0

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store
    this.#now = now
  }

  /** What it would write, on what it sees now; undefined when it is content. */
  look(): Partial<RolloutStatus> | undefined {
    const rollout = this.#store.get<Rollout>(rollouts, { namespace: 'loans', name: 'loans-api' })
    const before = rollout.status ?? {}
    const after = this.#next(rollout)
    const changes = Object.entries(after).filter(
      ([key, value]) => JSON.stringify(value ?? null) !== JSON.stringify(before[key as keyof RolloutStatus] ?? null),
    )
    if (changes.length === 0) return undefined
    return Object.fromEntries(changes.map(([key, value]) => [key, value ?? null])) as Partial<RolloutStatus>
  }

  write(status: Partial<RolloutStatus>): void {
    this.#store.patch(
      rollouts,
      { namespace: 'loans', name: 'loans-api' },
      { type: 'merge', body: { status }, subresource: 'status' },
      { manager: 'rollouts-controller', subresource: 'status' },
    )
  }

  /** Until there is nothing left to do. */
  settle(): void {
    for (let round = 0; round < 100; round++) {
      const status = this.look()
      if (!status) return
      this.write(status)
    }
    throw new Error('the controller does not come to rest')
  }

  #next({ metadata, spec, status = {} }: Rollout): Partial<RolloutStatus> {
    const steps = spec.strategy?.canary?.steps ?? []
    const index = status.currentStepIndex ?? 0
    const conditions = status.pauseConditions ?? []
    const observed = { observedGeneration: String(metadata.generation) }
    if (spec.paused || steps[index]?.pause === undefined) {
      const controllerPause = conditions.length > 0 && status.controllerPause === true
      return {
        ...observed,
        controllerPause: controllerPause || undefined,
        phase: spec.paused ? 'Paused' : 'Progressing',
      }
    }
    if (conditions.length > 0) return { ...observed, phase: 'Paused', message: 'CanaryPauseStep' }
    if (status.controllerPause) {
      return { ...observed, currentStepIndex: index + 1, controllerPause: undefined, phase: 'Progressing' }
    }
    const startTime = new Date(this.#now() + this.#pauses++ * 1000).toISOString()
    return {
      ...observed,
      controllerPause: true,
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime }],
      phase: 'Paused',
      message: 'CanaryPauseStep',
    }
  }
}
