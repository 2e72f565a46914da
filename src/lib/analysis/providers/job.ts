import type { Context } from '../../context/context.ts'
import type { KubeClient } from '../../context/kube-client.ts'
import type { Job } from '../../kube/core-objects.ts'
import { reflect } from '../../kube/reflector.ts'
import { jobs } from '../../kube/resource-types.ts'
import type { Measurement } from '../../rollouts/rollout.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ControllerVersion, EngineRun } from '../analysis.ts'
import type { Measured } from '../record-measurement.ts'
import { millisecondsOf } from '../timestamps.ts'
import { type JobManifest, jobManifest, runUidLabel } from './job-manifest.ts'
import { imageProblem, type JobReport, jobReport, podsOfJob } from './job-report.ts'
import type { MeasurementRequest, Provider } from './provider.ts'

export interface JobProviderOptions {
  version: ControllerVersion
  /** where Jobs run; default: the run's namespace, else the client's */
  namespace?: string
  /** told of every Job that ends otherwise than well */
  onFailure?(report: JobReport): void
}

/** Where the API server may be asked for a Job and not be watched. */
const pollMs = 2_000

/**
 * Runs a Job in the cluster for each measurement and judges by how it ends (argo-rollouts metricproviders/job/job.go):
 * Complete is Successful, Failed is Failed, conditions of the metric play no part. From 1.10 an image that cannot be
 * pulled, and a Job that is terminated, are Inconclusive. `cleanUp` deletes every Job that was made.
 */
export function jobProvider(options: JobProviderOptions, context: Context): Provider {
  return new JobProvider(options, context)
}

interface JobKey {
  namespace: string
  name: string
}

class JobProvider implements Provider {
  readonly #options: JobProviderOptions
  readonly #context: Context
  /** stands for the uid of a run that is no object of the cluster */
  readonly #uid: string
  /** those that exist as far as we know, by `namespace/name` */
  readonly #made = new Map<string, JobKey>()

  constructor(options: JobProviderOptions, context: Context) {
    this.#options = options
    this.#context = context
    this.#uid = `canary-${Math.floor(context.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')}`
  }

  problem(): undefined {
    return undefined
  }

  async measure({ run, metric, nowMs }: MeasurementRequest): Promise<Measured> {
    return this.#orError(async client => {
      const namespace = this.#options.namespace ?? run.metadata.namespace ?? client.namespace
      const manifest = jobManifest(run, metric, run.metadata.uid ?? this.#uid, namespace)
      await this.#create(client, manifest)
      const metadata = { 'job-name': manifest.metadata.name, 'job-namespace': namespace }
      return { phase: 'Running', metadata, ...this.#resumeAt(nowMs, nowMs) }
    })
  }

