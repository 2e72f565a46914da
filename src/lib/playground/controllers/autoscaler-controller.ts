import type { Condition, KubeObject } from '../../context/kube-object.ts'
import { horizontalPodAutoscalers } from '../../kube/resource-types.ts'
import { isEqual } from '../store/json.ts'
import { createMergePatch } from '../store/patches.ts'
import { type ConditionFacts, withCondition } from './conditions.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'

interface Autoscaler extends KubeObject {
  spec?: {
    scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string }
    minReplicas?: number
    maxReplicas?: number
  }
  status?: { conditions?: Condition[]; currentReplicas?: number; desiredReplicas?: number; lastScaleTime?: string }
}

type Scalable = KubeObject & { spec?: { replicas?: number }; status?: { replicas?: number; HPAReplicas?: number } }

const periodMs = 15_000
const manager = 'kube-controller-manager'

/**
 * Keeps a target between minReplicas and maxReplicas (kubernetes pkg/controller/podautoscaler). There are no metrics
 * here, so that between the two it does nothing and says why. It looks every fifteen seconds and not at changes.
 */
export function reconcileAutoscaler(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const { store } = environment
  const autoscaler = store.find<Autoscaler>(horizontalPodAutoscalers, ref)
  if (!autoscaler) return
  enqueueAfter(periodMs)
  const { apiVersion = '', kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {}
  const type = store.catalog.findKind(apiVersion, kind)
  const target = type?.subresources.includes('scale') && store.find<Scalable>(type, { ...ref, name })
  if (!type || !target) {
    const missing = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()} "${name}" not found`
    report(environment, autoscaler, {}, [facts('AbleToScale', false, 'FailedGetScale', missing)])
    return
  }
  const { minReplicas = 1, maxReplicas = minReplicas } = autoscaler.spec ?? {}
  const replicas = target.spec?.replicas ?? 1
  const wanted = Math.min(maxReplicas, Math.max(minReplicas, replicas))
  const currentReplicas = target.status?.HPAReplicas ?? target.status?.replicas ?? 0
  if (replicas === 0 || wanted === replicas) {
    const able = facts(
      'AbleToScale',
      true,
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    )
    report(environment, autoscaler, { currentReplicas, desiredReplicas: autoscaler.status?.desiredReplicas ?? 0 }, [
      able,
      noMetrics,
    ])
    return
  }
  const patch = { type: 'merge' as const, body: { spec: { replicas: wanted } }, subresource: 'scale' as const }
  store.patch(type, { ...ref, name }, patch, { manager })
  const bound = wanted > replicas ? 'below Spec.MinReplicas' : 'above Spec.MaxReplicas'
  const message = `New size: ${wanted}; reason: Current number of replicas ${bound}`
  const component = 'horizontal-pod-autoscaler'
  recordEvent(environment, autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message, component })
  const done = `the HPA controller was able to update the target scale to ${wanted}`
  const scaled = { currentReplicas, desiredReplicas: wanted, lastScaleTime: timestamp(environment) }
  report(environment, autoscaler, scaled, [facts('AbleToScale', true, 'SucceededRescale', done)])
}

const facts = (type: string, isTrue: boolean, reason: string, message: string): ConditionFacts => ({
  type,
  status: isTrue ? 'True' : 'False',
  reason,
  message,
})

const noMetrics = facts(
  'ScalingActive',
  false,
  'FailedGetResourceMetric',
  'the HPA was unable to compute the replica count: unable to fetch metrics from resource metrics API: ' +
    'the server could not find the requested resource (get pods.metrics.k8s.io)',
)

function report(
  environment: Environment,
  autoscaler: Autoscaler,
  counts: Omit<NonNullable<Autoscaler['status']>, 'conditions'>,
  changed: readonly ConditionFacts[],
): void {
  const before = autoscaler.status ?? {}
  const now = timestamp(environment)
  const conditions = changed.reduce((all, each) => withCondition(all, each, now), before.conditions ?? [])
  const plain = conditions.map(({ lastUpdateTime: _, ...each }) => each)
  const status = { ...before, ...counts, currentMetrics: null, conditions: plain }
  if (isEqual({ ...before, currentMetrics: null }, status)) return
  const body = { status: createMergePatch(before, status) }
  const { namespace = 'default', name } = autoscaler.metadata
  const patch = { type: 'merge' as const, body, subresource: 'status' as const }
  environment.store.patch(horizontalPodAutoscalers, { namespace, name }, patch, { manager })
}
