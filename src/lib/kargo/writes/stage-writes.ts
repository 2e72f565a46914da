import type { ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { keys, stages } from '../kargo-resources.ts'
import { isControlFlow, type Stage, type Verification } from '../stage.ts'
import { type KargoPlan, mergePatch, refusedPlan } from './kargo-write.ts'

const ended = new Set(['Successful', 'Failed', 'Error', 'Aborted', 'Inconclusive'])

/**
 * Verifies what is in the Stage once more. Kargo acts on a change of the id alone: the same id a second time does
 * nothing, so it is not sent.
 *
 * @see Kargo pkg/api/stage.go ReverifyStageFreight
 */
export function planReverification(stage: Stage): KargoPlan {
  const name = stage.metadata.name
  const current = currentVerification(stage)
  if ('refusal' in current) return { kind: 'refused', refusal: current.refusal }
  const { id, phase } = current
  if (!ended.has(phase ?? ''))
    return refusedPlan(
      'VerificationRunning',
      `the verification of Stage ${name} has not ended (${phase || 'Pending'})`,
      [`kubectl canary stage abort-verification ${name} -n ${stage.metadata.namespace}`],
    )
  if (idOf(stage.metadata.annotations?.[keys.reverify]) === id)
    return { kind: 'nothing', says: `Stage ${name} has been asked to verify it again already` }
  return annotation(
    stages,
    stage,
    keys.reverify,
    JSON.stringify({ id }),
    `Stage ${name} is to verify its Freight again`,
  )
}

/** @see Kargo pkg/api/stage.go AbortStageFreightVerification */
export function planVerificationAbort(stage: Stage): KargoPlan {
  const name = stage.metadata.name
  const current = currentVerification(stage)
  if ('refusal' in current) return { kind: 'refused', refusal: current.refusal }
  if (ended.has(current.phase ?? ''))
    return refusedPlan('VerificationEnded', `the verification of Stage ${name} has ended (${current.phase})`)
  const value = JSON.stringify({ id: current.id })
  const plan = annotation(stages, stage, keys.abort, value, `the verification of Stage ${name} is to be aborted`)
  return plan.kind === 'write' ? { ...plan, notes: ['an aborted verification counts as failed'] } : plan
}

/**
 * Makes the controller look at an object at once: a Stage, a Warehouse, a Promotion or a ProjectConfig. It has when
 * `status.lastHandledRefresh` is the token.
 *
 * @param token new each time; Kargo's own clients take the time
 */
export function planRefresh(type: ResourceType, object: KubeObject, token: string): KargoPlan {
  return annotation(type, object, keys.refresh, token, `${type.kind} ${object.metadata.name} is to be looked at`)
}

function annotation(type: ResourceType, object: KubeObject, key: string, value: string, says: string): KargoPlan {
  const write = mergePatch(type, object, { metadata: { annotations: { [key]: value } } })
  return { kind: 'write', write, says, notes: [] }
}

function currentVerification(stage: Stage): Verification | { refusal: { reason: string; message: string; hints: [] } } {
  const name = stage.metadata.name
  const refuse = (reason: string, message: string) => ({ refusal: { reason, message, hints: [] as [] } })
  if (isControlFlow(stage)) return refuse('ControlFlowStage', `Stage ${name} has no steps: it verifies nothing`)
  const collection = stage.status?.freightHistory?.[0]
  if (Object.keys(collection?.items ?? {}).length === 0) return refuse('NoFreight', `Stage ${name} has no Freight`)
  const verification = collection?.verificationHistory?.[0]
  if (!verification?.id) return refuse('NoVerification', `Stage ${name} has not verified its Freight yet`)
  return verification
}

/** The annotation holds the id alone or JSON with it and with what the webhook added. */
function idOf(value: string | undefined): string | undefined {
  if (!value?.startsWith('{')) return value
  try {
    const request: unknown = JSON.parse(value)
    return typeof request === 'object' && request !== null && 'id' in request ? String(request.id) : undefined
  } catch {
    return undefined
  }
}
