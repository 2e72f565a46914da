import type { KubeObject } from '../../../src/lib/context/kube-object.ts'
import type { Pod, ReplicaSet } from '../../../src/lib/kube/core-objects.ts'
import type { AnalysisRun, CanaryStep, Experiment, Rollout, RolloutStatus } from '../../../src/lib/rollouts/rollout.ts'
import type { RolloutObjects } from '../../../src/lib/rollouts/rollout-objects.ts'

export const now = Date.parse('2026-01-02T03:04:05Z')
/** RFC 3339 of a moment before `now`. */
export const ago = (ms: number) => new Date(now - ms).toISOString().replace('.000Z', 'Z')
export const seconds = (count: number) => count * 1000
export const minutes = (count: number) => count * 60_000

export const usualSteps: CanaryStep[] = [
  { setWeight: 20 },
  { pause: {} },
  { setWeight: 50 },
  { pause: { duration: '10m' } },
  { analysis: { templates: [{ templateName: 'success-rate' }] } },
]

export interface CanaryOptions {
  name?: string
  namespace?: string
  steps?: CanaryStep[]
  step?: number
  status?: Partial<RolloutStatus>
  spec?: Partial<Rollout['spec']>
  annotations?: Record<string, string>
  image?: string
}

/** A canary in the middle of an update from revision 4 to revision 5; healthy by its pods. */
export function canary(options: CanaryOptions = {}): Rollout {
  const { name = 'web', namespace = 'shop', steps = usualSteps, step = 0, image = 'shop/web:2.0' } = options
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      generation: 7,
      creationTimestamp: ago(minutes(60 * 24 * 3)),
      annotations: { 'rollout.argoproj.io/revision': '5', ...options.annotations },
    },
    spec: {
      replicas: 5,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
      strategy: { canary: { steps } },
      ...options.spec,
    },
    status: {
      observedGeneration: '7',
      currentPodHash: 'new',
      stableRS: 'old',
      currentStepIndex: step,
      replicas: 5,
      updatedReplicas: 1,
      readyReplicas: 5,
      availableReplicas: 5,
      phase: 'Progressing',
      message: 'more replicas need to be updated',
      ...options.status,
    },
  }
}

/** At the indefinite pause of {@link usualSteps}, or at the pause step named. */
export function paused(options: CanaryOptions & { sinceMs?: number; reason?: string } = {}): Rollout {
  const { sinceMs = minutes(5), reason = 'CanaryPauseStep' } = options
  return canary({
    step: 1,
    ...options,
    status: {
      phase: 'Paused',
      message: reason,
      controllerPause: true,
      pauseConditions: [{ reason, startTime: ago(sinceMs) }],
      ...options.status,
    },
  })
}

export function healthy(options: CanaryOptions = {}): Rollout {
  const { steps = usualSteps } = options
  return canary({
    step: steps.length,
    ...options,
    status: { phase: 'Healthy', message: '', stableRS: 'new', updatedReplicas: 5, ...options.status },
  })
}

export function degraded(options: CanaryOptions = {}): Rollout {
  return canary({
    ...options,
    status: {
      phase: 'Degraded',
      message: 'RolloutAborted: Rollout aborted update to revision 5',
      abort: true,
      abortedAt: ago(minutes(1)),
      ...options.status,
    },
  })
}

export function blueGreen(options: CanaryOptions & { strategy?: object } = {}): Rollout {
  const rollout = canary(options)
  return {
    ...rollout,
    spec: {
      ...rollout.spec,
      strategy: { blueGreen: { activeService: 'web-active', previewService: 'web-preview', ...options.strategy } },
    },
  }
}

const owned = (name: string, owner: { kind: string; name: string; uid: string }, ageMs: number) => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  generation: 1,
  creationTimestamp: ago(ageMs),
  ownerReferences: [{ apiVersion: 'v1', controller: true, ...owner }],
})

export interface ReplicaSetOptions {
  rollout?: string
  revision?: number
  replicas?: number
  available?: number
  image?: string
  ageMs?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export function replicaSet(hash: string, options: ReplicaSetOptions = {}): ReplicaSet {
  const { rollout = 'web', replicas = 1, available = replicas, revision, image = `shop/web:${hash}` } = options
  const owner = { kind: 'Rollout', name: rollout, uid: `uid-${rollout}` }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...owned(`${rollout}-${hash}`, owner, options.ageMs ?? minutes(10)),
      labels: { app: rollout, 'rollouts-pod-template-hash': hash, ...options.labels },
      annotations: {
        ...(revision === undefined ? {} : { 'rollout.argoproj.io/revision': String(revision) }),
        ...options.annotations,
      },
    },
    spec: { replicas, template: { spec: { containers: [{ name: 'app', image }] } } },
    status: { observedGeneration: 1, replicas, readyReplicas: available, availableReplicas: available },
  }
}

export function pod(name: string, of: ReplicaSet, options: Partial<Pod['status']> & { ageMs?: number } = {}): Pod {
  const { ageMs = minutes(9), ...status } = options
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...owned(name, { kind: 'ReplicaSet', name: of.metadata.name, uid: of.metadata.uid ?? '' }, ageMs),
      labels: { ...of.metadata.labels },
    },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }],
      ...status,
    },
  }
}

export function analysisRun(
  name: string,
  options: Partial<AnalysisRun> & { owner?: KubeObject; revision?: number } = {},
) {
  const { owner, revision = 5, ...rest } = options
  const metadata = {
    ...owned(
      name,
      owner
        ? { kind: owner.kind ?? '', name: owner.metadata.name, uid: owner.metadata.uid ?? '' }
        : { kind: 'Rollout', name: 'web', uid: 'uid-web' },
      minutes(4),
    ),
    labels: { app: 'web', 'rollouts-pod-template-hash': 'new' },
    annotations: { 'rollout.argoproj.io/revision': String(revision) },
  }
  const run: AnalysisRun = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata,
    spec: { metrics: [] },
    ...rest,
  }
  return run
}

export function experiment(
  name: string,
  options: Partial<Experiment> & { labels?: Record<string, string> } = {},
): Experiment {
  const { labels = { 'rollouts-pod-template-hash': 'new' }, ...rest } = options
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      ...owned(name, { kind: 'Rollout', name: 'web', uid: 'uid-web' }, minutes(6)),
      labels,
      annotations: { 'rollout.argoproj.io/revision': '5' },
    },
    ...rest,
  }
}

export function objects(rollout: Rollout, more: Partial<RolloutObjects> = {}): RolloutObjects {
  return { rollout, replicaSets: [], pods: [], experiments: [], analysisRuns: [], ...more }
}
