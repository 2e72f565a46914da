import type { KubeObject } from '../context/kube-object.ts'
import type { AnalysisMetric, AnalysisRun } from '../rollouts/rollout.ts'

/** Which controller is followed where they differ: `1.9` stands for everything up to it, `1.10` for everything from it. */
export type ControllerVersion = '1.9' | '1.10'

/** An argument of a template or run. Only `secretKeyRef` is ever resolved; a run with any other `valueFrom` ends in Error. */
export interface Argument {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: SecretKeyRef; fieldRef?: { fieldPath: string } }
}

export interface SecretKeyRef {
  name: string
  key: string
}

export interface DryRunRule {
  /** an unanchored Go regular expression */
  metricName: string
}

export interface RetentionRule {
  /** an unanchored Go regular expression */
  metricName: string
  /** how many measurements stay in the status; 0 is the default */
  limit?: number
}

export interface TemplateRef {
  templateName: string
  clusterScope?: boolean
}

export interface AnalysisTemplateSpec {
  metrics?: AnalysisMetric[]
  args?: Argument[]
  dryRun?: DryRunRule[]
  measurementRetention?: RetentionRule[]
  templates?: TemplateRef[]
}

/** AnalysisTemplate or ClusterAnalysisTemplate (argo-rollouts analysis_types.go). */
export interface AnalysisTemplate extends KubeObject {
  spec: AnalysisTemplateSpec
}

export interface AnalysisRunSpec {
  metrics?: AnalysisMetric[]
  args?: Argument[]
  dryRun?: DryRunRule[]
  measurementRetention?: RetentionRule[]
  terminate?: boolean
}

/** An AnalysisRun with the fields of its spec that the engine reads. */
export interface EngineRun extends Omit<AnalysisRun, 'spec'> {
  spec: AnalysisRunSpec
}
