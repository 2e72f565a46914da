import { autoPromotionPolicy } from '../auto-promotion-policy.ts'
import { followsUpstream, soakedStages } from '../available-freight.ts'
import { discoveredAt, type Freight, isCurrentlyIn, originKey } from '../freight.ts'
import { compareNewestCreatedFirst } from '../promotion.ts'
import { currentFreight, isControlFlow, requestFor, type Stage } from '../stage.ts'
import { availableSince } from './available-since.ts'
import { type Block, type BlockEvidence, opening } from './block.ts'
import { freightCommand, freightLabel } from './commands.ts'
import type { ProjectView } from './project-objects.ts'
import { endedPromotionBlock } from './promotion-gate.ts'
import { staleBlock } from './verification-gate.ts'

/** Whether auto-promotion is on; where the ProjectConfig may not be read, what the Stage's controller last found. */
export function isAutoPromoted(view: ProjectView, stage: Stage): boolean {
  const { projectConfig } = view.objects
  if (projectConfig === undefined) return stage.status?.autoPromotionEnabled ?? false
  const policy = autoPromotionPolicy(stage, projectConfig)
  return 'enabled' in policy && policy.enabled
}

/**
 * Why Freight that admission would accept for the Stage has not gone there by itself; one block at least. Kargo chooses
 * from its list, not by what admission accepts, so what keeps it off the list comes first.
 */
export function notPromotedBlocks(view: ProjectView, stage: Stage, freight: Freight): Block[] {
  const gate = new Gate(view, stage, freight)
  const isOn = isAutoPromoted(view, stage) || isControlFlow(stage)
  const list = view.available(stage)
  if ('error' in list) {
    if (isMissingWarehouse(list.error))
      return isOn ? [gate.missing(list.error)] : [gate.missing(list.error), gate.off()]
    return isOn ? [gate.stale(`the list of its available Freight fails (${list.error})`)] : [gate.off()]
  }
  if (!list.freight.some(each => each.metadata.name === freight.metadata.name)) {
    const other = gate.upstreamInstead()
    if (other) return isOn ? [other] : [gate.off()]
    return isOn ? [gate.listBug()] : [gate.listBug(), gate.off()]
  }
  if (!isOn) return [gate.off()]
  if (isControlFlow(stage)) return [gate.stale('the Freight is available to it')]
  return gate.step()
}

function isMissingWarehouse(error: string): boolean {
  return error.startsWith('Warehouse ')
}

class Gate {
  private readonly since: string | null

  constructor(
    private readonly view: ProjectView,
    private readonly stage: Stage,
    private readonly freight: Freight,
  ) {
    this.since = availableSince(stage, freight, view.nowMs)
  }

  off(): Block {
    const text = 'available to the Stage, auto-promotion is off there, and nobody has promoted it'
    return this.block('auto-promotion-off', this.since, [this.ofStage(text)])
  }

  missing(error: string): Block {
    const evidence = [this.ofStage(`Kargo cannot list what is available to it: ${error}`)]
    const block = this.block('warehouse-missing', this.since, evidence)
    return { ...block, opensWith: [...block.opensWith, opening(null, 'or the Warehouse exists again')] }
  }

  stale(what: string): Block {
    return staleBlock(this.view, this.stage, this.since, what)
  }

  listBug(): Block {
    const sources = requestFor(this.stage, this.freight.origin)?.sources
    const soaked = soakedStages(this.freight, sources?.requiredSoakTime, this.view.nowMs)
    const text =
      `Kargo lists only Freight that has soaked in ${(sources?.stages ?? []).join(', ')} and nowhere else; ` +
      `this one has soaked in ${soaked.join(', ')} (kargo #4586)`
    return this.block('soak-all-list-bug', this.since, [this.ofFreight(text, null)])
  }

  /** With MatchUpstream only what is in the upstream Stage now goes on. */
  upstreamInstead(): Block | undefined {
    const request = requestFor(this.stage, this.freight.origin)
    const upstream = request?.sources?.stages?.[0]
    if (!request || !followsUpstream(request) || upstream === undefined || request.sources?.direct) return undefined
    if (isCurrentlyIn(this.freight, upstream)) return undefined
    const there = this.view.objects.freight.find(
      each => originKey(each.origin) === originKey(this.freight.origin) && isCurrentlyIn(each, upstream),
    )
    const since = there?.status?.currentlyIn?.[upstream]?.since ?? null
    const other = there ? `${freightLabel(there)} is in ${upstream}` : `nothing is in ${upstream}`
    return this.block('auto-promotion-match-upstream', since, [
      this.ofStage(`it follows ${upstream} (MatchUpstream), and ${other} now`),
    ])
  }

