import type { EngineRun } from '../../../analysis/analysis.ts'
import { jobManifest } from '../../../analysis/providers/job-manifest.ts'
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

/** Measures by a Job in the store; the controller looks again when the Job changes (argo-rollouts metricproviders/job). */
export function jobProvider({ store }: Environment): Provider {
  return {
    problem: () => undefined,
    measure: async ({ run, metric }) => {
      const job = jobOf(run, metric)
      const { name, namespace = '' } = job.metadata
      try {
        const existing = store.find<Job>(jobs, { namespace, name })
        if (existing?.metadata.ownerReferences?.[0]?.uid !== run.metadata.uid) store.create(jobs, job, { manager })
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
        const ref = refOfMeasurement(inFlight)
        if (store.find(jobs, ref)) store.delete(jobs, ref, { propagationPolicy: 'Foreground' })
        return { phase: 'Successful' }
      } catch (error) {
        return errorOf(error)
      }
    },
  }
}

/** As the controller makes it, owned by the run, so that it goes with it. */
function jobOf(run: EngineRun, metric: AnalysisMetric): KubeObject {
  const { namespace = 'default', uid = '' } = run.metadata
  const manifest = jobManifest(run, metric, uid, namespace)
  const { 'app.kubernetes.io/managed-by': _, ...labels } = manifest.metadata.labels ?? {}
  const ownerReferences = ownedBy({ ...run, apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun' })
  return copy({ ...manifest, metadata: { ...manifest.metadata, labels, ownerReferences } })
}

/** Upstream looks at the types of the conditions alone; the last one counts. */
function judged({ status }: Job): Measured {
  const types = (status?.conditions ?? []).map(each => each.type)
  const last = types.filter(type => type === 'Complete' || type === 'Failed').at(-1)
  if (last === undefined) return { phase: 'Running' }
  return { phase: last === 'Complete' ? 'Successful' : 'Failed' }
}

const refOfMeasurement = ({ metadata = {} }: Measurement) => ({
  namespace: metadata['job-namespace'] ?? '',
  name: metadata['job-name'] ?? '',
})

function errorOf(error: unknown): Measured {
  if (!(error instanceof StatusError)) throw error
  return { phase: 'Error', message: error.status.message }
}
