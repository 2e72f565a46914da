import { parseTime } from '../../values/human-duration.ts'
import { revisionOf } from '../ownership.ts'
import { isFullyPromoted, isGenerationObserved } from '../phase.ts'
import { podTemplateOf } from '../rollout-objects.ts'
import { stepText } from '../steps.ts'
import { reading } from './commands.ts'
import { observed, plural, quoted } from './sentences.ts'
import { conditionOf, type Rule, type Situation, setTitle } from './situation.ts'

/** Nothing to do: the version in the spec is stable and there. */
export const promoted: Rule = situation => {
  if (situation.phase !== 'Healthy') return []
  const { rollout, stableSet, newSet } = situation
  const set = stableSet ?? newSet
  const completed = conditionOf(rollout, 'Completed') ?? conditionOf(rollout, 'Healthy')
  return [
    {
      rule: 'promoted',
      blocks: null,
      title: `Nothing blocks: ${set ? setTitle(situation, set) : 'the version in the spec'} is fully promoted and ${rollout.status?.availableReplicas ?? 0} of ${situation.desired} pods are available.`,
      since: completed?.status === 'True' ? (completed.lastTransitionTime ?? null) : null,
      evidence: [
        observed(
          situation.self,
          `status.stableRS equals status.currentPodHash (${rollout.status?.stableRS ?? 'none'}), running ${imagesText(situation)}`,
        ),
      ],
      opensWith: [],
      allowed: null,
    },
  ]
}

/** Circumstances in which the steps do not mean what they say. */
export const specialCourse: Rule = situation => {
  const { rollout, newSet, stableSet, nowMs } = situation
  if (!isGenerationObserved(rollout) || situation.isAborted) return []
  if (situation.isFirstDeployment && newSet !== undefined && situation.phase !== 'Healthy') {
    return [
      note(
        situation,
        'first-deployment',
        'This is the first version of the rollout: all its steps are skipped, it becomes stable as soon as its pods are available.',
        'status.stableRS is empty',
      ),
    ]
  }
  if (rollout.status?.promoteFull === true && !isFullyPromoted(rollout)) {
    return [
      note(
        situation,
        'promoting-fully',
        'A full promotion was asked for: the remaining steps, pauses and analyses are skipped.',
        'status.promoteFull is true',
      ),
    ]
  }
  if (situation.isUpdating && newSet !== undefined && stableSet !== undefined) {
    const newer = parseTime(newSet.metadata.creationTimestamp) ?? nowMs
    const stable = parseTime(stableSet.metadata.creationTimestamp) ?? nowMs
    if (newer < stable) return [rollback(situation)]
  }
  if (situation.desired === 0) {
    return [
      note(
        situation,
        'scaled-to-zero',
        'The rollout is scaled to zero: there are no pods to roll out.',
        'spec.replicas is 0',
      ),
    ]
  }
  return []
}

/** argo-rollouts rollout/sync.go isRollbackWithinWindow: an older ReplicaSet within the window skips the steps. */
function rollback(situation: Situation) {
  const window = (situation.rollout.spec as { rollbackWindow?: { revisions?: number } }).rollbackWindow?.revisions ?? 0
  const newer = parseTime(situation.newSet?.metadata.creationTimestamp) ?? 0
  const stable = parseTime(situation.stableSet?.metadata.creationTimestamp) ?? 0
  const between = situation.sets.filter(set => {
    const created = parseTime(set.metadata.creationTimestamp) ?? 0
    return created > newer && created < stable
  }).length
  const isWithin = between < window
  return note(
    situation,
    isWithin ? 'rollback-window' : 'rollback',
    isWithin
      ? `This update goes back to an earlier version within the rollback window of ${plural(window, 'revision')}: steps and analyses are skipped.`
      : 'This update goes back to an earlier version; it takes the same steps as any other.',
    `ReplicaSet ${situation.newSet?.metadata.name} is older than the stable ${situation.stableSet?.metadata.name}`,
  )
}

function note(situation: Situation, rule: string, title: string, text: string) {
  return {
    rule,
    blocks: null,
    title,
    since: null,
    evidence: [observed(situation.self, text)],
    opensWith: [],
    allowed: null,
  }
}

/** When no other rule says why: the controller's own words, and what could not be read. */
export function unexplained(situation: Situation) {
  const condition = conditionOf(situation.rollout, 'Progressing')
  const at =
    situation.step === undefined ? '' : ` at step ${situation.stepLabel || '0'} (${quoted(stepText(situation.step))})`
  return {
    rule: 'unexplained',
    blocks: 'now' as const,
    title: `The rollout is ${quoted(situation.phase)}${situation.message ? ` (${quoted(situation.message)})` : ''}${at}, and nothing that can be read here says why it does not move.`,
    since: condition?.lastUpdateTime ?? condition?.lastTransitionTime ?? null,
    evidence: (situation.rollout.status?.conditions ?? [])
      .filter(each => each.message)
      .map(each =>
        observed(
          situation.self,
          `condition ${each.type} is ${each.status}: ${quoted(each.message)}`,
          each.lastTransitionTime,
        ),
      ),
    opensWith: [
      reading(situation, ['canary', 'rollout', 'get', situation.name], 'shows the rollout with all its objects'),
    ],
    allowed: null,
  }
}

/** The version in the spec: `revision 2 (image x)`. */
export function versionText(situation: Situation): string {
  const revision = situation.newSet === undefined ? 0 : revisionOf(situation.newSet)
  const images = imagesText(situation)
  return revision === 0 || !images.startsWith('image') ? images : `revision ${revision} (${images})`
}

/** Images of the version in the spec. */
function imagesText(situation: Situation): string {
  const template = podTemplateOf(situation.rollout, situation.evidence.workload) ?? situation.newSet?.spec?.template
  const images = (template?.spec?.containers ?? [])
    .map(container => quoted(container.image))
    .filter(image => image !== '')
  const revision = situation.newSet === undefined ? 0 : revisionOf(situation.newSet)
  if (images.length === 0) return revision === 0 ? 'that version' : `revision ${revision}`
  return images.length === 1 ? `image ${images[0]}` : `images ${images.join(', ')}`
}
