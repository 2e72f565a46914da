import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { analysisRuns, experiments, replicaSets, rollouts } from '../../../kube/resource-types.ts'
import { desiredReplicas, isCompletedAnalysis, isFullyPromoted } from '../../../rollouts/phase.ts'
import type { AnalysisRun, Experiment, Rollout } from '../../../rollouts/rollout.ts'
import { copy } from '../../store/json.ts'
import { findCondition, withCondition, withoutCondition } from '../conditions.ts'
import { type Environment, timestamp } from '../environment.ts'
import { controlledBy } from '../ownership.ts'
import { scaleBlueGreen, syncBlueGreen } from './blue-green.ts'
import { scaleVersions, syncCanary } from './canary.ts'
import { PauseChanges } from './pause.ts'
import { watchDeadline } from './progress.ts'
import { desiredReplicasAnnotation, hashLabel, hashOf, revisionOf, wanted } from './replica-sets.ts'
import { scalerView } from './status.ts'
import { blueGreenOf } from './strategy.ts'
import { isPaused, manager, persistStatus, type Sync, writeConditions } from './sync.ts'
import { firstProblem } from './validation.ts'
import { createNewVersion, findNewVersion, sortVersions, syncRevision } from './versions.ts'
import { resolveWorkload, scaleWorkloadDown } from './workload-ref.ts'

const invalidCheckAgainMs = 20_000

/**
 * One look of the simulated Argo Rollouts controller at one rollout. It writes what the real one (v1.9) writes, in the
 * same order; traffic routers, step plugins and notifications are not simulated. `enqueueAfter` asks for another look.
 */
export function reconcileRollout(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const stored = environment.store.find<Rollout>(rollouts, ref)
  if (!stored || stored.metadata.deletionTimestamp) return
  const sync = observe(environment, copy(stored), enqueueAfter)
  const problem = sync.problem ?? firstProblem(sync)
  if (problem !== undefined) {
    reportInvalid(sync, problem)
    enqueueAfter(invalidCheckAgainMs)
    return
  }
  if (!sync.newRS) createNewVersion(sync)
  if (isFullyPromoted(sync.rollout) && sync.pause.isAborted(sync.rollout)) sync.pause.removeAbort()
  const weights = sync.rollout.status.canary?.weights
  if (weights) sync.newStatus.canary = { ...sync.newStatus.canary, weights }
  if (stored.spec.replicas === undefined) {
    environment.store.patch(rollouts, ref, { type: 'merge', body: { spec: { replicas: 1 } } }, { manager })
    return
  }
  reconcile(sync)
  scaleWorkloadDown(environment, sync.rollout, revisionOf(sync.newRS))
  watchDeadline(sync)
}

function observe(
  environment: Environment,
  rollout: Rollout,
  enqueueAfter: (ms: number) => void,
): Sync & { problem: string | undefined } {
  const reference = resolveWorkload(environment, rollout)
  const problem =
    reference === undefined
      ? undefined
      : `spec.workloadRef: Invalid value: ${JSON.stringify(rollout.spec.workloadRef)}: ${reference}`
  const { restartedAt } = rollout.status ?? {}
  const sync: Sync & { problem: string | undefined } = {
    problem,
    environment,
    rollout: { ...rollout, status: rollout.status ?? {} },
    newRS: undefined,
    stableRS: undefined,
    olderRSs: [],
    otherRSs: [],
    allRSs: [],
    newStatus: restartedAt ? { restartedAt } : {},
    pause: new PauseChanges(),
    runs: {},
    otherRuns: [],
    experiment: undefined,
    otherExperiments: [],
    isTemplateFromRef: rollout.spec.workloadRef !== undefined && problem === undefined,
    enqueueAfter,
  }
  const all = controlledBy<ReplicaSet>(environment, replicaSets, rollout)
  sortVersions(sync, all, findNewVersion(rollout, all))
  sortRuns(sync, controlledBy(environment, analysisRuns, rollout))
  sortExperiments(sync, controlledBy(environment, experiments, rollout))
  return sync
}

/** The runs that the status names are the current ones (FilterCurrentRolloutAnalysisRuns). */
function sortRuns(sync: Sync, all: AnalysisRun[]): void {
  const { canary, blueGreen } = sync.rollout.status
  const named = (reference: { name: string } | undefined) =>
    reference && all.find(each => each.metadata.name === reference.name)
  sync.runs = {
    step: named(canary?.currentStepAnalysisRunStatus),
    background: named(canary?.currentBackgroundAnalysisRunStatus),
    pre: named(blueGreen?.prePromotionAnalysisRunStatus),
    post: named(blueGreen?.postPromotionAnalysisRunStatus),
  }
  const current = Object.values(sync.runs)
  sync.otherRuns = all.filter(each => !current.includes(each))
}

