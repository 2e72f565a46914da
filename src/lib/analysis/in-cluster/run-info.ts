import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { type AnalysisMetricState, apiVersion } from '../../events/event.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { analysisRuns, pods } from '../../kube/resource-types.ts'
import { type InfoMeta, infoMeta } from '../../rollouts/info/info-meta.ts'
import { isHidden } from '../../rollouts/observe/part-reader.ts'
import type { AnalysisRun, Measurement, MetricResult, RunSummary } from '../../rollouts/rollout.ts'
import type { Argument, EngineRun } from '../analysis.ts'
import { podStatusText } from '../providers/job-report.ts'
import { metricState } from '../run/metric-state.ts'
import { nextWakeUpMs } from '../schedule.ts'
import { timestamp } from '../timestamps.ts'
import { dryRunNames, resolvedMetrics } from './resolved-metrics.ts'
import { type RunOwner, runOwner } from './run-owner.ts'
import { decidingMetric } from './run-row.ts'
import { type ArgumentInfo, argumentInfo } from './template-row.ts'

/** Everything that we show about one AnalysisRun of the cluster; `-o info` prints it. */
export interface RunInfo extends InfoMeta {
  apiVersion: typeof apiVersion
  kind: 'AnalysisRunInfo'
  /** empty before the controller has seen it */
  phase: string
  message?: string
  owner?: RunOwner
  /** RFC 3339 */
  startedAt?: string
  completedAt?: string
  /** it was told to end */
  isTerminated?: true
  decidedBy?: { metric: string; value: string }
  args: ArgumentInfo[]
  metrics: RunMetricInfo[]
  summary?: RunSummary
  dryRunSummary?: RunSummary
  /** what the user may not read */
  notVisible: 'pods'[]
}

export interface RunMetricInfo extends AnalysisMetricState {
  /** what the controller has kept, oldest first */
  measurements: Measurement[]
  jobs: RunJobInfo[]
}

export interface RunJobInfo {
  name: string
  namespace: string
  phase: string
  pods: { name: string; status: string }[]
}

export interface RunObjects {
  run: AnalysisRun
  /** of the Jobs that its measurements ran */
  pods: readonly Pod[]
  notVisible: readonly 'pods'[]
}

/** A run, and the pods of its Jobs where it has any: one request or two. @throws Failure `error`, reason `NotFound` */
export async function loadRun(client: KubeClient, ref: ObjectRef): Promise<RunObjects> {
  const run = await client.get<AnalysisRun>(analysisRuns, ref)
  const jobs = (run.status?.metricResults ?? []).flatMap(result => jobsOf(result, run))
  const [first] = jobs
  if (!first) return { run, pods: [], notVisible: [] }
  // the controller is configured to run all of them in one namespace
  const inPlace = jobs.filter(job => job.namespace === first.namespace).map(job => job.name)
  try {
    const labelSelector = `job-name in (${inPlace.join(',')})`
    const { items } = await client.list<Pod>(pods, { namespace: first.namespace, labelSelector })
    return { run, pods: items, notVisible: [] }
  } catch (error) {
    if (!isHidden(error)) throw error
    return { run, pods: [], notVisible: ['pods'] }
  }
}

export function runInfo({ run, pods: jobPods, notVisible }: RunObjects): RunInfo {
  const { spec, status = {} } = run
  const owner = runOwner(run)
  const decidedBy = decidingMetric(run)
  const { phase = '', message, startedAt, completedAt, runSummary, dryRunSummary } = status
  return {
    apiVersion,
    kind: 'AnalysisRunInfo',
    ...infoMeta(run),
    phase,
    ...(message ? { message } : {}),
    ...(owner ? { owner } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(completedAt ? { completedAt } : {}),
    ...(spec.terminate ? { isTerminated: true as const } : {}),
    ...(decidedBy ? { decidedBy } : {}),
    args: ((spec.args ?? []) as Argument[]).map(argumentInfo),
    metrics: metricInfos(run as EngineRun, jobPods),
    ...(runSummary ? { summary: runSummary } : {}),
    ...(dryRunSummary ? { dryRunSummary } : {}),
    notVisible: [...notVisible],
  }
}

function metricInfos(run: EngineRun, jobPods: readonly Pod[]): RunMetricInfo[] {
  const metrics = resolvedMetrics(run.spec)
  const dryRun = dryRunNames(run.spec, metrics)
  return metrics.map(metric => {
    const result = run.status?.metricResults?.find(each => each.name === metric.name)
    const nextMs = nextWakeUpMs(run, [metric])
    const nextAt = nextMs !== undefined && Number.isFinite(nextMs) ? timestamp(nextMs) : undefined
    const query = result?.metadata?.ResolvedPrometheusQuery
    return {
      ...metricState(metric, result, { isDryRun: result?.dryRun ?? dryRun.has(metric.name), nextAt }),
      ...(query ? { query } : {}),
      measurements: result?.measurements ?? [],
      jobs: result ? jobsOf(result, run).map(job => ({ ...job, pods: podsOf(job.name, jobPods) })) : [],
    }
  })
}

function jobsOf({ measurements = [] }: MetricResult, run: AnalysisRun | EngineRun): Omit<RunJobInfo, 'pods'>[] {
  return measurements.flatMap(({ metadata, phase = '' }) => {
    const name = metadata?.['job-name']
    if (!name) return []
    return [{ name, namespace: metadata['job-namespace'] || (run.metadata.namespace ?? ''), phase }]
  })
}

function podsOf(jobName: string, all: readonly Pod[]): RunJobInfo['pods'] {
  return all
    .filter(pod => pod.metadata.labels?.['job-name'] === jobName)
    .map(pod => ({ name: pod.metadata.name, status: podStatusText(pod) }))
}
