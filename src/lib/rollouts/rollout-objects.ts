import type { KubeObject, LabelSelector } from '../context/kube-object.ts'
import type { Pod, PodTemplate, ReplicaSet } from '../kube/core-objects.ts'
import type { AnalysisRun, Experiment, Rollout } from './rollout.ts'

/** What spec.workloadRef names: a Deployment or ReplicaSet, or a PodTemplate (`template` at the top). */
export interface Workload extends KubeObject {
  spec?: { replicas?: number; selector?: LabelSelector; template?: PodTemplate }
  template?: PodTemplate
}

/** Kinds of objects around a rollout that a user may not be allowed to read. */
export type RolloutPart = 'replicaSets' | 'pods' | 'experiments' | 'analysisRuns' | 'workload'

/** A rollout and what stands around it. The lists may hold objects of others, in any order. */
export interface RolloutObjects {
  rollout: Rollout
  replicaSets: readonly ReplicaSet[]
  pods: readonly Pod[]
  experiments: readonly Experiment[]
  analysisRuns: readonly AnalysisRun[]
  workload?: Workload
  /** metadata.generation of the live workload, for the phase; absent: not asked */
  workloadGeneration?: number
  /** what could not be read, so that emptiness is not taken for absence */
  notVisible?: readonly RolloutPart[]
}

/** Pod template of the rollout: its own, or that of the object it refers to. */
export function podTemplateOf(rollout: Rollout, workload: Workload | undefined): PodTemplate | undefined {
  return rollout.spec.workloadRef ? (workload?.spec?.template ?? workload?.template) : rollout.spec.template
}
