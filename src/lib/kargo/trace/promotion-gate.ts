import { newestTerminal } from '../auto-promotion.ts'
import type { Freight } from '../freight.ts'
import { isTerminal, type Promotion } from '../promotion.ts'
import { holdsNow, type Stage } from '../stage.ts'
import { type Block, type BlockEvidence, type BlockReason, opening } from './block.ts'
import { freightCommand } from './commands.ts'
import type { ProjectView } from './project-objects.ts'

const endedReasons: Readonly<Record<string, BlockReason>> = {
  Failed: 'promotion-failed',
  Errored: 'promotion-errored',
  Aborted: 'promotion-aborted',
}

export function ownPromotions(view: ProjectView, stage: Stage, freight: Freight): Promotion[] {
  return view.promotionsTo(stage.metadata.name).filter(each => each.spec.freight === freight.metadata.name)
}

/** The Promotion of this Freight to this Stage that has not ended. */
export function activePromotionBlock(view: ProjectView, stage: Stage, freight: Freight): Block | undefined {
  const active = ownPromotions(view, stage, freight)
    .filter(each => !isTerminal(each))
    // Names carry a ULID, so this is the order in which the Stage takes them.
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
  const running = active.find(each => each.status?.phase === 'Running')
  if (running) return runningBlock(view, stage, running)
  return active[0] && pendingBlock(view, stage, active[0])
}

/** The newest Promotion of this Freight to this Stage, if it ended otherwise than well. */
export function endedPromotionBlock(view: ProjectView, stage: Stage, freight: Freight): Block | undefined {
  const newest = newestTerminal(ownPromotions(view, stage, freight))
  const reason = endedReasons[newest?.status?.phase ?? '']
  if (!newest || !reason) return undefined
  return {
    reason,
    stage: stage.metadata.name,
    since: newest.status?.finishedAt ?? null,
    evidence: [promotionEvidence(newest), ...stepEvidence(newest)],
    opensWith: [freightCommand(view, 'promote', freight, stage, 'promotes it again')],
  }
}

/** That the Stage's last Promotion, of whatever Freight, did not end well: Kargo then does not look at its health. */
export function lastPromotionBlock(stage: Stage): Block | undefined {
  const { lastPromotion } = stage.status ?? {}
  const reason = endedReasons[lastPromotion?.status?.phase ?? '']
  if (!lastPromotion || !reason) return undefined
  const { status } = lastPromotion
  return {
    reason,
    stage: stage.metadata.name,
    since: lastPromotion.finishedAt ?? status?.finishedAt ?? null,
    evidence: [
      {
        object: { kind: 'Promotion', name: lastPromotion.name },
        text: `ended ${status?.phase ?? ''}${status?.message ? `: ${status.message}` : ''}`,
        time: lastPromotion.finishedAt ?? null,
      },
    ],
    opensWith: [opening(null, 'a Promotion to this Stage that succeeds')],
  }
}

function runningBlock(view: ProjectView, stage: Stage, promotion: Promotion): Block {
  return {
    reason: 'promotion-running',
    stage: stage.metadata.name,
    since: promotion.status?.startedAt ?? promotion.metadata.creationTimestamp ?? null,
    evidence: [promotionEvidence(promotion), ...stepEvidence(promotion)],
    opensWith: [opening(['promotion', 'watch', promotion.metadata.name, '-n', view.project], 'follows it to its end')],
  }
}

function pendingBlock(view: ProjectView, stage: Stage, promotion: Promotion): Block {
  const { name } = promotion.metadata
  const { currentPromotion } = stage.status ?? {}
  const evidence = [promotionEvidence(promotion)]
  if (currentPromotion && currentPromotion.name !== name)
    evidence.push({
      object: { kind: 'Stage', name: stage.metadata.name },
      text: `another Promotion has its turn: ${currentPromotion.name}`,
      time: null,
    })
  const opensWith = [opening(['promotion', 'watch', name, '-n', view.project], 'follows it')]
  // A Promotion whose turn it is and that no controller has touched was stored under another name than it bears.
  if (currentPromotion?.name === name && !promotion.status?.phase)
    opensWith.push(
      opening(
        null,
        'if reading it by this name fails, it was created by apply: delete it by the name that was applied',
      ),
    )
  return {
    reason: 'promotion-pending',
    stage: stage.metadata.name,
    since: promotion.metadata.creationTimestamp ?? null,
    evidence,
    opensWith,
  }
}

function promotionEvidence({ metadata, status }: Promotion): BlockEvidence {
  const phase = status?.phase || 'not seen by a controller'
  return {
    object: { kind: 'Promotion', name: metadata.name },
    text: status?.message ? `${phase}: ${status.message}` : phase,
    time: status?.finishedAt ?? status?.startedAt ?? metadata.creationTimestamp ?? null,
  }
}

/** The step that runs or that ended the Promotion. */
function stepEvidence({ metadata, spec, status }: Promotion): BlockEvidence[] {
  const steps = status?.stepExecutionMetadata ?? []
  const index = steps.findIndex(each => ['Running', 'Failed', 'Errored', 'Aborted'].includes(each.status ?? ''))
  const step = steps[index]
  if (!step) return []
  const uses = spec.steps?.[index]?.uses
  const what = `step ${step.alias ?? index + 1}${uses ? ` (${uses})` : ''}, ${index + 1} of ${spec.steps?.length ?? steps.length}`
  return [
    {
      object: { kind: 'Promotion', name: metadata.name },
      text: `${what}: ${step.status}${step.message ? `, ${step.message}` : ''}`,
      time: step.startedAt ?? null,
    },
  ]
}

/** Whether the Freight went into the Stage at some time and is not there any more. */
export function wasReplaced(view: ProjectView, stage: Stage, freight: Freight): boolean {
  if (holdsNow(stage, freight.metadata.name)) return false
  const isInHistory = (stage.status?.freightHistory ?? []).some(collection =>
    Object.values(collection.items ?? {}).some(item => item.name === freight.metadata.name),
  )
  return isInHistory || newestTerminal(ownPromotions(view, stage, freight))?.status?.phase === 'Succeeded'
}
