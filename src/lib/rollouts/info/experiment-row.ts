import { readGoDuration } from '../../values/go-duration.ts'
import { parseTime } from '../../values/human-duration.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { Experiment } from '../rollout.ts'

/** What a list shows of one experiment. */
export interface ExperimentRow {
  namespace: string
  name: string
  uid: string
  status: string
  message: string
  /** Go duration as in the spec */
  duration?: string
  /** ms since the epoch; while it runs, has a duration and its pods are available */
  endsAtMs?: number
  createdAt: string
}

/** Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/list/list_experiments.go. */
export function experimentRow({ metadata, spec, status }: Experiment): ExperimentRow {
  const availableAt = parseTime(status?.availableAt)
  const duration = readGoDuration(spec?.duration)
  const isOpen = !isCompletedAnalysis(status?.phase) && availableAt !== undefined && duration !== undefined
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    status: status?.phase ?? '',
    message: status?.message ?? '',
    ...(spec?.duration ? { duration: spec.duration } : {}),
    ...(isOpen ? { endsAtMs: availableAt + duration } : {}),
    createdAt: metadata.creationTimestamp ?? '',
  }
}
