import type { Freight } from '../freight.ts'
import type { Stage, Verification } from '../stage.ts'
import { type Block, type BlockEvidence, type BlockReason, opening } from './block.ts'
import { stageCommand } from './commands.ts'
import type { ProjectView } from './project-objects.ts'
import { lastPromotionBlock } from './promotion-gate.ts'

const endedReasons: Readonly<Record<string, BlockReason>> = {
  Failed: 'verification-failed',
  Error: 'verification-error',
  Inconclusive: 'verification-inconclusive',
  Aborted: 'verification-aborted',
}

/** Why the Freight that is in the Stage is not verified there; one at least. */
export function verificationBlocks(view: ProjectView, stage: Stage): Block[] {
  const verification = stage.status?.freightHistory?.[0]?.verificationHistory?.[0]
  if (verification && verification.phase !== 'Successful') return blocksOf(view, stage, verification)
  const health = healthBlocks(stage)
  if (health.length > 0) return health
  if (verification) return [staleBlock(view, stage, verification.finishTime ?? null, 'it has passed verification')]
  return [waitingBlock(view, stage)]
}

/** A verification of what is in the Stage that has not ended: a Promotion to the Stage waits for it. */
export function unfinishedVerification(view: ProjectView, stage: Stage): Block[] {
  const verification = stage.status?.freightHistory?.[0]?.verificationHistory?.[0]
  if (!verification || verification.phase === 'Successful' || endedReasons[verification.phase ?? '']) return []
  return blocksOf(view, stage, verification)
}

/** How the verification of Freight ended that was in the Stage before and is not any more, if it ended badly. */
export function pastVerificationBlock(view: ProjectView, stage: Stage, freight: Freight): Block | undefined {
  const collection = stage.status?.freightHistory?.find(each =>
    Object.values(each.items ?? {}).some(item => item.name === freight.metadata.name),
  )
  const verification = collection?.verificationHistory?.[0]
  if (!verification || !endedReasons[verification.phase ?? '']) return undefined
  return endedBlock(view, stage, verification)
}

function blocksOf(view: ProjectView, stage: Stage, verification: Verification): Block[] {
  if (endedReasons[verification.phase ?? '']) return [endedBlock(view, stage, verification)]
  const run = verification.analysisRun?.name ? view.analysisRun(verification.analysisRun.name) : undefined
  const runPhase = run?.status?.phase
  const isRunning = verification.phase === 'Running' || runPhase === 'Running'
  const since = verification.startTime ?? null
  const block: Block = {
    reason: isRunning ? 'verification-running' : 'verification-pending',
    stage: stage.metadata.name,
    since,
    evidence: [verificationEvidence(stage, verification), ...runEvidence(view, verification)],
    opensWith: [stageCommand(view, 'abort-verification', stage, 'ends it; it then counts as failed')],
  }
  const isAsShown = (runPhase || 'Pending') === (verification.phase || 'Pending')
  const isGone = view.canSeeRuns && verification.analysisRun?.name !== undefined && !run
  if (isAsShown && !isGone) return [block]
  // The Stage misses the first phase change of a run, and never notices that one was deleted.
  const stale = staleBlock(view, stage, since, isGone ? 'its AnalysisRun is gone' : `its AnalysisRun is ${runPhase}`)
  const reason = endedReasons[runPhase ?? '']
  const real = reason && { ...endedBlock(view, stage, { ...verification, ...run?.status }), reason }
  return real ? [block, real, stale] : [block, stale]
}

function endedBlock(view: ProjectView, stage: Stage, verification: Verification): Block {
  const { phase = '', message } = verification
  // Kargo has no phase of its own for it (regular_stages.go: abort ends in Failed with this message).
  const isAborted = phase === 'Failed' && message === 'Verification aborted by user'
  return {
    reason: isAborted ? 'verification-aborted' : (endedReasons[phase] ?? 'verification-failed'),
    stage: stage.metadata.name,
    since: verification.finishTime ?? verification.startTime ?? null,
    evidence: [verificationEvidence(stage, verification), ...runEvidence(view, verification)],
    opensWith: [stageCommand(view, 'verify', stage, 'verifies it again, once the cause is gone')],
  }
}

function healthBlocks(stage: Stage): Block[] {
  const { health, lastPromotion } = stage.status ?? {}
  if (health?.status === 'Healthy') return []
  const block: Block = {
    reason: 'health-not-healthy',
    stage: stage.metadata.name,
    // When it turned is not recorded: Kargo's conditions keep the time at which they were first set.
    since: lastPromotion?.finishedAt ?? null,
    evidence: [
      {
        object: { kind: 'Stage', name: stage.metadata.name },
        text: [`health is ${health?.status ?? 'not known'}`, ...(health?.issues ?? [])].join(': '),
        time: null,
      },
    ],
    opensWith: [opening(null, 'the Stage becomes Healthy; only then is the Freight verified')],
  }
  const last = lastPromotionBlock(stage)
  return last ? [block, last] : [block]
}

/** Healthy and not looked at yet. */
function waitingBlock(view: ProjectView, stage: Stage): Block {
  return {
    reason: 'verification-pending',
    stage: stage.metadata.name,
    since: stage.status?.lastPromotion?.finishedAt ?? null,
    evidence: [{ object: { kind: 'Stage', name: stage.metadata.name }, text: 'no verification has begun', time: null }],
    opensWith: [stageCommand(view, 'refresh', stage, 'makes the controller look at once')],
  }
}

/** The Stage's controller has not taken note of what is the case. */
export function staleBlock(view: ProjectView, stage: Stage, since: string | null, what: string): Block {
  return {
    reason: 'stage-not-reconciled',
    stage: stage.metadata.name,
    since,
    evidence: [
      {
        object: { kind: 'Stage', name: stage.metadata.name },
        text: `${what}, and the controller has not acted on it; it looks every five minutes`,
        time: null,
      },
    ],
    opensWith: [stageCommand(view, 'refresh', stage, 'makes the controller look at once')],
  }
}

function verificationEvidence(stage: Stage, { phase, message, actor, finishTime, startTime }: Verification) {
  const by = actor ? ` (by ${actor})` : ''
  return {
    object: { kind: 'Stage', name: stage.metadata.name },
    text: `verification ${phase || 'Pending'}${by}${message ? `: ${message}` : ''}`,
    time: finishTime ?? startTime ?? null,
  }
}

function runEvidence(view: ProjectView, { analysisRun }: Verification): BlockEvidence[] {
  if (!analysisRun?.name || !view.canSeeRuns) return []
  const object = { kind: 'AnalysisRun', name: analysisRun.name }
  const run = view.analysisRun(analysisRun.name)
  if (!run) return [{ object, text: 'is not there any more', time: null }]
  const { phase, message, startedAt, completedAt } = run.status ?? {}
  if (!phase) return [{ object, text: 'no Argo Rollouts controller has taken it up', time: null }]
  return [{ object, text: message ? `${phase}: ${message}` : phase, time: completedAt ?? startedAt ?? null }]
}
