import type { EngineRun } from '../../../analysis/analysis.ts'
import type { Provider } from '../../../analysis/providers/provider.ts'
import type { Measured } from '../../../analysis/record-measurement.ts'
import type { KubeObject } from '../../../context/kube-object.ts'
import type { Job } from '../../../kube/core-objects.ts'
import { jobs } from '../../../kube/resource-types.ts'
import type { AnalysisMetric, Measurement } from '../../../rollouts/rollout.ts'
import { copy } from '../../store/json.ts'
import { StatusError } from '../../store/status-error.ts'
import type { Environment } from '../environment.ts'
import { ownedBy } from '../ownership.ts'
import { manager } from '../rollout/sync.ts'

interface JobMetric {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: { template?: { spec?: { restartPolicy?: string } } }
}

/** Measures by a Job in the store; the controller looks again when the Job changes (argo-rollouts metricproviders/job). */
export function jobProvider({ store }: Environment): Provider {
  return {
    problem: () => undefined,
    measure: async ({ run, metric }) => {
      const job = jobOf(run, metric)
      const { name, namespace = '' } = job.metadata
      try {
        const existing = store.find<Job>(jobs, { namespace, name })
        if (!existing) store.create(jobs, job, { manager })
      } catch (error) {
        return errorOf(error)
      }
      return { phase: 'Running', metadata: { 'job-name': name, 'job-namespace': namespace } }
    },
    resume: async (_, inFlight) => {
      try {
        return judged(store.get<Job>(jobs, refOfMeasurement(inFlight)))
      } catch (error) {
        return errorOf(error)
      }
    },
    terminate: async (_, inFlight) => {
      try {
        store.delete(jobs, refOfMeasurement(inFlight), { propagationPolicy: 'Foreground' })
        return { phase: 'Successful' }
      } catch (error) {
        return errorOf(error)
      }
    },
  }
}

function jobOf(run: EngineRun, metric: AnalysisMetric): KubeObject {
  const { metadata, spec } = copy((metric.provider?.job ?? {}) as JobMetric)
  const { name, namespace = 'default', uid = '' } = run.metadata
  if (spec?.template?.spec) spec.template.spec.restartPolicy ??= 'Never'
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(run, metric),
      namespace,
      labels: { ...metadata?.labels, 'analysisrun.argoproj.io/uid': uid },
      annotations: {
        ...metadata?.annotations,
        'analysisrun.argoproj.io/name': name,
        'analysisrun.argoproj.io/namespace': namespace,
        'analysisrun.argoproj.io/metric-name': metric.name,
      },
      ownerReferences: ownedBy({ ...run, apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun' }),
    },
    ...{ spec: spec ?? {} },
  }
}

/** UID, metric and a number that goes on from that of the last measurement. */
function jobName(run: EngineRun, { name }: AnalysisMetric): string {
  const last = run.status?.metricResults?.find(each => each.name === name)?.measurements?.at(-1)
  const number = Number(/\.(\d+)$/.exec(last?.metadata?.['job-name'] ?? '')?.[1] ?? 0) + 1
  return `${run.metadata.uid}.${name}.${number}`
}

function judged({ status }: Job): Measured {
  const isTrue = (type: string) => status?.conditions?.some(each => each.type === type && each.status === 'True')
  if (isTrue('Failed')) return { phase: 'Failed' }
  return { phase: isTrue('Complete') ? 'Successful' : 'Running' }
}

const refOfMeasurement = ({ metadata = {} }: Measurement) => ({
  namespace: metadata['job-namespace'] ?? '',
  name: metadata['job-name'] ?? '',
})

function errorOf(error: unknown): Measured {
  if (!(error instanceof StatusError)) throw error
  return { phase: 'Error', message: error.status.message }
}
