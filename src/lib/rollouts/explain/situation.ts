import type { Condition } from '../../context/kube-object.ts'
import type { KubeEvent, Pod, ReplicaSet } from '../../kube/core-objects.ts'
import { parseTime } from '../../values/human-duration.ts'
import { byName, isOwnedBy, podHashOf, revisionOf } from '../ownership.ts'
import { desiredReplicas, isFullyPromoted, rolloutPhase } from '../phase.ts'
import type { AnalysisRun, CanaryStep, Rollout } from '../rollout.ts'
import { currentStep, stepLabel, stepsOf } from '../steps.ts'
import type { Evidence, LogTail, ObjectName } from './evidence.ts'
import type { Finding } from './explanation.ts'

/** The evidence with what every rule would otherwise work out again: which ReplicaSet is which, where the steps are. */
export interface Situation {
  evidence: Evidence
  nowMs: number
  rollout: Rollout
  name: string
  namespace: string
  self: ObjectName
  phase: string
  message: string
  strategy: 'canary' | 'blueGreen' | null
  steps: readonly CanaryStep[]
  /** undefined without steps */
  stepIndex: number | undefined
  /** undefined without steps, and when all are done */
  step: CanaryStep | undefined
  /** `2/7`, empty without steps */
  stepLabel: string
  desired: number
  /** ReplicaSets that the rollout owns */
  sets: readonly ReplicaSet[]
  newSet: ReplicaSet | undefined
  stableSet: ReplicaSet | undefined
  /** neither new nor stable, still with pods */
  olderSets: readonly ReplicaSet[]
  /** the spec's version is not the stable one, and there is a stable one */
  isUpdating: boolean
  isFirstDeployment: boolean
  isAborted: boolean
  /** who rules over the manifest, so that a change in the cluster does not last; null: nobody as far as can be read */
  owner: 'argo-cd' | 'kargo' | null
}

/** A rule looks at the situation and says what it finds; it never throws and never asks the cluster. */
export type Rule = (situation: Situation) => Finding[]

export function situate(evidence: Evidence, nowMs: number): Situation {
  const { rollout } = evidence
  const status = rollout.status ?? {}
  const namespace = rollout.metadata.namespace ?? 'default'
  const { phase, message } = rolloutPhase(
    rollout,
    evidence.workloadGeneration ?? evidence.workload?.metadata.generation,
  )
  const current = currentStep(rollout)
  const own = evidence.replicaSets.filter(set => isOwnedBy(set, rollout.metadata.uid))
  const ofHash = (hash: string | undefined) => (hash ? own.find(set => podHashOf(set) === hash) : undefined)
  const newSet = ofHash(status.currentPodHash)
  const stableSet = ofHash(status.stableRS)
  return {
    evidence,
    nowMs,
    rollout,
    name: rollout.metadata.name,
    namespace,
    self: { kind: 'Rollout', namespace, name: rollout.metadata.name },
    phase,
    message,
    strategy: rollout.spec.strategy?.blueGreen ? 'blueGreen' : rollout.spec.strategy?.canary ? 'canary' : null,
    steps: stepsOf(rollout),
    stepIndex: current?.index,
    step: current?.step,
    stepLabel: stepLabel(rollout),
    desired: desiredReplicas(rollout),
    newSet,
    stableSet,
    sets: own,
    olderSets: own.filter(
      set => set !== newSet && set !== stableSet && ((set.status?.replicas ?? 0) > 0 || (set.spec?.replicas ?? 0) > 0),
    ),
    isUpdating: Boolean(status.stableRS) && Boolean(status.currentPodHash) && !isFullyPromoted(rollout),
    isFirstDeployment: !status.stableRS,
    isAborted: status.abort === true,
    owner: ownerOf(evidence),
  }
}

/** An Application that only a label hints at and that could not be read may be something else altogether. */
function ownerOf({ owner }: Evidence): Situation['owner'] {
  if (owner === undefined || (owner.isGuess && owner.sync === undefined)) return null
  return owner.stage === undefined ? 'argo-cd' : 'kargo'
}

/** `revision 2 (canary)`; what people call the pods of a ReplicaSet. */
export function setTitle(situation: Situation, set: ReplicaSet): string {
  const revision = revisionOf(set)
  const role = roleOf(situation, set)
  return `${revision === 0 ? `ReplicaSet ${set.metadata.name}` : `revision ${revision}`}${role ? ` (${role})` : ''}`
}

function roleOf(situation: Situation, set: ReplicaSet): string {
  if (set === situation.stableSet) return situation.strategy === 'blueGreen' ? 'active' : 'stable'
  if (set !== situation.newSet) return 'old'
  if (situation.isFirstDeployment) return ''
  return situation.strategy === 'blueGreen' ? 'preview' : 'canary'
}

export function podsOf(situation: Situation, set: ReplicaSet): Pod[] {
  return situation.evidence.pods.filter(pod => isOwnedBy(pod, set.metadata.uid)).sort(byName)
}

/** The ReplicaSets whose pods matter now: the new one, and the stable one where it is another. */
export function watchedSets(situation: Situation): ReplicaSet[] {
  const { newSet, stableSet } = situation
  return [newSet, stableSet === newSet ? undefined : stableSet].filter(set => set !== undefined)
}

/**
 * Whether pods of this ReplicaSet hold the rollout up. Follows argo-rollouts utils/replicaset/canary.go: a setWeight step
 * waits for the replicas of both versions, everything else for those of the new one.
 */
export function holdsUp(situation: Situation, set: ReplicaSet): boolean {
  if (situation.isAborted) return set === situation.stableSet
  return set === situation.newSet || situation.step?.setWeight !== undefined
}

export function eventsOf(
  situation: Situation,
  object: { kind: string; name: string },
  reasons?: readonly string[],
): KubeEvent[] {
  return situation.evidence.events
    .filter(event => event.involvedObject?.kind === object.kind && event.involvedObject.name === object.name)
    .filter(event => reasons === undefined || reasons.includes(event.reason ?? ''))
    .sort((a, b) => (parseTime(eventTime(b)) ?? 0) - (parseTime(eventTime(a)) ?? 0))
}

export function eventTime(event: KubeEvent): string | undefined {
  return event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp
}

export function conditionOf(object: { status?: { conditions?: Condition[] } }, type: string): Condition | undefined {
  return object.status?.conditions?.find(condition => condition.type === type)
}

export function analysisRunOf(situation: Situation, name: string | undefined): AnalysisRun | undefined {
  return situation.evidence.analysisRuns.find(run => run.metadata.name === name)
}

export function logOf(situation: Situation, pod: string, container: string): LogTail | undefined {
  return situation.evidence.logs.find(log => log.pod === pod && log.container === container)
}