  async resume({ run, metric, nowMs, signal }: MeasurementRequest, inFlight: Measurement): Promise<Measured> {
    return this.#orError(async client => {
      const key = jobOf(run, inFlight, client)
      if (!key) return missingReference
      const job = await this.#find(client, key)
      if (!job) return { phase: 'Error', message: `job.batch "${key.name}" not found` }
      const ended = endOf(job)
      const problem = ended ? undefined : await this.#imageProblem(client, key)
      const phase = ended ?? (problem === undefined ? undefined : 'Inconclusive')
      if (!phase) return { phase: 'Running', ...this.#resumeAt(nowMs, millisecondsOf(inFlight.startedAt) ?? nowMs) }
      if (phase !== 'Successful' && this.#options.onFailure) {
        const about = { metric: metric.name, phase, ...(problem === undefined ? {} : { reason: problem }) }
        this.#options.onFailure(await jobReport(client, job, about, signal))
      }
      return { phase }
    })
  }

  async terminate({ run }: MeasurementRequest, inFlight: Measurement): Promise<Measured> {
    return this.#orError(async client => {
      const key = jobOf(run, inFlight, client)
      if (!key) return missingReference
      await this.#delete(this.#context.signal.aborted ? client.forCleanUp() : client, key)
      return { phase: this.#options.version === '1.9' ? 'Successful' : 'Inconclusive' }
    })
  }

  /** Returns when the Job has ended or is gone. */
  async changed(run: EngineRun, inFlight: Measurement, signal: AbortSignal): Promise<void> {
    const client = await this.#context.kube()
    const key = jobOf(run, inFlight, client)
    if (!key) return
    const selection = { namespace: key.namespace, fieldSelector: `metadata.name=${key.name}` }
    try {
      let isThere = false
      for await (const event of reflect<Job>(client, jobs, selection, this.#context, { signal })) {
        if (event.kind === 'deleted' || (event.kind === 'synced' && !isThere)) return
        if (event.kind !== 'added' && event.kind !== 'modified') continue
        isThere = true
        if (endOf(event.object)) return
      }
    } catch (error) {
      if (signal.aborted || !isForbidden(error)) throw error
    }
    for (;;) {
      const job = await this.#find(client, key)
      if (!job || endOf(job)) return
      await this.#context.clock.sleep(pollMs, signal)
    }
  }

  async cleanUp(): Promise<readonly string[]> {
    if (this.#made.size === 0) return []
    const client = (await this.#context.kube()).forCleanUp()
    const left: string[] = []
    const deletions = [...this.#made.values()].map(async key => {
      try {
        await this.#delete(client, key)
      } catch (error) {
        const why = error instanceof Failure ? error.message : String(error)
        left.push(`job ${safeText(`${key.namespace}/${key.name}`)}: ${why}`)
      }
    })
    await Promise.all(deletions)
    return left
  }

  /** One that is there already is taken for ours when it has our uid: a request may have been sent twice. */
  async #create(client: KubeClient, manifest: JobManifest): Promise<void> {
    const { name, namespace = '', labels = {} } = manifest.metadata
    // noted before it is sent: Ctrl-C may come before the answer
    this.#made.set(`${namespace}/${name}`, { namespace, name })
    try {
      await client.create(jobs, manifest)
    } catch (error) {
      if (!(error instanceof Failure) || error.reason === undefined) throw error
      const existing = error.reason === 'AlreadyExists' ? await this.#find(client, { namespace, name }) : undefined
      if (existing?.metadata.labels?.[runUidLabel] === labels[runUidLabel]) return
      this.#made.delete(`${namespace}/${name}`)
      throw error
    }
  }

  async #find(client: KubeClient, key: JobKey): Promise<Job | undefined> {
    try {
      return await client.get<Job>(jobs, key)
    } catch (error) {
      if (error instanceof Failure && error.reason === 'NotFound') return undefined
      throw error
    }
  }

  async #delete(client: KubeClient, key: JobKey): Promise<void> {
    try {
      await client.delete(jobs, key, { propagationPolicy: 'Foreground' })
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error
    }
    this.#made.delete(`${key.namespace}/${key.name}`)
  }

  /** Up to 1.9 nobody looks at the pods, and the Job goes on waiting for its image. */
  async #imageProblem(client: KubeClient, { namespace, name }: JobKey): Promise<string | undefined> {
    if (this.#options.version === '1.9') return undefined
    return imageProblem(await podsOfJob(client, namespace, name))
  }

  /** From 1.10 a Job is looked at again after √(2t) seconds, t being how long it has run. */
  #resumeAt(nowMs: number, startedMs: number): { resumeAtMs?: number } {
    if (this.#options.version === '1.9') return {}
    const seconds = Math.max(0, nowMs - startedMs) / 1000
    return { resumeAtMs: nowMs + Math.max(1, Math.sqrt(2 * seconds)) * 1000 }
  }

  /** What the API server refuses is an error of the measurement, in its words. */
  async #orError(act: (client: KubeClient) => Promise<Measured>): Promise<Measured> {
    try {
      return await act(await this.#context.kube())
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return { phase: 'Error', message: error.message }
    }
  }
}

const missingReference: Measured = { phase: 'Error', message: 'job metadata reference missing' }

function jobOf(run: EngineRun, { metadata }: Measurement, client: KubeClient): JobKey | undefined {
  const name = metadata?.['job-name']
  if (!name) return undefined
  return { name, namespace: metadata['job-namespace'] || (run.metadata.namespace ?? client.namespace) }
}

/** Upstream looks at the types of the conditions alone; the last one counts. */
function endOf({ status }: Job): 'Successful' | 'Failed' | undefined {
  const types = (status?.conditions ?? []).map(each => each.type)
  const last = types.filter(type => type === 'Complete' || type === 'Failed').at(-1)
  return last === undefined ? undefined : last === 'Complete' ? 'Successful' : 'Failed'
}

const isForbidden = (error: unknown) => error instanceof Failure && error.reason === 'Forbidden'
