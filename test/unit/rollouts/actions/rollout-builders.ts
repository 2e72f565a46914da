import type { ReplicaSet } from '../../../../src/lib/kube/core-objects.ts'
import type { CanaryStep, Rollout, RolloutSpec, RolloutStatus } from '../../../../src/lib/rollouts/rollout.ts'

/** Seven steps as in the seed's rollout: setWeight and indefinite pauses in turn. */
export const pausingSteps: CanaryStep[] = [
  { setWeight: 10 },
  { pause: {} },
  { setWeight: 25 },
  { pause: {} },
  { setWeight: 50 },
  { pause: {} },
  { setWeight: 100 },
]

export interface Wishes {
  step?: number
  steps?: CanaryStep[]
  spec?: Partial<RolloutSpec>
  status?: Partial<RolloutStatus>
  annotations?: Record<string, string>
}

/** loans/loans-api in the middle of an update from hash `stable` (revision 4) to `canary` (revision 5). */
export function progressing({ step = 2, steps = pausingSteps, spec, status, annotations }: Wishes = {}): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: 'loans-api',
      namespace: 'loans',
      uid: 'uid-1',
      resourceVersion: '100',
      generation: 7,
      annotations: { 'rollout.argoproj.io/revision': '5', ...annotations },
    },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'loans-api' } },
      template: {
        metadata: { labels: { app: 'loans-api' } },
        spec: { containers: [{ name: 'loans-api', image: 'registry.example.com/loans-api:2.0.0' }] },
      },
      strategy: { canary: { steps } },
      ...spec,
    },
    status: {
      observedGeneration: '7',
      phase: 'Progressing',
      message: 'more replicas need to be updated',
      currentPodHash: 'canary',
      stableRS: 'stable',
      currentStepIndex: step,
      replicas: 4,
      updatedReplicas: 1,
      availableReplicas: 4,
      readyReplicas: 4,
      ...status,
    },
  }
}

export function paused(wishes: Wishes & { reason?: string } = {}): Rollout {
  return progressing({
    step: 1,
    ...wishes,
    status: {
      phase: 'Paused',
      message: wishes.reason ?? 'CanaryPauseStep',
      pauseConditions: [{ reason: wishes.reason ?? 'CanaryPauseStep', startTime: '2026-11-24T12:00:00Z' }],
      controllerPause: true,
      ...wishes.status,
    },
  })
}

export function manuallyPaused(wishes: Wishes = {}): Rollout {
  return progressing({
    ...wishes,
    spec: { paused: true, ...wishes.spec },
    status: { phase: 'Paused', message: 'manually paused', ...wishes.status },
  })
}

export function healthy(wishes: Wishes = {}): Rollout {
  return progressing({
    step: (wishes.steps ?? pausingSteps).length,
    ...wishes,
    status: { phase: 'Healthy', message: '', stableRS: 'canary', updatedReplicas: 4, ...wishes.status },
  })
}

export function aborted(wishes: Wishes = {}): Rollout {
  const message = 'Rollout aborted update to revision 5'
  return progressing({
    step: 0,
    ...wishes,
    status: {
      phase: 'Degraded',
      message: `RolloutAborted: ${message}`,
      abort: true,
      abortedAt: '2026-11-24T12:00:00Z',
      conditions: [{ type: 'Progressing', status: 'False', reason: 'RolloutAborted', message }],
      ...wishes.status,
    },
  })
}

/** The newest spec has not been seen by the controller. */
export function unobserved(rollout: Rollout): Rollout {
  return { ...rollout, metadata: { ...rollout.metadata, generation: (rollout.metadata.generation ?? 0) + 1 } }
}

export function blueGreen(status: Partial<RolloutStatus> = {}): Rollout {
  const { currentStepIndex: _index, ...rest } = progressing().status ?? {}
  return progressing({
    spec: { strategy: { blueGreen: { activeService: 'active', autoPromotionEnabled: false } } },
    status: { ...rest, currentStepIndex: undefined, blueGreen: { activeSelector: 'stable' }, ...status },
  })
}

export function replicaSet(revision: number, hash: string, image: string, more: Partial<ReplicaSet> = {}): ReplicaSet {
  return {
    metadata: {
      name: `loans-api-${hash}`,
      namespace: 'loans',
      uid: `uid-rs-${hash}`,
      resourceVersion: '50',
      labels: { app: 'loans-api', 'rollouts-pod-template-hash': hash },
      annotations: { 'rollout.argoproj.io/revision': String(revision), ...more.metadata?.annotations },
      ownerReferences: [
        { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'loans-api', uid: 'uid-1', controller: true },
      ],
    },
    spec: {
      replicas: 1,
      template: {
        metadata: { labels: { app: 'loans-api', 'rollouts-pod-template-hash': hash } },
        spec: { containers: [{ name: 'loans-api', image }] },
      },
      ...more.spec,
    },
  }
}
