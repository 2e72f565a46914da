import { apiVersion } from '../../events/event.ts'
import { type ImageInfo, runningImages } from '../images.ts'
import { byOwner, revisionOf } from '../ownership.ts'
import { desiredReplicas, rolloutPhase } from '../phase.ts'
import type { Rollout, RolloutStatus } from '../rollout.ts'
import { podTemplateOf, type RolloutObjects, type RolloutPart } from '../rollout-objects.ts'
import { actualWeight, maxWeight, setWeight, stepLabel } from '../steps.ts'
import { type AnalysisRunInfo, analysisRunInfos } from './analysis-run-info.ts'
import { type ExperimentInfo, experimentInfos } from './experiment-info.ts'
import { type InfoMeta, infoMeta } from './info-meta.ts'
import { type PauseInfo, pauseInfo } from './pause-info.ts'
import { type ReplicaSetInfo, replicaSetInfos } from './replica-set-info.ts'
import { type StepInfo, stepInfos } from './step-info.ts'
import { replicaSetTags } from './tags.ts'

export type Strategy = 'Canary' | 'BlueGreen'

/** Everything that we show about a rollout, computed from objects alone; `-o info` prints it. */
export interface RolloutInfo extends InfoMeta {
  apiVersion: typeof apiVersion
  kind: 'RolloutInfo'
  revision: number
  generation: number
  phase: string
  /** may be empty */
  message: string
  /** absent where the spec names none */
  strategy?: Strategy
  /** `2/7`; empty outside a canary with steps */
  step: string
  steps: StepInfo[]
  /** canary only, in units of maxWeight */
  setWeight?: number
  actualWeight?: number
  maxWeight?: number
  /** whether the traffic router confirmed the weight; absent where it does not say */
  weightVerified?: boolean
  pause?: PauseInfo
  /** RFC 3339, or `unknown` where an aborted rollout does not say */
  abortedAt?: string
  images: ImageInfo[]
  replicas: { desired: number; current: number; updated: number; ready: number; available: number }
  /** of the pod template in force */
  containers: ContainerImage[]
  initContainers: ContainerImage[]
  /** RFC 3339 */
  restartedAt?: string
  currentPodHash: string
  stablePodHash: string
  /** controllers 1.10 */
  duration?: NonNullable<RolloutStatus['duration']>
  replicaSets: ReplicaSetInfo[]
  experiments: ExperimentInfo[]
  analysisRuns: AnalysisRunInfo[]
  /** `Deployment shop/web`, where spec.workloadRef names what does not exist */
  missingWorkload?: string
  /** what the user may not read: missing above although it may exist */
  notVisible: RolloutPart[]
}

export interface ContainerImage {
  name: string
  image: string
}

/**
 * The projection behind get, watch, status and explain.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/info/rollout_info.go, NewRolloutInfo, and adds to it.
 *
 * @param nowMs for what remains of pauses and experiments
 */
export function rolloutInfo(objects: RolloutObjects, nowMs: number): RolloutInfo {
  const { rollout, workload } = objects
  const { status, metadata } = rollout
  const podsByOwner = byOwner(objects.pods)
  const replicaSets = replicaSetInfos(objects.replicaSets, metadata.uid, podsByOwner, podHash =>
    replicaSetTags(rollout, podHash),
  )
  const parts = { replicaSets: objects.replicaSets, podsByOwner, analysisRuns: objects.analysisRuns }
  const experiments = experimentInfos(objects.experiments, metadata.uid, parts, nowMs)
  const template = podTemplateOf(rollout, workload)
  const pause = pauseInfo(rollout, nowMs)
  const strategy = strategyOf(rollout)
  return {
    apiVersion,
    kind: 'RolloutInfo',
    ...infoMeta(rollout),
    revision: revisionOf(rollout),
    generation: metadata.generation ?? 0,
    ...rolloutPhase(rollout, objects.workloadGeneration),
    ...(strategy ? { strategy } : {}),
    step: stepLabel(rollout),
    ...(strategy === 'Canary' ? canaryParts(rollout, replicaSets, nowMs) : { steps: [] }),
    ...(pause ? { pause } : {}),
    ...(status?.abort ? { abortedAt: status.abortedAt ?? 'unknown' } : {}),
    images: runningImages(replicaSets, experiments),
    replicas: {
      desired: desiredReplicas(rollout),
      current: status?.replicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      ready: status?.readyReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
    },
    containers: containerImages(template?.spec?.containers),
    initContainers: containerImages(template?.spec?.initContainers),
    ...(status?.restartedAt ? { restartedAt: status.restartedAt } : {}),
    currentPodHash: status?.currentPodHash ?? '',
    stablePodHash: status?.stableRS ?? '',
    ...(status?.duration ? { duration: status.duration } : {}),
    replicaSets,
    experiments,
    analysisRuns: analysisRunInfos(objects.analysisRuns, metadata.uid),
    ...missingWorkload(objects),
    notVisible: [...(objects.notVisible ?? [])],
  }
}

/** Strategy in the spec; canary wins where (invalidly) both are given, as upstream. */
export function strategyOf({ spec }: Rollout): Strategy | undefined {
  return spec.strategy?.canary ? 'Canary' : spec.strategy?.blueGreen ? 'BlueGreen' : undefined
}

function canaryParts(rollout: Rollout, replicaSets: readonly ReplicaSetInfo[], nowMs: number) {
  const canary = replicaSets.filter(each => each.tags.includes('canary')).at(-1)
  const verified = rollout.status?.canary?.weights?.verified
  return {
    steps: stepInfos(rollout, nowMs),
    setWeight: setWeight(rollout),
    actualWeight: actualWeight(rollout, canary?.available),
    maxWeight: maxWeight(rollout),
    ...(verified === undefined ? {} : { weightVerified: verified }),
  }
}

function missingWorkload({ rollout, workload, notVisible }: RolloutObjects): { missingWorkload?: string } {
  const reference = rollout.spec.workloadRef
  if (!reference || workload || notVisible?.includes('workload')) return {}
  return {
    missingWorkload: `${reference.kind ?? 'object'} ${rollout.metadata.namespace ?? ''}/${reference.name ?? ''}`,
  }
}

function containerImages(containers: readonly { name: string; image?: string }[] | undefined): ContainerImage[] {
  return (containers ?? []).map(({ name, image = '' }) => ({ name, image }))
}
