import type { KubeObject } from '../context/kube-object.ts'
import type { FreightReference, Origin } from './freight.ts'

/** kargo.akuity.io/v1alpha1 Promotion as we read it (Kargo 1.9 to 1.11). */
export interface Promotion extends KubeObject {
  spec: PromotionSpec
  status?: PromotionStatus
}

export interface PromotionSpec {
  stage: string
  freight?: string
  /** instead of `freight`, since 1.11; the webhook resolves it */
  origin?: Origin
  vars?: Variable[]
  steps?: PromotionStep[]
}

export interface Variable {
  name: string
  value?: string
}

export interface PromotionStep {
  uses?: string
  task?: { name: string; kind?: string }
  as?: string
  if?: string
  continueOnError?: boolean
  retry?: { timeout?: string; errorThreshold?: number }
  vars?: Variable[]
  config?: unknown
}

export interface PromotionStatus {
  /** empty until a controller has seen it */
  phase?: string
  message?: string
  /** missing when it never ran */
  startedAt?: string
  finishedAt?: string
  currentStep?: number
  stepExecutionMetadata?: StepExecution[]
  freight?: FreightReference
}

export interface StepExecution {
  alias?: string
  startedAt?: string
  finishedAt?: string
  errorCount?: number
  status?: string
  message?: string
  continueOnError?: boolean
}

const terminalPhases = new Set(['Succeeded', 'Failed', 'Errored', 'Aborted'])

export function isTerminal(promotion: Promotion): boolean {
  return terminalPhases.has(promotion.status?.phase ?? '')
}

/** Newest first by creation time, equal times by name descending: the order of Kargo's anti-loop test. */
export function compareNewestCreatedFirst(one: Promotion, other: Promotion): number {
  const [a, b] = [Date.parse(one.metadata.creationTimestamp ?? ''), Date.parse(other.metadata.creationTimestamp ?? '')]
  if (a !== b && !Number.isNaN(a) && !Number.isNaN(b)) return b - a
  return one.metadata.name < other.metadata.name ? 1 : one.metadata.name > other.metadata.name ? -1 : 0
}
