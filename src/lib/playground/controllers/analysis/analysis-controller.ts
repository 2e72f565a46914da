import type { ControllerVersion, EngineRun, SecretKeyRef } from '../../../analysis/analysis.ts'
import { AnalysisError } from '../../../analysis/analysis-error.ts'
import { missingKey, perform } from '../../../analysis/drive.ts'
import { type EngineRules, step } from '../../../analysis/engine.ts'
import { type Providers, providerProblem } from '../../../analysis/providers/provider.ts'
import type { MeasurementTask, TaskResult } from '../../../analysis/record-measurement.ts'
import type { KubeObject } from '../../../context/kube-object.ts'
import { analysisRuns, secrets } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import { refOf } from '../../store/garbage.ts'
import { createMergePatch } from '../../store/patches.ts'
import type { Environment } from '../environment.ts'
import { manager } from '../rollout/sync.ts'
import { noteCompletion } from './completion-events.ts'
import { deletionDueMs } from './time-to-live.ts'

/** That of the controller which the contract tests compare with. */
export const controllerVersion: ControllerVersion = '1.9'

/** Delay of the look that follows a measurement at once. */
const againMs = 20

interface Ref {
  namespace: string
  name: string
}

/**
 * The AnalysisRun controller: the engine of lib/analysis on the runs of the store. As upstream it looks at one run once at
 * a time, so what happens to a run while it is measured is seen afterwards (argo-rollouts analysis/controller.go).
 */
export class AnalysisController {
  readonly #environment: Environment
  readonly #load: () => Promise<Providers>
  readonly #onError: (error: unknown) => void
  readonly #measuring = new Map<string, AbortController>()
  #providers: Providers | undefined

  /** @param load the providers; called once, when the first run is there */
  constructor(environment: Environment, load: () => Promise<Providers>, onError: (error: unknown) => void) {
    this.#environment = environment
    this.#load = load
    this.#onError = onError
  }

  /** Loads the providers before the first run needs them. */
  async prepare(): Promise<void> {
    this.#providers ??= await this.#load()
  }

  reconcile(ref: Ref, enqueueAfter: (ms: number) => void): void {
    const key = `${ref.namespace}/${ref.name}`
    if (this.#measuring.has(key)) return
    const { store, timeline } = this.#environment
    const run = store.find<EngineRun>(analysisRuns, ref)
    if (!run || run.metadata.deletionTimestamp) return
    if (isCompletedAnalysis(run.status?.phase)) {
      this.#expire(run, enqueueAfter)
      return
    }
    const providers = this.#providers
    if (!providers) {
      this.#await(key, this.prepare(), () => enqueueAfter(0))
      return
    }
    const next = step(run, timeline.now(), this.#rules(run, providers))
    this.#write(run, next.run)
    if (next.action.kind === 'wait') this.#wait(next.action.untilMs, enqueueAfter)
    if (next.action.kind === 'measure') this.#measure(next.run, next.action.tasks, providers, enqueueAfter)
  }

  /** As if the controller had ended: what is being measured is lost. */
  stop(): void {
    for (const controller of this.#measuring.values()) controller.abort()
    this.#measuring.clear()
  }

  #measure(
    run: EngineRun,
    tasks: readonly MeasurementTask[],
    providers: Providers,
    enqueueAfter: (ms: number) => void,
  ): void {
    const { timeline: clock, store } = this.#environment
    const controller = new AbortController()
    const context = { clock, signal: controller.signal }
    const key = `${run.metadata.namespace}/${run.metadata.name}`
    const conclude = (results: TaskResult[]) => {
      enqueueAfter(againMs)
      const current = store.find<EngineRun>(analysisRuns, refOf(run))
      if (current?.metadata.uid !== run.metadata.uid) return
      const next = step(run, clock.now(), this.#rules(run, providers), results)
      this.#write(run, next.run)
    }
    this.#await(key, Promise.all(tasks.map(task => perform(task, run, providers, context))), conclude, controller)
  }

  /** Nothing is done for the run before the work has ended. */
  #await<T>(key: string, work: Promise<T>, then: (result: T) => void, controller = new AbortController()): void {
    this.#measuring.set(key, controller)
    const { signal } = controller
    const done = work
      .finally(() => {
        if (!signal.aborted) this.#measuring.delete(key)
      })
      .then(result => {
        if (!signal.aborted) then(result)
      })
      .catch(error => {
        if (!signal.aborted) this.#onError(error)
      })
    this.#environment.timeline.hold(done)
  }

  #wait(untilMs: number | undefined, enqueueAfter: (ms: number) => void): void {
    if (untilMs !== undefined) enqueueAfter(Math.max(0, untilMs - this.#environment.timeline.now()))
  }

  #write(before: EngineRun, { status = {} }: EngineRun): void {
    const patch = createMergePatch(before.status ?? {}, status)
    if (patch === undefined) return
    const { store } = this.#environment
    store.patch(analysisRuns, refOf(before), { type: 'merge', body: { status: patch } }, { manager })
    noteCompletion(this.#environment, before, status)
  }

  #expire(run: EngineRun, enqueueAfter: (ms: number) => void): void {
    const dueMs = deletionDueMs(run)
    if (dueMs === undefined) return
    const leftMs = dueMs - this.#environment.timeline.now()
    if (leftMs > 0) enqueueAfter(leftMs)
    else this.#environment.store.delete(analysisRuns, refOf(run))
  }

  #rules(run: EngineRun, providers: Providers): EngineRules {
    return {
      version: controllerVersion,
      providerProblem: metric => providerProblem(metric, providers),
      readSecret: ref => this.#readSecret(run, ref),
    }
  }

  #readSecret({ metadata: { namespace = 'default' } }: EngineRun, { name, key }: SecretKeyRef): string {
    const secret = this.#environment.store.find<Secret>(secrets, { namespace, name })
    if (!secret) throw new AnalysisError(`secrets "${name}" not found`)
    const value = secret.data?.[key]
    const text = value === undefined ? secret.stringData?.[key] : Buffer.from(value, 'base64').toString('utf8')
    if (text === undefined) throw missingKey({ name, key })
    return text
  }
}

interface Secret extends KubeObject {
  data?: Record<string, string>
  stringData?: Record<string, string>
}
