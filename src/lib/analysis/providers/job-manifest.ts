import type { KubeObject, ObjectMeta } from '../../context/kube-object.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { EngineRun } from '../analysis.ts'
import { resultOf } from '../metric-results.ts'

/** A `job` metric as we read it (argo-rollouts analysis_types.go JobMetric). */
export interface JobMetric {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: Record<string, unknown>
}

export interface JobManifest extends KubeObject {
  spec: Record<string, unknown>
}

export const runUidLabel = 'analysisrun.argoproj.io/uid'
const longestName = 63

export const jobMetric = (metric: AnalysisMetric): JobMetric => (metric.provider?.job ?? {}) as JobMetric

/**
 * The Job of a metric's next measurement, as the controller makes it (argo-rollouts metricproviders/job/job.go
 * newMetricJob), but for the owner: a run that is executed here is no object of the cluster, and nothing collects its
 * Jobs. They carry the label `app.kubernetes.io/managed-by` instead.
 *
 * @param uid stands for that of the run
 */
export function jobManifest(run: EngineRun, metric: AnalysisMetric, uid: string, namespace: string): JobManifest {
  const { metadata = {}, spec = {} } = jobMetric(metric)
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(run, metric.name, uid),
      namespace,
      labels: { ...metadata.labels, [runUidLabel]: uid, 'app.kubernetes.io/managed-by': 'kubectl-canary' },
      annotations: {
        ...metadata.annotations,
        'analysisrun.argoproj.io/name': run.metadata.name ?? '',
        'analysisrun.argoproj.io/namespace': namespace,
        'analysisrun.argoproj.io/metric-name': metric.name,
      },
    } satisfies ObjectMeta,
    spec,
  }
}

/** `UID.METRIC.N`, N being the number of the measurement; the metric's name is shortened where it does not fit a label. */
function jobName(run: EngineRun, metricName: string, uid: string): string {
  const { count = 0, error = 0 } = resultOf(run, metricName) ?? {}
  const number = String(count + error + 1)
  const room = Math.max(0, longestName - uid.length - number.length - 2)
  return `${uid}.${metricName.slice(0, room)}.${number}`
}
