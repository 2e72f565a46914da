import type { AnalysisTemplate } from '../../../../src/lib/analysis/analysis.ts'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import type {
  AnalysisMetric,
  AnalysisRun,
  AnalysisRunStatus,
  MetricResult,
} from '../../../../src/lib/rollouts/rollout.ts'
import { ago, analysisRun, canary, minutes, seconds } from '../../rollouts/builders.ts'

export const successRate: AnalysisMetric = {
  name: 'success-rate',
  interval: '1m',
  count: 5,
  failureLimit: 1,
  successCondition: 'result[0] >= {{args.threshold}}',
  provider: { prometheus: { address: 'http://prometheus', query: 'rate(ok{service="{{args.service}}"}[5m])' } },
}
export const smokeTest: AnalysisMetric = { name: 'smoke', provider: { job: { spec: {} } } }

const measured = (phase: 'Successful' | 'Failed' | 'Error', agoMs: number, more: object = {}) => ({
  phase,
  startedAt: ago(agoMs),
  finishedAt: ago(agoMs - seconds(1)),
  ...more,
})

export const failedResult: MetricResult = {
  name: 'success-rate',
  phase: 'Failed',
  count: 3,
  successful: 1,
  failed: 2,
  metadata: { ResolvedPrometheusQuery: 'rate(ok{service="web"}[5m])' },
  measurements: [
    measured('Successful', minutes(4), { value: '[0.99]' }),
    measured('Failed', minutes(3), { value: '[0.81234567]' }),
    measured('Failed', minutes(2), { value: '[0.5]' }),
  ],
}

export const runningResult: MetricResult = {
  name: 'success-rate',
  phase: 'Running',
  count: 2,
  successful: 1,
  failed: 1,
  measurements: failedResult.measurements?.slice(0, 2) ?? [],
}

/** Of step 1 of the rollout `web`. */
export function stepRun(name: string, status: AnalysisRunStatus | undefined, spec: Partial<AnalysisRun['spec']> = {}) {
  const run = analysisRun(name, {
    spec: {
      metrics: [successRate],
      args: [
        { name: 'service', value: 'web' },
        { name: 'threshold', value: '0.95' },
        { name: 'token', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
      ],
      ...spec,
    },
    ...(status ? { status } : {}),
  })
  run.metadata.labels = { ...run.metadata.labels, 'rollout-type': 'Step', 'step-index': '1' }
  return run
}

export const failedRun = () =>
  stepRun('web-new-5-1', {
    phase: 'Failed',
    message: 'Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)',
    startedAt: ago(minutes(4)),
    completedAt: ago(minutes(2)),
    metricResults: [failedResult],
  })

export const runningRun = () =>
  stepRun('web-new-5-1', { phase: 'Running', startedAt: ago(minutes(4)), metricResults: [runningResult] })

/** Made by hand: nobody owns it. */
export function looseRun(name: string, status?: AnalysisRunStatus): AnalysisRun {
  const { ownerReferences: _, labels: _labels, ...metadata } = analysisRun(name).metadata
  return { ...analysisRun(name), metadata, spec: { metrics: [smokeTest] }, ...(status ? { status } : {}) }
}

export const jobRun = () =>
  looseRun('smoke-x7k2p', {
    phase: 'Failed',
    message: 'Metric "smoke" assessed Failed due to failed (1) > failureLimit (0)',
    startedAt: ago(minutes(3)),
    completedAt: ago(minutes(1)),
    metricResults: [
      {
        name: 'smoke',
        phase: 'Failed',
        count: 1,
        failed: 1,
        measurements: [
          measured('Failed', minutes(3), { metadata: { 'job-name': 'uid.smoke.1', 'job-namespace': 'shop' } }),
        ],
      },
    ],
  })

export const jobPod = (): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'uid.smoke.1-abcde', namespace: 'shop', uid: 'uid-pod', labels: { 'job-name': 'uid.smoke.1' } },
    spec: { containers: [{ name: 'main' }] },
    status: {
      phase: 'Failed',
      containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 3, reason: 'Error' } } }],
    },
  }) as KubeObject

export function template(name: string, spec: AnalysisTemplate['spec']): AnalysisTemplate {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name, namespace: 'shop', uid: `uid-at-${name}`, creationTimestamp: ago(minutes(600)) },
    spec,
  }
}

export function clusterTemplate(name: string, spec: AnalysisTemplate['spec']): AnalysisTemplate {
  const { namespace: _, ...metadata } = template(name, spec).metadata
  return { ...template(name, spec), kind: 'ClusterAnalysisTemplate', metadata: { ...metadata, uid: `uid-cat-${name}` } }
}

export const successTemplate = () =>
  template('success-rate', {
    args: [
      { name: 'service' },
      { name: 'threshold', value: '0.95' },
      { name: 'token', valueFrom: { secretKeyRef: { name: 'api', key: 'token' } } },
    ],
    metrics: [successRate],
  })

export const smokeTemplate = () => clusterTemplate('smoke', { metrics: [smokeTest] })

/** Includes both of the others. */
export const bothTemplate = () =>
  template('both', { templates: [{ templateName: 'success-rate' }, { templateName: 'smoke', clusterScope: true }] })

/** Refers to success-rate in its last step, and is at step 1, where it waits for `web-new-5-1`. */
export const waitingRollout = () =>
  canary({
    step: 1,
    steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'success-rate' }] } }, { setWeight: 50 }],
    status: { canary: { currentStepAnalysisRunStatus: { name: 'web-new-5-1', status: 'Running' } } },
  })
