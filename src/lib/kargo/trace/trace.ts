import { apiVersion } from '../../events/event.ts'
import { isPromotionAccepted } from '../admission.ts'
import { type Artifacts, discoveredAt, type Freight, isApprovedFor, isVerifiedIn, type Origin } from '../freight.ts'
import { holdsNow, isControlFlow, type Stage } from '../stage.ts'
import type { Block } from './block.ts'
import { blocksTo } from './blocks.ts'
import { freightLabel } from './commands.ts'
import { availableNotBeforeMs } from './not-before.ts'
import { pathTo } from './path.ts'
import type { ProjectView } from './project-objects.ts'

/**
 * - `current`: in the Stage now; `verified`: was, and passed on (a Stage without steps: passed on)
 * - `available`: a Promotion would be accepted; `blocked`: it would not; `missing`: no such Stage
 */
export type StageState = 'current' | 'verified' | 'available' | 'blocked' | 'missing'

export interface StageTrace {
  name: string
  state: StageState
  /** no promotion steps: Freight passes by itself */
  isControlFlow: boolean
  isVerified: boolean
  isApproved: boolean
  /** RFC 3339, of its arrival, else of its verification; null where no object says it */
  since: string | null
  /** whether admission would take a Promotion now */
  accepted: boolean
  /** whether Kargo lists it as available, or the error that it answers instead */
  listed: boolean | { error: string }
  /** why it is not in the Stage, the gate to open first in front; some may be at Stages before it */
  blocks: Block[]
}

export interface NotVisible {
  what: string
  why: string
  /** what the trace lacks for it, one clause */
  lacks: string
}

/** The document of `freight trace -o info|json|yaml`. */
export interface FreightTrace {
  apiVersion: typeof apiVersion
  kind: 'FreightTrace'
  metadata: { name: string; namespace: string; uid?: string; resourceVersion?: string }
  /** RFC 3339: when the objects were read */
  time: string
  alias: string | null
  origin: Origin | null
  discoveredAt: string | null
  artifacts: Artifacts
  target: string
  isThere: boolean
  /** the gate to open first; null when it is there */
  block: Block | null
  /** further gates that hold at the same time */
  also: Block[]
  /** RFC 3339: not available to the target before, should everybody act at once; null: not without an approval */
  notBefore: string | null
  stages: StageTrace[]
  notVisible: readonly NotVisible[]
}

/** The way of a piece of Freight to a Stage: where it is, what holds it where, and both of Kargo's opinions of it. */
export function traceFreight(
  view: ProjectView,
  freight: Freight,
  target: Stage,
  notVisible: readonly NotVisible[] = [],
): FreightTrace {
  const { name, namespace = view.project, uid, resourceVersion } = freight.metadata
  const [first, ...also] = blocksTo(view, target, freight)
  const isThere = first?.reason === 'already-in-stage'
  const notBeforeMs = availableNotBeforeMs(view, target, freight)
  const { commits, images, charts, artifacts } = freight
  return {
    apiVersion,
    kind: 'FreightTrace',
    metadata: { name, namespace, ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
    time: new Date(view.nowMs).toISOString(),
    alias: freightLabel(freight) === name ? null : freightLabel(freight),
    origin: freight.origin ?? null,
    discoveredAt: discoveredAt(freight) ?? null,
    artifacts: {
      ...(commits && { commits }),
      ...(images && { images }),
      ...(charts && { charts }),
      ...(artifacts && { artifacts }),
    },
    target: target.metadata.name,
    isThere,
    block: isThere ? null : (first ?? null),
    also,
    notBefore: isThere || notBeforeMs === undefined ? null : new Date(notBeforeMs).toISOString(),
    stages: pathTo(view, target.metadata.name, freight).map(each => traceStage(view, each, freight)),
    notVisible,
  }
}

export function traceStage(view: ProjectView, name: string, freight: Freight): StageTrace {
  const stage = view.stage(name)
  const isVerified = isVerifiedIn(freight, name)
  const isApproved = isApprovedFor(freight, name)
  if (!stage) {
    const nowhere = { isControlFlow: false, isVerified, isApproved, since: null, accepted: false, listed: false }
    return { name, state: 'missing', ...nowhere, blocks: [] }
  }
  const list = view.available(stage)
  const accepted = isPromotionAccepted(stage, freight, view.nowMs, view.version)
  const isCurrent = holdsNow(stage, freight.metadata.name)
  const { currentlyIn, verifiedIn } = freight.status ?? {}
  return {
    name,
    state: isCurrent ? 'current' : isVerified ? 'verified' : accepted ? 'available' : 'blocked',
    isControlFlow: isControlFlow(stage),
    isVerified,
    isApproved,
    since: currentlyIn?.[name]?.since ?? verifiedIn?.[name]?.verifiedAt ?? null,
    accepted,
    listed: 'error' in list ? list : list.freight.some(each => each.metadata.name === freight.metadata.name),
    blocks: blocksTo(view, stage, freight).filter(each => each.reason !== 'already-in-stage'),
  }
}
