import type { ReplicaSet } from '../../kube/core-objects.ts'
import { safeText } from '../../values/safe-text.ts'
import { diffTemplates } from '../diff/template-diff.ts'
import { imagesOf } from '../image-reference.ts'
import { podHashOf, revisionOf } from '../ownership.ts'
import { isFullyPromoted, isGenerationObserved } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { podTemplateOf, type Workload } from '../rollout-objects.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { type GitOpsOwner, ownerNotes, refusedByOwner } from './git-ops-owner.ts'
import { type Plan, type Refusal, refused, writes } from './plan.ts'
import { rolloutCommand, rolloutName } from './rollout-words.ts'
import { restoredTemplate, targetText, templateTarget, templateWrite } from './template-target.ts'

export interface TemplateState {
  rollout: Rollout
  /** what spec.workloadRef names */
  workload?: Workload
  owner?: GitOpsOwner
}

export interface UndoState extends TemplateState {
  /** those that the rollout controls */
  replicaSets: readonly ReplicaSet[]
}

export interface UndoOptions {
  /** as in the annotation rollout.argoproj.io/revision; absent: the stable one during an update, else the one before */
  toRevision?: number
  expect?: Expectation
  evenIfManaged?: boolean
}

/**
 * Puts an earlier pod template back. Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/undo/undo.go, and departs from
 * it: during an update it goes to the stable version, where upstream goes to the second newest revision, which may be
 * another version that was given up.
 */
export function planUndo(state: UndoState, options: UndoOptions = {}): Plan {
  const { rollout, workload } = state
  const unmet = firstUnmet(options.expect ?? {}, rollout, podTemplateOf(rollout, workload))
  if (unmet) return refused(unmet)
  const target = templateTarget(rollout, workload)
  if ('reason' in target) return refused(target)
  const goal = options.toRevision === undefined ? defaultGoal(state) : revisionGoal(state, options.toRevision)
  if ('reason' in goal) return refused(goal)
  const revision = revisionOf(goal)
  const restored = restoredTemplate(goal)
  const current = currentReplicaSet(state)
  // Two templates of ReplicaSets both carry the server's defaults and the webhooks' additions: nothing to guess.
  const changes = diffTemplates(current ? restoredTemplate(current) : target.template, restored)
  if (changes.length === 0 || current?.metadata.uid === goal.metadata.uid) return refused(already(rollout, revision))
  if (state.owner && !options.evenIfManaged) {
    const refusal = refusedByOwner(state.owner, target, 'undo', rollout)
    if (refusal) return refused(refusal)
  }
  const images = safeText(imagesOf(restored).join(', '))
  return writes(
    [
      templateWrite(
        target,
        [{ op: 'replace', path: target.pointer, value: restored }],
        `restore the pod template of revision ${revision} in ${targetText(target)}`,
      ),
    ],
    `${rolloutName(rollout)} goes back to revision ${revision}${images ? ` (${images})` : ''}` +
      (target.object === rollout ? '' : `: pod template of ${targetText(target)} restored`),
    {
      changes,
      notes: [
        ...ownerNotes(state.owner),
        ...(rollout.spec.paused
          ? [`it is paused by hand and does not move; to end that: ${rolloutCommand('resume', rollout)}`]
          : []),
      ],
    },
  )
}

function defaultGoal(state: UndoState): ReplicaSet | Refusal {
  const { rollout, replicaSets } = state
  const { status } = rollout
  const name = rolloutName(rollout)
  if (status?.stableRS && (!isGenerationObserved(rollout) || !isFullyPromoted(rollout))) {
    const stable = replicaSets.find(each => podHashOf(each) === status.stableRS)
    if (stable) return stable
    return {
      reason: 'NoSuchRevision',
      message: `${name}: the ReplicaSet of its stable version (${safeText(status.stableRS)}) is gone: nothing was changed`,
      hints: [knownRevisions(state)],
    }
  }
  const current = currentReplicaSet(state)
  const newest = current ? revisionOf(current) : Math.max(0, ...replicaSets.map(revisionOf))
  const before = [...replicaSets]
    .filter(each => revisionOf(each) > 0 && revisionOf(each) < newest)
    .sort((a, b) => revisionOf(b) - revisionOf(a))[0]
  return (
    before ?? {
      reason: 'NoSuchRevision',
      message: `${name} has no earlier revision to go back to: nothing was changed`,
      hints: [knownRevisions(state)],
    }
  )
}

function revisionGoal(state: UndoState, revision: number): ReplicaSet | Refusal {
  const goal = state.replicaSets.find(each => revisionOf(each) === revision)
  return (
    goal ?? {
      reason: 'NoSuchRevision',
      message: `${rolloutName(state.rollout)} has no revision ${revision}: nothing was changed`,
      hints: [knownRevisions(state)],
    }
  )
}

/** The ReplicaSet of the version in the spec; undefined while the controller has not made it. */
function currentReplicaSet({ rollout, replicaSets }: UndoState): ReplicaSet | undefined {
  const hash = rollout.status?.currentPodHash
  if (!hash || !isGenerationObserved(rollout)) return undefined
  return replicaSets.find(each => podHashOf(each) === hash)
}

function knownRevisions({ rollout, replicaSets }: UndoState): string {
  const known = replicaSets
    .filter(each => revisionOf(each) > 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a))
    .map(each => {
      const images = safeText(imagesOf(each.spec?.template).join(', '))
      const isStable = podHashOf(each) === rollout.status?.stableRS
      return `${revisionOf(each)}${isStable ? ', stable' : ''} (${images})`
    })
  return known.length === 0
    ? 'Its ReplicaSets are gone: no revision is left'
    : `Revisions that exist: ${known.join('; ')}. More about them: ${rolloutCommand('history', rollout)}`
}

function already(rollout: Rollout, revision: number): Refusal {
  return {
    reason: 'AlreadyThere',
    message: `${rolloutName(rollout)} already has the pod template of revision ${revision}: nothing was changed`,
    hints: rollout.status?.abort
      ? [`It is aborted; to try it again: ${rolloutCommand('retry', rollout)}`]
      : [`Another revision: ${rolloutCommand('undo', rollout, '--to-revision', 'N')}`],
  }
}
