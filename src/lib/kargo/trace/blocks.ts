import { isFreightAvailable } from '../admission.ts'
import { discoveredAt, type Freight, isCurrentlyIn, isVerifiedIn } from '../freight.ts'
import { hasSoakedIn, soakEndsAtMs } from '../soak-time.ts'
import { type FreightRequest, holdsNow, isControlFlow, requestFor, type Stage } from '../stage.ts'
import { notPromotedBlocks } from './auto-promotion-gate.ts'
import { type Block, type Opening, opening, withoutRepeats } from './block.ts'
import { approval, freightCommand } from './commands.ts'
import { deadShard } from './heartbeat.ts'
import type { ProjectView } from './project-objects.ts'
import { activePromotionBlock, endedPromotionBlock, ownPromotions, wasReplaced } from './promotion-gate.ts'
import { pastVerificationBlock, unfinishedVerification, verificationBlocks } from './verification-gate.ts'

/**
 * Why the Freight is not in the Stage, the gate that must open first in front; one block at least. Freight that is in
 * the Stage gives `already-in-stage`. Only the objects decide: nothing is asked of the cluster.
 */
export function blocksTo(view: ProjectView, stage: Stage, freight: Freight): Block[] {
  const name = stage.metadata.name
  const isPassed = isControlFlow(stage) && isVerifiedIn(freight, name)
  if (holdsNow(stage, freight.metadata.name) || isPassed) return [alreadyThere(stage, freight)]
  return withoutRepeats(blocksToEnter(new Search(view, stage, freight), stage, true))
}

/** One question, on its way up from the Stage asked for. */
class Search {
  private readonly found = new Map<string, readonly Block[]>()

  constructor(
    readonly view: ProjectView,
    readonly target: Stage,
    readonly freight: Freight,
  ) {}

  /**
   * What was found on the way from one Stage up to another. Each such way is gone once, since Stages that fan out and in
   * again have very many; one that is being gone already, in a circle, gives nothing.
   */
  once(from: string, upstream: string, look: () => Block[]): readonly Block[] {
    const key = `${from} ${upstream}`
    const known = this.found.get(key)
    if (known) return known
    this.found.set(key, [])
    const blocks = withoutRepeats(look())
    this.found.set(key, blocks)
    return blocks
  }
}

function alreadyThere(stage: Stage, { metadata, status }: Freight): Block {
  const name = stage.metadata.name
  const since = status?.currentlyIn?.[name]?.since ?? status?.verifiedIn?.[name]?.verifiedAt
  return {
    reason: 'already-in-stage',
    stage: name,
    since: since ?? stage.status?.lastPromotion?.finishedAt ?? null,
    evidence: [{ object: { kind: 'Freight', name: metadata.name }, text: `is in ${name}`, time: since ?? null }],
    opensWith: [],
  }
}

function blocksToEnter(search: Search, stage: Stage, isTarget: boolean): Block[] {
  const { view, freight } = search
  const request = requestFor(stage, freight.origin)
  const isAccepted = isFreightAvailable(stage, freight, view.nowMs, view.version)
  if (!request && !isAccepted) return [notRequested(stage, freight)]
  const active = activePromotionBlock(view, stage, freight)
  if (active) {
    // A pending Promotion waits for the verification of what is in the Stage.
    const waitsFor = active.reason === 'promotion-pending' ? unfinishedVerification(view, stage) : []
    return withShard(view, stage, [active, ...waitsFor])
  }
  const ended = endedPromotionBlock(view, stage, freight)
  if (!isAccepted && request) {
    const upstream = blocksOfUpstreams(search, stage, request)
    return ended ? [ended, ...upstream] : upstream
  }
  const waiting = notPromotedBlocks(view, stage, freight).map(block => (isTarget ? block : asUpstream(block)))
  if (!ended) return withShard(view, stage, waiting)
  // That nobody has promoted it is not so any more.
  const further = waiting.filter(({ reason }) => reason !== 'auto-promotion-off' && reason !== 'upstream-not-reached')
  return withShard(view, stage, [...further, ended])
}

