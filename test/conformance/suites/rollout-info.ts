import type { ObjectMeta } from '../../../src/lib/context/kube-object.ts'
import { analysisIcon, podIcon, replicaSetIcon, rolloutIcon } from '../../../src/lib/output/icons.ts'
import type { AnalysisRunInfo } from '../../../src/lib/rollouts/info/analysis-run-info.ts'
import type { ExperimentInfo } from '../../../src/lib/rollouts/info/experiment-info.ts'
import { type RolloutInfo, rolloutInfo } from '../../../src/lib/rollouts/info/info.ts'
import type { InfoMeta } from '../../../src/lib/rollouts/info/info-meta.ts'
import type { PodInfo, ReplicaSetInfo } from '../../../src/lib/rollouts/info/replica-set-info.ts'
import { rolloutRow } from '../../../src/lib/rollouts/info/rollout-row.ts'
import { calculateRolloutPhase, rolloutPhase } from '../../../src/lib/rollouts/phase.ts'
import type { AnalysisRun, Rollout } from '../../../src/lib/rollouts/rollout.ts'
import type { RolloutObjects, Workload } from '../../../src/lib/rollouts/rollout-objects.ts'
import { stepText } from '../../../src/lib/rollouts/steps.ts'
import type { Case, Suite } from '../suite.ts'

interface RolloutInfoCase extends Case {
  now: string
  objects: Omit<RolloutObjects, 'workload'> & { deployments?: Workload[] }
  expect: Record<string, unknown>
}

/** argo-rollouts 1.9.1's plugin package: our projection, put into its field names. */
export const rolloutInfoSuite: Suite<RolloutInfoCase> = {
  compare({ now, objects, expect }) {
    const { rollout, deployments } = objects
    const workload = deployments?.find(each => each.metadata.name === rollout.spec.workloadRef?.name)
    const info = rolloutInfo({ ...objects, ...(workload ? { workload } : {}) }, Date.parse(now))
    const { tree: _tree, list: _list, ...expected } = expect
    return { expected, actual: answers(info, rollout, objects.analysisRuns) }
  },
}

function answers(info: RolloutInfo, rollout: Rollout, runs: readonly AnalysisRun[]) {
  const { phase, message } = rolloutPhase(rollout)
  const calculated = calculateRolloutPhase(rollout)
  const row = rolloutRow(rollout)
  return {
    phase,
    message,
    calculatedPhase: calculated.phase,
    calculatedMessage: calculated.message,
    step: info.step,
    setWeight: text(info.setWeight),
    actualWeight: text(info.actualWeight),
    strategy: info.strategy ?? '',
    ...(info.steps.length > 0 ? { stepStrings: info.steps.map(step => stepText(step.spec)) } : {}),
    images: info.images,
    info: upstreamInfo(info, rollout, runs),
    row: [
      row.name,
      row.strategy,
      row.phase,
      row.step,
      row.weight,
      `${row.ready}/${row.current}`,
      ...[row.desired, row.updated, row.available].map(String),
    ],
  }
}

const text = (value: number | undefined) => (value === undefined ? '' : String(value))

function upstreamInfo(info: RolloutInfo, rollout: Rollout, runs: readonly AnalysisRun[]) {
  return {
    objectMeta: rollout.metadata,
    ...given({
      status: info.phase,
      message: info.message,
      icon: rolloutIcon(info.phase),
      strategy: info.strategy,
      step: info.step,
      setWeight: text(info.setWeight),
      actualWeight: text(info.actualWeight),
      // Upstream fills these in together with the step's label only.
      steps: info.step === '' ? [] : info.steps.map(step => step.spec),
      desired: info.replicas.desired,
      current: info.replicas.current,
      updated: info.replicas.updated,
      ready: info.replicas.ready,
      available: info.replicas.available,
      containers: info.containers,
      initContainers: info.initContainers,
      restartedAt: info.restartedAt ? goTime(info.restartedAt) : 'Never',
      generation: rollout.status?.observedGeneration,
      replicaSets: info.replicaSets.map(upstreamReplicaSet),
      experiments: info.experiments.map(each => upstreamExperiment(each, runs)),
      analysisRuns: info.analysisRuns.map(each => upstreamAnalysisRun(each, runs)),
    }),
  }
}

