import type { Context } from '../../context/context.ts'
import type { ObjectRef } from '../../context/kube-client.ts'
import { apiVersion, type CanaryEvent } from '../../events/event.ts'
import * as types from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { rolloutPhase } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import type { Workload } from '../rollout-objects.ts'
import type { WaitResult } from '../wait/engine.ts'
import type { WantedVersion } from '../wait/version.ts'
import { workloadType } from './scope.ts'

export interface StatusOptions {
  /** false: one look, in one request (two with a workloadRef) */
  watch: boolean
  /** undefined: no limit */
  timeoutMs?: number
  /** goes on where only somebody's action ends a pause */
  throughPauses?: boolean
  /** until the rollout is at this version it is Pending, and nothing is answered */
  version?: WantedVersion
}

/**
 * Where a rollout stands: `done` when Healthy, `negative` when Degraded, `not-yet` at a pause that somebody has to end
 * and for one look at anything else, `timed-out`. Yields what changes on the way.
 *
 * @throws Failure `error`, see followRollout
 */
export async function* rolloutStatus(
  ref: ObjectRef,
  options: StatusOptions,
  context: Context,
): AsyncGenerator<CanaryEvent, WaitResult> {
  const { watch, ...rest } = options
  const isVersionAsked = Object.values(options.version ?? {}).some(value => value !== undefined)
  if (!watch && !isVersionAsked) return yield* oneLook(ref, context)
  // The way above is the one that has to be fast, and needs nothing of this.
  const { followRollout } = await import('../wait/engine.ts')
  return yield* followRollout(ref, [{ kind: 'healthy' }], { ...rest, once: !watch }, context)
}

async function* oneLook(ref: ObjectRef, context: Context): AsyncGenerator<CanaryEvent, WaitResult> {
  const client = await context.kube()
  const rollout = await client.get<Rollout>(types.rollouts, ref)
  const generation = await workloadGeneration(rollout, context)
  const found = rolloutPhase(rollout, generation)
  const phase = safeText(found.phase)
  const message = safeText(found.message)
  const { name, namespace = '', uid } = rollout.metadata
  yield {
    apiVersion,
    kind: 'Event',
    time: new Date(context.clock.now()).toISOString(),
    type: 'rollout.phase',
    object: { kind: 'Rollout', namespace, name, ...(uid ? { uid } : {}) },
    phase,
    message,
  }
  const said = message === '' ? phase : `${phase} - ${message}`
  return {
    outcome: phase === 'Healthy' ? 'done' : phase === 'Degraded' ? 'negative' : 'not-yet',
    phase,
    message,
    rollout,
    sentence: `rollout ${safeText(`${namespace}/${name}`)} is ${said}`,
  }
}

/** Whether the controller has seen the newest pod template shows only in the object that holds it. */
async function workloadGeneration(rollout: Rollout, context: Context): Promise<number | undefined> {
  const type = workloadType(rollout)
  const { workloadRef } = rollout.spec
  const { namespace } = rollout.metadata
  if (!type || !workloadRef?.name) return undefined
  const client = await context.kube()
  const ref = namespace === undefined ? { name: workloadRef.name } : { namespace, name: workloadRef.name }
  try {
    return (await client.get<Workload>(type, ref)).metadata.generation
  } catch (error) {
    // Who may not read it, or finds it gone, gets the answer that the rollout alone gives.
    if (error instanceof Failure && /^(Forbidden|NotFound)$/.test(error.reason ?? '')) return undefined
    throw error
  }
}