/** On the way to another Stage, Freight that nobody has promoted has simply not got here. */
function asUpstream(block: Block): Block {
  return block.reason === 'auto-promotion-off' ? { ...block, reason: 'upstream-not-reached' } : block
}

/** Without a controller nothing that the Stage has to do is done, so that comes first. */
function withShard(view: ProjectView, stage: Stage, blocks: Block[]): Block[] {
  const dead = deadShard(stage, view.objects)
  if (!dead) return blocks
  const shard = dead.shard === '' ? 'Stages without a shard' : `shard ${dead.shard}`
  const pendingSince = blocks.find(({ reason }) => reason === 'promotion-pending')?.since
  const heartbeat = dead.lastRenewed ? 'has stopped its heartbeat' : 'has no heartbeat'
  return [
    {
      reason: 'shard-dead',
      stage: stage.metadata.name,
      since: pendingSince ?? dead.lastRenewed ?? blocks[0]?.since ?? null,
      evidence: [
        {
          object: { kind: 'Stage', name: stage.metadata.name },
          text: `the controller of ${shard} ${heartbeat}`,
          time: dead.lastRenewed ?? null,
        },
      ],
      opensWith: [opening(null, `a Kargo controller runs for ${shard}`)],
    },
    ...blocks,
  ]
}

function notRequested(stage: Stage, freight: Freight): Block {
  const { kind = 'Warehouse', name = '' } = freight.origin ?? {}
  return {
    reason: 'origin-not-requested',
    stage: stage.metadata.name,
    since: discoveredAt(freight) ?? null,
    evidence: [
      { object: { kind: 'Stage', name: stage.metadata.name }, text: `does not request ${kind} ${name}`, time: null },
    ],
    opensWith: [opening(null, `the Stage requests Freight of ${kind} ${name}`)],
  }
}

/** The upstream Stages that keep the Freight from being available; one block at least. */
function blocksOfUpstreams(search: Search, stage: Stage, request: FreightRequest): Block[] {
  const { view, freight } = search
  const { stages: upstreams = [], requiredSoakTime, availabilityStrategy } = request.sources ?? {}
  if (upstreams.length === 0) return [noSources(view, stage, freight)]
  const shut = [...new Set(upstreams)]
    .map(upstream => ({
      upstream,
      blocks: search.once(stage.metadata.name, upstream, () => blocksToPass(search, stage, upstream, requiredSoakTime)),
    }))
    .filter(({ blocks }) => blocks.length > 0)
  if (shut.length === 0) return [circular(stage)]
  if (availabilityStrategy === 'All')
    return shut.flatMap(({ upstream, blocks }) => withNeedOfMore(freight, upstreams, upstream, blocks))
  // One is enough, so the one that has come furthest is the one to wait for.
  const furthest = [...shut].sort((one, other) => progress(other.blocks) - progress(one.blocks))[0]
  return [...(furthest?.blocks ?? [])]
}

function progress([first]: readonly Block[]): number {
  const order = /^(soaking|control-flow)|^(verification|health|superseded)|^(promotion|shard)/.exec(first?.reason ?? '')
  return order?.[1] ? 3 : order?.[2] ? 2 : order?.[3] ? 1 : 0
}

