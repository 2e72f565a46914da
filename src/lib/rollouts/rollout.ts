import type { Condition, KubeObject, LabelSelector } from '../context/kube-object.ts'
import type { PodTemplate } from '../kube/core-objects.ts'

/** argoproj.io/v1alpha1 Rollout as we read it (controllers 1.6 to 1.10). */
export interface Rollout extends KubeObject {
  spec: RolloutSpec
  status?: RolloutStatus
}

export interface RolloutSpec {
  replicas?: number
  selector?: LabelSelector
  template?: PodTemplate
  workloadRef?: { apiVersion?: string; kind?: string; name?: string; scaleDown?: string }
  minReadySeconds?: number
  progressDeadlineSeconds?: number
  progressDeadlineAbort?: boolean
  revisionHistoryLimit?: number
  paused?: boolean
  /** RFC 3339 */
  restartAt?: string
  strategy?: { canary?: CanaryStrategy; blueGreen?: BlueGreenStrategy }
}

export interface CanaryStrategy {
  steps?: CanaryStep[]
  canaryService?: string
  stableService?: string
  maxSurge?: number | string
  maxUnavailable?: number | string
  pingPong?: { pingService?: string; pongService?: string }
  trafficRouting?: TrafficRouting
  analysis?: RolloutAnalysis & { startingStep?: number }
  abortScaleDownDelaySeconds?: number
  scaleDownDelaySeconds?: number
  dynamicStableScale?: boolean
}

export interface TrafficRouting {
  maxTrafficWeight?: number
  managedRoutes?: { name: string }[]
  nginx?: { stableIngress?: string; stableIngresses?: string[] }
  alb?: { ingress?: string; ingresses?: string[]; rootService?: string }
  istio?: {
    virtualService?: { name: string }
    virtualServices?: { name: string }[]
    destinationRule?: { name: string }
  }
  smi?: { rootService?: string }
  ambassador?: object
  apisix?: object
  appMesh?: object
  traefik?: object
  plugins?: Record<string, unknown>
}

export interface BlueGreenStrategy {
  activeService?: string
  previewService?: string
  autoPromotionEnabled?: boolean
  autoPromotionSeconds?: number
  previewReplicaCount?: number
  scaleDownDelaySeconds?: number
  prePromotionAnalysis?: RolloutAnalysis
  postPromotionAnalysis?: RolloutAnalysis
}

export interface RolloutAnalysis {
  templates?: { templateName: string; clusterScope?: boolean }[]
  args?: { name: string; value?: string; valueFrom?: unknown }[]
  dryRun?: { metricName: string }[]
}

/** Exactly one field is set in a valid step. */
export interface CanaryStep {
  setWeight?: number
  pause?: { duration?: number | string }
  setCanaryScale?: { weight?: number; replicas?: number; matchTrafficWeight?: boolean }
  analysis?: RolloutAnalysis
  experiment?: { duration?: string; templates?: { name: string }[]; analyses?: unknown[] }
  setHeaderRoute?: { name?: string; match?: unknown[] }
  setMirrorRoute?: { name?: string; match?: unknown[]; percentage?: number }
  plugin?: { name?: string; config?: unknown }
  replicaProgressThreshold?: { type?: string; value?: number }
}

export interface RolloutStatus {
  abort?: boolean
  abortedAt?: string
  phase?: RolloutPhase
  message?: string
  pauseConditions?: { reason: string; startTime: string }[]
  controllerPause?: boolean
  currentPodHash?: string
  currentStepHash?: string
  /** absent for blue-green and for a canary without steps */
  currentStepIndex?: number
  stableRS?: string
  promoteFull?: boolean
  /** a string in the API; an empty or hash value (controllers 0.9) counts as observed */
  observedGeneration?: string
  workloadObservedGeneration?: string
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  HPAReplicas?: number
  restartedAt?: string
  selector?: string
  conditions?: Condition[]
  canary?: {
    weights?: {
      canary: WeightDestination
      stable: WeightDestination
      additional?: WeightDestination[]
      verified?: boolean
    }
    currentStepAnalysisRunStatus?: AnalysisRunRef
    currentBackgroundAnalysisRunStatus?: AnalysisRunRef
    currentExperiment?: string
    stablePingPong?: 'ping' | 'pong'
    stepPluginStatuses?: StepPluginStatus[]
  }
  blueGreen?: {
    activeSelector?: string
    previewSelector?: string
    scaleUpPreviewCheckPoint?: boolean
    prePromotionAnalysisRunStatus?: AnalysisRunRef
    postPromotionAnalysisRunStatus?: AnalysisRunRef
  }
  /** controllers 1.10 */
  duration?: { rolloutStartedAt?: string; finishedAt?: string; completionStatus?: string }
}

export type RolloutPhase = 'Healthy' | 'Degraded' | 'Progressing' | 'Paused'

export interface WeightDestination {
  weight: number
  podTemplateHash?: string
  serviceName?: string
}

export interface AnalysisRunRef {
  name: string
  status: AnalysisPhase | ''
  message?: string
}

export interface StepPluginStatus {
  index: number
  name: string
  operation?: string
  phase?: string
  message?: string
  startedAt?: string
  updatedAt?: string
  finishedAt?: string
  executions?: number
  disabled?: boolean
}

export type AnalysisPhase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive'

export interface AnalysisRun extends KubeObject {
  spec: {
    metrics?: AnalysisMetric[]
    args?: { name: string; value?: string; valueFrom?: unknown }[]
    terminate?: boolean
    dryRun?: { metricName: string }[]
  }
  status?: AnalysisRunStatus
}

export interface AnalysisMetric {
  name: string
  interval?: string
  initialDelay?: string
  count?: number | string
  successCondition?: string
  failureCondition?: string
  failureLimit?: number | string
  inconclusiveLimit?: number | string
  consecutiveErrorLimit?: number | string
  consecutiveSuccessLimit?: number | string
  provider?: Record<string, unknown>
}

export interface AnalysisRunStatus {
  phase?: AnalysisPhase
  message?: string
  startedAt?: string
  completedAt?: string
  metricResults?: MetricResult[]
  runSummary?: RunSummary
  dryRunSummary?: RunSummary
}

export interface RunSummary {
  count?: number
  successful?: number
  failed?: number
  inconclusive?: number
  error?: number
}

export interface MetricResult {
  name: string
  phase?: AnalysisPhase
  message?: string
  count?: number
  successful?: number
  failed?: number
  inconclusive?: number
  error?: number
  consecutiveError?: number
  consecutiveSuccess?: number
  dryRun?: boolean
  metadata?: Record<string, string>
  measurements?: Measurement[]
}

export interface Measurement {
  phase?: AnalysisPhase
  value?: string
  message?: string
  startedAt?: string
  finishedAt?: string
  resumeAt?: string
  metadata?: Record<string, string>
}

export interface Experiment extends KubeObject {
  spec?: {
    duration?: string
    progressDeadlineSeconds?: number
    terminate?: boolean
    templates?: { name: string; replicas?: number; selector?: LabelSelector; template?: PodTemplate }[]
    analyses?: { name: string; templateName: string; clusterScope?: boolean; requiredForCompletion?: boolean }[]
  }
  status?: {
    phase?: AnalysisPhase
    message?: string
    availableAt?: string
    templateStatuses?: {
      name: string
      replicas?: number
      updatedReplicas?: number
      readyReplicas?: number
      availableReplicas?: number
      status?: string
      message?: string
    }[]
    analysisRuns?: { name: string; analysisRun?: string; phase?: string; message?: string }[]
    conditions?: Condition[]
  }
}