  step(): Block[] {
    const { view, stage, freight } = this
    const key = originKey(freight.origin)
    const step = view.autoPromotion(stage).get(key)
    if (step && 'blockedBy' in step) {
      if (step.blockedBy === 'hold') return this.held(key)
      if (step.blockedBy === 'match-upstream-ambiguous')
        return [
          this.block('auto-promotion-match-upstream', this.since, [
            this.ofStage('it follows its upstream (MatchUpstream), and more than one Freight is available'),
          ]),
        ]
    }
    const newest = this.newest()
    if (newest && newest.metadata.name !== freight.metadata.name) return [this.notNewest(newest)]
    if (step && 'blockedBy' in step && step.blockedBy === 'last-promotion-not-successful') {
      const ended = endedPromotionBlock(view, stage, freight)
      const reason = 'auto-promotion-last-promotion-not-successful'
      if (ended) return [this.block(reason, ended.since, ended.evidence), ended]
    }
    return [this.stale('auto-promotion is on and would take the Freight')]
  }

  private held(key: string): Block[] {
    const hold = this.stage.status?.effectiveAutoPromotionHolds?.[key]
    const held = this.view.freight(hold?.freightName ?? '')
    const what = held ? freightLabel(held) : (hold?.freightName ?? 'other Freight')
    const block = this.block('auto-promotion-held', hold?.createdAt ?? null, [
      this.ofStage(`${hold?.actor ?? 'somebody'} promoted ${what} instead: auto-promotion of ${key} waits`),
    ])
    const promotion = this.view
      .promotionsTo(this.stage.metadata.name)
      .find(each => each.metadata.name === hold?.promotionName)
    if (promotion?.status?.phase !== 'Running') return [block]
    const running: Block = {
      reason: 'promotion-running',
      stage: this.stage.metadata.name,
      since: promotion.status.startedAt ?? null,
      evidence: [
        { object: { kind: 'Promotion', name: promotion.metadata.name }, text: 'Running, of other Freight', time: null },
      ],
      opensWith: [
        opening(['promotion', 'abort', promotion.metadata.name, '-n', this.view.project], 'withdraws the hold as well'),
      ],
    }
    return [block, running]
  }

  /** What auto-promotion would choose, of what is listed. */
  private newest(): Freight | undefined {
    return this.view.newestAvailable(this.stage, this.freight.origin)
  }

  private notNewest(newest: Freight): Block {
    const isThere = currentFreight(this.stage, newest.origin)?.name === newest.metadata.name
    const since = isThere ? this.arrival(newest) : availableSince(this.stage, newest, this.view.nowMs)
    return this.block('auto-promotion-not-newest', since, [
      this.ofFreight(
        `discovered before ${freightLabel(newest)}, which auto-promotion prefers`,
        discoveredAt(this.freight),
      ),
    ])
  }

  /** When the Promotion ended that brought Freight into the Stage. */
  private arrival({ metadata, status }: Freight): string | null {
    const promotion = this.view
      .promotionsTo(this.stage.metadata.name)
      .filter(each => each.spec.freight === metadata.name && each.status?.phase === 'Succeeded')
      .sort(compareNewestCreatedFirst)[0]
    return promotion?.status?.finishedAt ?? status?.currentlyIn?.[this.stage.metadata.name]?.since ?? null
  }

  private block(reason: Block['reason'], since: string | null, evidence: BlockEvidence[]): Block {
    const { view, stage, freight } = this
    const isNewest = this.newest()?.metadata.name === freight.metadata.name
    const effect = isNewest ? 'which also lifts a hold' : 'which holds auto-promotion of its Warehouse there'
    const text = isAutoPromoted(view, stage) ? `promotes it by hand, ${effect}` : 'promotes it'
    const opensWith = [freightCommand(view, 'promote', freight, stage, text)]
    return { reason, stage: stage.metadata.name, since, evidence, opensWith }
  }

  private ofStage(text: string): BlockEvidence {
    return { object: { kind: 'Stage', name: this.stage.metadata.name }, text, time: null }
  }

  private ofFreight(text: string, time: string | null | undefined): BlockEvidence {
    return { object: { kind: 'Freight', name: this.freight.metadata.name }, text, time: time ?? null }
  }
}
