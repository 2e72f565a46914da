import type { Condition, KubeObject, LabelSelector } from '../../context/kube-object.ts'
import type { KubeEvent, Service } from '../../kube/core-objects.ts'
import type { GitOpsOwner } from '../actions/git-ops-owner.ts'
import type { RolloutObjects } from '../rollout-objects.ts'

/**
 * Everything that `explain` may look at, gathered by gather.ts or read from a fixture. What was not asked for is empty;
 * what was asked for and denied is in `notVisible`, so that a rule never takes "may not read" for "is not there".
 */
export interface Evidence extends Omit<RolloutObjects, 'notVisible'> {
  events: readonly KubeEvent[]
  services: readonly Service[]
  claims: readonly PersistentVolumeClaim[]
  autoscalers: readonly HorizontalPodAutoscaler[]
  disruptionBudgets: readonly PodDisruptionBudget[]
  quotas: readonly ResourceQuota[]
  /** who keeps the manifest; absent: nobody, as far as the object tells */
  owner?: GitOpsOwner
  /** leader-election Lease of the controller */
  lease?: Lease
  logs: readonly LogTail[]
  /** named in the spec, asked for by name, and not there */
  missing: readonly ObjectName[]
  notVisible: readonly NotVisible[]
  /** whether the user may do it, by `verb resource[/subresource]`; absent: not known */
  permissions: Readonly<Record<string, boolean>>
  /** `--context X` and the like as the user gave them, for commands that we suggest */
  connectionFlags: readonly string[]
}

export interface ObjectName {
  kind: string
  namespace?: string
  name: string
}

export interface NotVisible {
  /** what could not be read, as people say it: `events in namespace loans` */
  what: string
  why: string
  /** what the explanation lacks for it, one clause */
  lacks: string
}

export interface LogTail {
  pod: string
  container: string
  /** of the container's previous run */
  previous: boolean
  lines: readonly string[]
}

export interface HorizontalPodAutoscaler extends KubeObject {
  spec?: {
    minReplicas?: number
    maxReplicas?: number
    scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string }
  }
  status?: { currentReplicas?: number; desiredReplicas?: number; lastScaleTime?: string; conditions?: Condition[] }
}

export interface PodDisruptionBudget extends KubeObject {
  spec?: { selector?: LabelSelector; minAvailable?: number | string; maxUnavailable?: number | string }
  status?: { disruptionsAllowed?: number; currentHealthy?: number; desiredHealthy?: number; expectedPods?: number }
}

export interface ResourceQuota extends KubeObject {
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

export interface PersistentVolumeClaim extends KubeObject {
  spec?: { storageClassName?: string; volumeName?: string }
  status?: { phase?: string }
}

export interface Lease extends KubeObject {
  spec?: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string }
}
