import type { PodTemplate, ReplicaSet } from '../../../kube/core-objects.ts'
import { analysisRuns, experiments, replicaSets, rollouts } from '../../../kube/resource-types.ts'
import { desiredReplicas } from '../../../rollouts/phase.ts'
import type { Rollout } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { findCondition, withCondition } from '../conditions.ts'
import { timestamp } from '../environment.ts'
import { ownedBy } from '../ownership.ts'
import { isSameTemplate, podTemplateHash } from './pod-template-hash.ts'
import {
  actual,
  desiredReplicasAnnotation,
  hashLabel,
  hashOf,
  revisionAnnotation,
  revisionHistoryAnnotation,
  revisionOf,
  wanted,
  workloadGenerationAnnotation,
} from './replica-sets.ts'
import { type ControlledStatus, manager, note, type Sync, writeStatus } from './sync.ts'

/** The ReplicaSet of the rollout's template: by its hash, else by an equal template (FindNewReplicaSet). */
export function findNewVersion(rollout: Rollout, all: readonly ReplicaSet[]): ReplicaSet | undefined {
  const hash = hashOfTemplate(rollout)
  const sorted = [...all].sort((one, other) => (created(one) < created(other) ? -1 : 1))
  return (
    sorted.find(each => hashOf(each) === hash) ??
    sorted.find(each => isSameTemplate(each.spec?.template, rollout.spec.template))
  )
}

export function hashOfTemplate(rollout: Rollout): string {
  return podTemplateHash(rollout.spec.template, (rollout.status as ControlledStatus | undefined)?.collisionCount)
}

/** Sorts the rollout's ReplicaSets into new, stable and others. */
export function sortVersions(sync: Sync, all: ReplicaSet[], newRS: ReplicaSet | undefined): void {
  const stable = sync.rollout.status.stableRS
  sync.allRSs = all
  sync.newRS = newRS
  sync.olderRSs = all.filter(each => each.metadata.uid !== newRS?.metadata.uid)
  sync.stableRS = stable ? all.find(each => hashOf(each) === stable) : undefined
  sync.otherRSs = sync.olderRSs.filter(each => each.metadata.uid !== sync.stableRS?.metadata.uid)
}

/** Creates the ReplicaSet of a template that has none yet, without pods (createDesiredReplicaSet). */
export function createNewVersion(sync: Sync): void {
  const { environment, rollout } = sync
  const { store } = environment
  const hash = hashOfTemplate(rollout)
  const name = `${rollout.metadata.name}-${hash}`
  const revision = String(Math.max(0, ...sync.olderRSs.map(revisionOf)) + 1)
  const labels = { ...rollout.spec.template?.metadata?.labels, [hashLabel]: hash }
  const template = rollout.spec.template
  const replicaSet: ReplicaSet = {
    metadata: {
      name,
      namespace: rollout.metadata.namespace ?? 'default',
      labels,
      annotations: {
        ...copiedAnnotations(rollout),
        [revisionAnnotation]: revision,
        [desiredReplicasAnnotation]: String(desiredReplicas(rollout)),
      },
      ownerReferences: ownedBy(rollout),
    },
    spec: {
      replicas: 0,
      ...(rollout.spec.minReadySeconds ? { minReadySeconds: rollout.spec.minReadySeconds } : {}),
      selector: withHash(rollout.spec.selector, hash),
      template: { ...template, metadata: { ...template?.metadata, labels } } as PodTemplate,
    },
  }
  const created = store.create(replicaSets, replicaSet, { manager })
  setRevision(sync, revision)
  note(sync, 'Normal', 'NewReplicaSetCreated', `Created ReplicaSet ${name} (revision ${revision})`)
  addCondition(sync, 'NewReplicaSetCreated', `Created new replica set "${name}"`)
  sortVersions(sync, [...sync.allRSs, created], created)
}

const withHash = (selector: Rollout['spec']['selector'], hash: string) => ({
  ...selector,
  matchLabels: { ...selector?.matchLabels, [hashLabel]: hash },
})

/**
 * Gives the new version the highest revision (a rollback makes an old one new), copies the rollout's annotations to
 * it, and the revision to the rollout (syncReplicaSetRevision).
 */
export function syncRevision(sync: Sync): void {
  const { environment, rollout, newRS } = sync
  if (!newRS) return
  const highest = Math.max(0, ...sync.olderRSs.map(revisionOf)) + 1
  const annotations = newRS.metadata.annotations ?? {}
  const own = revisionOf(newRS)
  const copied = Object.entries(copiedAnnotations(rollout)).filter(([key, value]) => annotations[key] !== value)
  const changes: Record<string, string> = Object.fromEntries(copied)
  if (own < highest) {
    changes[revisionAnnotation] = String(highest)
    const history = annotations[revisionHistoryAnnotation]
    if (own > 0) changes[revisionHistoryAnnotation] = history ? `${history},${own}` : String(own)
  }
  const minReadySeconds = rollout.spec.minReadySeconds ?? 0
  const isReadyChanged = (newRS.spec?.minReadySeconds ?? 0) !== minReadySeconds
  if (Object.keys(changes).length > 0 || isReadyChanged) {
    const spec = isReadyChanged ? { spec: { minReadySeconds } } : {}
    const body = { metadata: { annotations: changes }, ...spec }
    const updated = environment.store.patch<ReplicaSet>(replicaSets, refOf(newRS), { type: 'merge', body }, { manager })
    sync.newRS = updated
    sync.allRSs = sync.allRSs.map(each => (each.metadata.uid === updated.metadata.uid ? updated : each))
    return
  }
  setRevision(sync, String(own))
  if (!findCondition(rollout.status.conditions, 'Progressing')) {
    addCondition(sync, 'FoundNewReplicaSet', `Found new replica set "${newRS.metadata.name}"`)
  }
}