/** Where all upstreams are wanted and others have passed, that this one is missing is the gate. */
function withNeedOfMore(
  freight: Freight,
  upstreams: readonly string[],
  missing: string,
  blocks: readonly Block[],
): Block[] {
  const passed = upstreams.filter(each => each !== missing && isVerifiedIn(freight, each))
  const [first, ...rest] = blocks
  if (!first || passed.length === 0 || isVerifiedIn(freight, missing)) return [...blocks]
  const times = passed.map(each => freight.status?.verifiedIn?.[each]?.verifiedAt).filter(time => time !== undefined)
  const more: Block = {
    reason: 'all-needs-more-upstreams',
    stage: missing,
    since: times.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? null,
    evidence: [
      {
        object: { kind: 'Freight', name: freight.metadata.name },
        text: `verified in ${passed.join(', ')}; ${missing} is wanted as well`,
        time: null,
      },
      ...first.evidence,
    ],
    opensWith: first.opensWith,
  }
  return first.reason === 'upstream-not-reached' && first.stage === missing ? [more, ...rest] : [...blocks, more]
}

/** Why the Freight has not passed a Stage as another one asks for it: verified and soaked. Empty when it has. */
function blocksToPass(search: Search, next: Stage, name: string, required: string | undefined): Block[] {
  const { view, freight } = search
  const stage = view.stage(name)
  if (isVerifiedIn(freight, name)) {
    if (hasSoakedIn(freight, name, required, view.nowMs)) return []
    return soakBlocks(search, next, name, required)
  }
  if (!stage) return notFound(search, name)
  if (isControlFlow(stage)) return [...blocksToEnter(search, stage, false), controlFlow(stage, freight)]
  if (holdsNow(stage, freight.metadata.name)) return withShard(view, stage, verificationBlocks(view, stage))
  const isStopped = activePromotionBlock(view, stage, freight) ?? endedPromotionBlock(view, stage, freight)
  if (!isStopped && wasReplaced(view, stage, freight)) return replacedBlocks(search, stage)
  return blocksToEnter(search, stage, false)
}

function soakBlocks({ view, freight }: Search, next: Stage, name: string, required: string | undefined): Block[] {
  const { currentlyIn, verifiedIn } = freight.status ?? {}
  const stage = view.stage(name)
  const verifiedAt = verifiedIn?.[name]?.verifiedAt ?? null
  const isThere = isCurrentlyIn(freight, name)
  const endsAtMs = soakEndsAtMs(freight, name, required)
  const soaking: Block = {
    reason: 'soaking',
    stage: name,
    since: currentlyIn?.[name]?.since ?? verifiedAt,
    evidence: [
      {
        object: { kind: 'Freight', name: freight.metadata.name },
        text: `${next.metadata.name} wants ${required} in ${name}; ${soakSoFar(freight, name)}`,
        time: currentlyIn?.[name]?.since ?? null,
      },
    ],
    opensWith: [...waysToSoak(view, freight, next, name), approval(view, freight, next)],
    ...(endsAtMs !== undefined && { opensAt: new Date(endsAtMs).toISOString() }),
  }
  if (stage && isControlFlow(stage)) {
    const withoutSoak = opening(null, `or ${next.metadata.name} asks for no soak time`)
    const opensWith = [approval(view, freight, next), withoutSoak]
    return [
      { ...controlFlow(stage, freight), opensWith },
      { ...soaking, opensWith },
    ]
  }
  if (isThere) return [soaking]
  return [soaking, { ...soaking, reason: 'superseded-while-soaking' }]
}

/** Where it is, time opens the gate; where it was replaced, it has to begin anew. */
function waysToSoak(view: ProjectView, freight: Freight, next: Stage, name: string): Opening[] {
  if (isCurrentlyIn(freight, name)) return [opening(null, `it stays in ${name} as long as ${next.metadata.name} wants`)]
  const stage = view.stage(name)
  if (!stage) return []
  return [freightCommand(view, 'promote', freight, stage, 'brings it there again, to soak the whole time anew')]
}

function soakSoFar({ status }: Freight, stage: string): string {
  const since = status?.currentlyIn?.[stage]?.since
  const longest = status?.verifiedIn?.[stage]?.longestSoak
  if (status?.currentlyIn && Object.hasOwn(status.currentlyIn, stage))
    return since ? `there since ${since}` : 'there since a time that is not recorded'
  return longest ? `its longest stay was ${longest}, and it is not there now` : 'it has not stayed there'
}