function sortExperiments(sync: Sync, all: Experiment[]): void {
  const name = sync.rollout.status.canary?.currentExperiment
  const isOfThisUpdate = (each: Experiment) => each.metadata.labels?.[hashLabel] === hashOf(sync.newRS)
  sync.experiment =
    all.find(each => each.metadata.name === name) ??
    all.find(each => isOfThisUpdate(each) && !isCompletedAnalysis(each.status?.phase) && !each.spec?.terminate)
  sync.otherExperiments = all.filter(each => each !== sync.experiment)
}

function reconcile(sync: Sync): void {
  checkPauses(sync)
  syncRevision(sync)
  if (isScaling(sync)) {
    syncScale(sync)
    return
  }
  if (blueGreenOf(sync.rollout)) syncBlueGreen(sync)
  else syncCanary(sync)
}

/**
 * The Paused and Progressing conditions follow pauses, resumptions and retries before anything else is done, so that
 * no deadline counts time in which nothing was to happen (checkPausedConditions).
 */
function checkPauses(sync: Sync): void {
  const { rollout, environment } = sync
  const { status } = rollout
  const now = timestamp(environment)
  const paused = isPaused(sync)
  const progressing = findCondition(status.conditions, 'Progressing')
  const wasAborted = progressing?.reason === 'RolloutAborted'
  let conditions = status.conditions ?? []
  const progress = (reason: string, message: string) => {
    conditions = withCondition(conditions, { type: 'Progressing', status: 'Unknown', reason, message }, now)
  }
  if (paused !== (progressing?.reason === 'RolloutPaused') && !wasAborted && !isFullyPromotedStatus(sync)) {
    if (paused) progress('RolloutPaused', 'Rollout is paused')
    else progress('RolloutResumed', 'Rollout is resumed')
  }
  if (!status.abort && wasAborted) progress('RolloutRetry', 'Retrying Rollout after abort')
  const wasPaused = findCondition(status.conditions, 'Paused')?.status === 'True'
  if (paused !== wasPaused && !wasAborted) {
    const facts = { type: 'Paused', status: paused ? ('True' as const) : ('False' as const) }
    conditions = withCondition(conditions, { ...facts, reason: 'RolloutPaused', message: 'Rollout is paused' }, now)
  }
  if (conditions !== status.conditions && conditions.length > 0) writeConditionsIfChanged(sync, conditions)
}

function writeConditionsIfChanged(sync: Sync, conditions: NonNullable<Sync['rollout']['status']['conditions']>): void {
  const before = sync.rollout.status.conditions ?? []
  const isSame = conditions.length === before.length && conditions.every(each => before.includes(each))
  if (!isSame) writeConditions(sync, conditions)
}

const isFullyPromotedStatus = ({ rollout: { status } }: Sync) =>
  Boolean(status.stableRS) && status.stableRS === status.currentPodHash

/** Whether spec.replicas was changed since the versions were last scaled (isScalingEvent). */
function isScaling({ rollout, newRS, stableRS }: Sync): boolean {
  return [newRS, stableRS].some(each => {
    const desired = each?.metadata.annotations?.[desiredReplicasAnnotation]
    return wanted(each) > 0 && desired !== undefined && Number(desired) !== desiredReplicas(rollout)
  })
}

/** Scales and leaves everything else as it is (syncReplicasOnly). */
function syncScale(sync: Sync): void {
  const next = copy(sync.rollout.status)
  if (blueGreenOf(sync.rollout)) scaleBlueGreen(sync)
  else scaleVersions(sync)
  const { HPAReplicas = 0, availableReplicas = 0 } = scalerView(sync)
  persistStatus(sync, { ...next, HPAReplicas, availableReplicas })
}

/** Writes the InvalidSpec condition (createInvalidRolloutCondition). */
function reportInvalid(sync: Sync, problem: string): void {
  const { rollout, environment } = sync
  const message = `The Rollout "${rollout.metadata.name}" is invalid: ${problem}`
  const before = findCondition(rollout.status.conditions, 'InvalidSpec')
  const isObserved = rollout.status.observedGeneration === String(rollout.metadata.generation ?? 0)
  if (before?.message === message && isObserved) return
  const kept =
    before?.message === message ? rollout.status.conditions : withoutCondition(rollout.status.conditions, 'InvalidSpec')
  const facts = { type: 'InvalidSpec', status: 'True' as const, reason: 'InvalidSpec', message }
  writeConditions(sync, withCondition(kept, facts, timestamp(environment)))
}
