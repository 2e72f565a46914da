import type { RolloutObjects } from '../../../src/lib/rollouts/rollout-objects.ts'
import {
  ago,
  analysisRun,
  blueGreen,
  canary,
  degraded,
  experiment,
  healthy,
  minutes,
  objects,
  paused,
  pod,
  replicaSet,
  seconds,
} from '../rollouts/builders.ts'

const newSet = replicaSet('new', { rollout: 'web', revision: 5, replicas: 1, image: 'registry.example/shop/web:2.0' })
const oldSet = replicaSet('old', {
  revision: 4,
  replicas: 4,
  image: 'registry.example/shop/web:1.9',
  ageMs: minutes(1500),
})
const goneSet = replicaSet('gone', { revision: 3, replicas: 0, ageMs: minutes(9000) })
const oldPods = ['a1', 'b2', 'c3', 'd4'].map(id => pod(`web-old-${id}`, oldSet, { ageMs: minutes(1500) }))

const measured = (phase: 'Successful' | 'Failed' | 'Error', value: string, agoMs: number) => ({
  phase,
  value,
  startedAt: ago(agoMs),
  finishedAt: ago(agoMs - 400),
})
const metrics = [
  {
    name: 'success-rate',
    interval: '1m',
    count: 6,
    successCondition: 'result[0] >= 0.95',
    failureCondition: 'result[0] < 0.80',
    failureLimit: 2,
    inconclusiveLimit: 1,
  },
  { name: 'latency-p99', interval: '1m', count: 6, successCondition: 'result[0] <= 0.5', failureLimit: 1 },
  { name: 'smoke', provider: { job: {} } },
]

const running = analysisRun('web-new-5-4', {
  spec: { metrics },
  status: {
    phase: 'Running',
    metricResults: [
      {
        name: 'success-rate',
        phase: 'Running',
        successful: 2,
        failed: 1,
        measurements: [
          measured('Successful', '[0.9971234567]', seconds(150)),
          measured('Failed', '[0.7412345678]', seconds(90)),
          measured('Successful', '[0.9812345678]', seconds(30)),
        ],
      },
      {
        name: 'latency-p99',
        phase: 'Running',
        successful: 1,
        error: 1,
        consecutiveError: 1,
        measurements: [
          measured('Successful', '[0.31]', seconds(90)),
          { phase: 'Error', message: 'Post "http://prometheus": connection refused', startedAt: ago(seconds(30)) },
        ],
      },
      {
        name: 'smoke',
        phase: 'Running',
        measurements: [
          { phase: 'Running', startedAt: ago(seconds(40)), metadata: { 'job-name': 'web-new-5-4.smoke.1' } },
        ],
      },
    ],
  },
})

const abRun = experiment('web-new-5-2', {
  spec: { duration: '10m' },
  status: { phase: 'Running', availableAt: ago(minutes(4)), analysisRuns: [] },
})
const baseSet = replicaSet('base', {
  rollout: 'web-new-5-2',
  image: 'registry.example/shop/web:1.9',
  annotations: { 'experiment.argoproj.io/template-name': 'baseline' },
})

/** States of rollouts that the golden files show, each as its objects. */
export const scenarios: Readonly<Record<string, RolloutObjects>> = {
  'analysis-running': objects(
    canary({
      step: 4,
      status: {
        message: 'waiting for analysis to complete',
        canary: { currentStepAnalysisRunStatus: { name: 'web-new-5-4', status: 'Running' } },
      },
    }),
    {
      replicaSets: [oldSet, newSet, goneSet],
      pods: [...oldPods, pod('web-new-x1', newSet)],
      analysisRuns: [running],
    },
  ),
  'timed-pause': objects(paused({ step: 3, sinceMs: minutes(4) }), {
    replicaSets: [newSet, oldSet],
    pods: [pod('web-new-x1', newSet), ...oldPods],
  }),
  'pods-failing': objects(canary({ status: { message: 'updated replicas are still becoming available' } }), {
    replicaSets: [
      {
        ...newSet,
        status: { ...newSet.status, availableReplicas: 0, readyReplicas: 0 },
      },
      oldSet,
    ],
    pods: [
      pod('web-new-x1', newSet, {
        containerStatuses: [
          { name: 'app', ready: false, restartCount: 6, state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      }),
      pod('web-new-x2', newSet, {
        phase: 'Pending',
        containerStatuses: [
          { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } },
        ],
      }),
      ...oldPods,
    ],
    notVisible: ['analysisRuns', 'experiments'],
  }),
  'experiment-running': objects(
    canary({
      step: 2,
      steps: [
        { setWeight: 20 },
        { pause: {} },
        { experiment: { templates: [{ name: 'baseline' }, { name: 'canary' }] } },
      ],
      status: { canary: { currentExperiment: 'web-new-5-2' } },
    }),
    {
      replicaSets: [newSet, oldSet, baseSet],
      pods: [pod('web-new-5-2-baseline-z', baseSet)],
      experiments: [abRun],
    },
  ),
  'step-plugin': objects(
    canary({
      step: 1,
      steps: [{ setWeight: 20 }, { plugin: { name: 'example/load-test' } }, { setWeight: 60 }],
      status: {
        canary: {
          stepPluginStatuses: [
            {
              index: 1,
              name: 'example/load-test',
              operation: 'Run',
              phase: 'Running',
              message: '420 of 1000 requests sent',
              executions: 3,
            },
          ],
        },
      },
    }),
    { replicaSets: [newSet, oldSet] },
  ),
  aborted: objects(
    degraded({
      status: {
        message:
          'RolloutAborted: Rollout aborted update to revision 5: Step-based analysis phase error/failed: Metric "success-rate" assessed Failed due to failed (3) > failureLimit (2)',
      },
    }),
    {
      replicaSets: [
        { ...newSet, spec: { ...newSet.spec, replicas: 0 }, status: { observedGeneration: 1, replicas: 0 } },
        oldSet,
      ],
      pods: oldPods,
    },
  ),
  'blue-green': objects(
    blueGreen({
      status: {
        phase: 'Paused',
        message: 'BlueGreenPause',
        controllerPause: true,
        pauseConditions: [{ reason: 'BlueGreenPause', startTime: ago(minutes(2)) }],
        blueGreen: { activeSelector: 'old', previewSelector: 'new' },
      },
      strategy: { autoPromotionEnabled: false },
    }),
    { replicaSets: [newSet, oldSet], pods: [pod('web-new-x1', newSet), ...oldPods] },
  ),
  healthy: objects(healthy(), {
    replicaSets: [
      { ...newSet, metadata: { ...newSet.metadata } },
      {
        ...oldSet,
        metadata: {
          ...oldSet.metadata,
          annotations: { ...oldSet.metadata.annotations, 'scale-down-deadline': ago(-seconds(20)) },
        },
      },
    ],
    pods: [pod('web-new-x1', newSet)],
  }),
}