function controlFlow(stage: Stage, { metadata, status }: Freight): Block {
  const verifiedAt = status?.verifiedIn?.[stage.metadata.name]?.verifiedAt ?? null
  return {
    reason: 'control-flow-upstream',
    stage: stage.metadata.name,
    since: verifiedAt,
    evidence: [
      {
        object: { kind: 'Freight', name: metadata.name },
        text: `${stage.metadata.name} has no steps: it passes Freight on by itself, and nothing ever soaks there`,
        time: verifiedAt,
      },
    ],
    opensWith: [],
  }
}

function notFound(search: Search, name: string): Block[] {
  const { freight } = search
  const evidence = [{ object: { kind: 'Stage', name }, text: 'is named as upstream and does not exist', time: null }]
  const block = { stage: name, since: discoveredAt(freight) ?? null, evidence }
  const opensWith = [opening(null, `the Stage ${name} is created, and the Freight promoted to it`)]
  return [
    { ...block, reason: 'upstream-not-reached', opensWith },
    { ...block, reason: 'stage-not-found', opensWith },
  ]
}

function noSources(view: ProjectView, stage: Stage, freight: Freight): Block {
  return {
    reason: 'no-sources',
    stage: stage.metadata.name,
    since: stage.metadata.creationTimestamp ?? null,
    evidence: [
      {
        object: { kind: 'Stage', name: stage.metadata.name },
        text: 'takes Freight neither from the Warehouse nor from a Stage',
        time: null,
      },
    ],
    opensWith: [approval(view, freight, stage), opening(null, 'or its request gets sources')],
  }
}

function circular(stage: Stage): Block {
  return {
    reason: 'upstream-not-reached',
    stage: stage.metadata.name,
    since: null,
    evidence: [{ object: { kind: 'Stage', name: stage.metadata.name }, text: 'is its own upstream', time: null }],
    opensWith: [opening(null, 'the Stages are put in an order without a circle')],
  }
}

/** It was in the Stage and other Freight took its place, before its verification passed. */
function replacedBlocks(search: Search, stage: Stage): Block[] {
  const { view, freight } = search
  const name = stage.metadata.name
  const failed = pastVerificationBlock(view, stage, freight)
  const isAccepted = isFreightAvailable(stage, freight, view.nowMs, view.version)
  const again = isAccepted ? [] : blocksToEnter(search, stage, false)
  const opensWith = [freightCommand(view, 'promote', freight, stage, 'brings it there again, to be verified')]
  if (failed) return withShard(view, stage, [{ ...failed, opensWith }, ...again])
  const successor = successorOf(view, stage, freight)
  const since = successor?.status?.finishedAt ?? stage.status?.lastPromotion?.finishedAt ?? null
  const superseded: Block = {
    reason: 'superseded-before-verification',
    stage: name,
    since,
    evidence: [
      {
        object: { kind: 'Stage', name },
        text: `other Freight took its place before it was verified${successor ? ` (${successor.metadata.name})` : ''}`,
        time: since,
      },
    ],
    opensWith,
  }
  return withShard(view, stage, [superseded, ...again])
}

/** The first Promotion that brought other Freight of the origin after this one. */
function successorOf(view: ProjectView, stage: Stage, freight: Freight) {
  const own = ownPromotions(view, stage, freight)
    .map(each => each.metadata.name)
    .sort()
    .at(-1)
  return view
    .promotionsTo(stage.metadata.name)
    .filter(each => each.status?.phase === 'Succeeded' && each.metadata.name > (own ?? ''))
    .filter(each => each.spec.freight !== freight.metadata.name)
    .filter(
      each => (view.freight(each.spec.freight ?? '')?.origin?.name ?? freight.origin?.name) === freight.origin?.name,
    )
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))[0]
}