function upstreamReplicaSet(info: ReplicaSetInfo) {
  return given({
    objectMeta: meta(info),
    status: info.status,
    icon: replicaSetIcon(info.status),
    revision: info.revision,
    ...Object.fromEntries(info.tags.map(tag => [tag, true])),
    template: info.template,
    replicas: info.replicas,
    available: info.available,
    images: info.images,
    initContainerImages: info.initContainerImages,
    scaleDownDeadline: info.scaleDownDeadline,
    pods: info.pods.map(upstreamPod),
  })
}

function upstreamPod(info: PodInfo) {
  return given({
    objectMeta: meta(info),
    status: info.status,
    icon: podIcon(info.status),
    ready: `${info.readyContainers}/${info.containers}`,
    restarts: info.restarts,
  })
}

function upstreamExperiment(info: ExperimentInfo, runs: readonly AnalysisRun[]) {
  return given({
    objectMeta: meta(info),
    status: info.status,
    message: info.message,
    icon: analysisIcon(info.status),
    revision: info.revision,
    replicaSets: info.replicaSets.map(upstreamReplicaSet),
    // Runs that are known from the experiment's status only are ours.
    analysisRuns: info.analysisRuns.filter(each => !each.notLoaded).map(each => upstreamAnalysisRun(each, runs)),
  })
}

function upstreamAnalysisRun(info: AnalysisRunInfo, runs: readonly AnalysisRun[]) {
  const spec = runs.find(run => run.metadata.uid === info.uid)?.spec
  // A limit that is given as text is 0 in upstream's document only; the controller, and so our model, reads it.
  const limit = (name: string, field: 'count' | 'failureLimit' | 'inconclusiveLimit', ours: number | undefined) =>
    typeof spec?.metrics?.find(metric => metric.name === name)?.[field] === 'string' ? 0 : ours
  const named = new Set(spec?.metrics?.map(metric => metric.name))
  return given({
    objectMeta: meta(info),
    status: info.status,
    icon: analysisIcon(info.status),
    revision: info.revision,
    successful: info.successful,
    failed: info.failed,
    inconclusive: info.inconclusive,
    error: info.error,
    metrics: info.metrics
      .filter(metric => named.has(metric.name))
      .map(metric =>
        given({
          name: metric.name,
          successCondition: metric.successCondition,
          count: limit(metric.name, 'count', metric.count),
          failureLimit: limit(metric.name, 'failureLimit', metric.failureLimit),
          inconclusiveLimit: limit(metric.name, 'inconclusiveLimit', metric.inconclusiveLimit),
        }),
      ),
    jobs: info.jobs.map(job =>
      given({
        objectMeta: { name: job.name, namespace: job.namespace, ...given({ creationTimestamp: job.startedAt }) },
        status: job.status,
        icon: analysisIcon(job.status),
        metricName: job.metric,
        startedAt: job.startedAt,
      }),
    ),
    nonJobInfo: info.metrics.flatMap(metric =>
      metric.measurements
        .filter(measurement => measurement.metadata === undefined)
        .map(({ value, phase, startedAt }) => given({ value, status: phase, metricName: metric.name, startedAt })),
    ),
  })
}

function meta({ name, namespace, uid, createdAt }: InfoMeta): ObjectMeta {
  return { name, namespace, uid, ...given({ creationTimestamp: createdAt }) }
}

/** `2026-01-02 15:04:05 +0000 UTC` */
function goTime(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace('.000Z', ' +0000 UTC')
}

/** The fields that are not zero values, as Go's `omitempty` leaves them. */
function given<T extends Record<string, unknown>>(fields: T): Partial<T> {
  const isZero = (value: unknown) =>
    value === undefined ||
    value === '' ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isZero(value))) as Partial<T>
}