function setRevision(sync: Sync, revision: string): void {
  const { rollout, environment } = sync
  if (rollout.metadata.annotations?.[revisionAnnotation] === revision) return
  const stored = environment.store.get<Rollout>(rollouts, refOf(rollout))
  const generation = rollout.metadata.annotations?.[workloadGenerationAnnotation]
  const annotations = {
    ...stored.metadata.annotations,
    ...(generation ? { [workloadGenerationAnnotation]: generation } : {}),
    [revisionAnnotation]: revision,
  }
  const updated = environment.store.update<Rollout>(
    rollouts,
    { ...stored, metadata: { ...stored.metadata, annotations }, spec: asGoPrints(stored.spec) },
    { manager },
  )
  rollout.metadata = {
    ...updated.metadata,
    annotations: { ...rollout.metadata.annotations, [revisionAnnotation]: revision },
  }
  note(sync, 'Normal', 'RolloutUpdated', `Rollout updated to revision ${revision}`)
}

/**
 * An update of the whole object leaves out what is zero, and adds `resources: {}` to containers without any, which is a
 * generation of its own.
 */
function asGoPrints(spec: Rollout['spec']): Rollout['spec'] {
  const { paused, progressDeadlineAbort, minReadySeconds, strategy, ...others } = spec
  const flags = { ...(paused ? { paused } : {}), ...(progressDeadlineAbort ? { progressDeadlineAbort } : {}) }
  const printedStrategy = strategy ? { strategy: printedSteps(strategy) } : {}
  const kept = { ...others, ...printedStrategy, ...flags, ...(minReadySeconds ? { minReadySeconds } : {}) }
  const pod = spec.template?.spec
  if (!pod) return kept
  const printed = <T extends object>(list: T[] | undefined) => list?.map(each => ({ resources: {}, ...each }))
  const containers = printed(pod.containers)
  const initContainers = printed(pod.initContainers)
  const lists = { ...(containers ? { containers } : {}), ...(initContainers ? { initContainers } : {}) }
  return { ...kept, template: { ...spec.template, spec: { ...pod, ...lists } } }
}

/** Experiment steps gain empty structs in the same way. */
function printedSteps(strategy: NonNullable<Rollout['spec']['strategy']>): typeof strategy {
  const { canary } = strategy
  if (!canary?.steps?.some(step => step.experiment)) return strategy
  const steps = canary.steps.map(step => {
    if (!step.experiment) return step
    const templates = step.experiment.templates?.map(each => ({ metadata: {}, ...each }))
    return { ...step, experiment: { analysisRunMetadata: {}, ...step.experiment, ...(templates ? { templates } : {}) } }
  })
  return { ...strategy, canary: { ...canary, steps } }
}

function addCondition(sync: Sync, reason: string, message: string): void {
  const facts = { type: 'Progressing', status: 'True' as const, reason, message }
  const conditions = withCondition(sync.rollout.status.conditions, facts, timestamp(sync.environment))
  writeStatus(sync, { ...sync.rollout.status, conditions }, 'update')
}

const notCopied =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|rollout\.argoproj\.io\/(revision|revision-history|desired-replicas)|notified\.notifications\.argoproj\.io)$/

function copiedAnnotations({ metadata: { annotations = {} } }: Rollout): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !notCopied.test(key)))
}

/** Deletes the oldest versions without pods beyond revisionHistoryLimit, with their runs (reconcileRevisionHistoryLimit). */
export function cleanUpHistory(sync: Sync): void {
  const { store } = sync.environment
  const limit = sync.rollout.spec.revisionHistoryLimit ?? 10
  const old = sync.otherRSs.filter(each => !each.metadata.deletionTimestamp)
  const sorted = old.sort((one, other) => (created(one) < created(other) ? -1 : 1))
  for (const each of sorted.slice(0, Math.max(0, old.length - limit))) {
    const isObserved = (each.metadata.generation ?? 0) <= (each.status?.observedGeneration ?? 0)
    if (actual(each) > 0 || wanted(each) > 0 || !isObserved) continue
    store.delete(replicaSets, refOf(each))
    const isOfVersion = (run: { metadata: ReplicaSet['metadata'] }) => run.metadata.labels?.[hashLabel] === hashOf(each)
    for (const run of sync.otherRuns.filter(isOfVersion)) store.delete(analysisRuns, refOf(run))
    for (const experiment of sync.otherExperiments.filter(isOfVersion)) store.delete(experiments, refOf(experiment))
  }
}

/** creation, then revision: times have whole seconds only */
const created = (each: ReplicaSet) =>
  `${each.metadata.creationTimestamp ?? ''} ${String(revisionOf(each)).padStart(9, '0')}`
