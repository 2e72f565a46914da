import { apiVersion, type CanaryEvent, type EventObject } from '../../events/event.ts'
import type { AnalysisRunInfo } from './analysis-run-info.ts'
import type { ExperimentInfo } from './experiment-info.ts'
import type { RolloutInfo } from './info.ts'
import type { InfoMeta } from './info-meta.ts'
import type { ReplicaSetInfo } from './replica-set-info.ts'

/** Turns successive views into events: what is different from the view before. The first view tells everything. */
export class InfoEvents {
  /** what was said last, by object and type of event */
  readonly #said: Map<string, string>

  constructor() {
    this.#said = new Map()
  }

  *ofRollout(info: RolloutInfo, nowMs: number): Generator<CanaryEvent> {
    const object = objectOf('Rollout', info)
    yield* this.#once('rollout.phase', object, { phase: info.phase, message: info.message }, nowMs)
    const current = info.steps.find(step => step.state === 'current')
    const [index = current?.index, count = info.steps.length] = info.step.split('/').map(Number)
    if (info.steps.length > 0 && index !== undefined) {
      const text = current?.text ?? ''
      yield* this.#once('rollout.step', object, { step: index, steps: count, text }, nowMs)
    }
    if (info.setWeight !== undefined && info.actualWeight !== undefined) {
      const { setWeight, actualWeight } = info
      yield* this.#once('rollout.weight', object, { setWeight, actualWeight }, nowMs)
    }
    for (const replicaSet of info.replicaSets) yield* this.#ofPods(replicaSet, nowMs)
    for (const run of info.analysisRuns) yield* this.#ofAnalysisRun(run, nowMs)
    for (const experiment of info.experiments) yield* this.ofExperiment(experiment, nowMs)
  }

  *ofExperiment(info: ExperimentInfo, nowMs: number): Generator<CanaryEvent> {
    const fields = { phase: info.status, message: info.message ?? '' }
    yield* this.#once('analysis.phase', objectOf('Experiment', info), fields, nowMs)
    for (const replicaSet of info.replicaSets) yield* this.#ofPods(replicaSet, nowMs, info.revision)
    for (const run of info.analysisRuns) yield* this.#ofAnalysisRun(run, nowMs)
  }

  *#ofPods(replicaSet: ReplicaSetInfo, nowMs: number, revision = replicaSet.revision): Generator<CanaryEvent> {
    for (const pod of replicaSet.pods) {
      const { status, restarts } = pod
      const ready = `${pod.readyContainers}/${pod.containers}`
      const fields = { status, ready, restarts, ...(revision > 0 ? { revision } : {}) }
      yield* this.#once('pod.phase', objectOf('Pod', pod), fields, nowMs)
    }
  }

  *#ofAnalysisRun(run: AnalysisRunInfo, nowMs: number): Generator<CanaryEvent> {
    if (run.notLoaded) return
    const object = objectOf('AnalysisRun', run)
    for (const metric of run.metrics) {
      // The controller keeps the last ten only, so it is the start that tells one measurement from another.
      for (const { startedAt = '', phase = '', value, message } of metric.measurements) {
        const key = `${metric.name} ${startedAt}`
        const fields = { metric: metric.name, phase, ...(value ? { value } : {}), ...(message ? { message } : {}) }
        if (phase !== 'Running') yield* this.#once('analysis.measurement', object, fields, nowMs, key)
      }
    }
    const fields = { phase: run.status, message: run.message ?? '' }
    yield* this.#once('analysis.phase', object, fields, nowMs)
  }

  *#once(
    type: CanaryEvent['type'],
    object: EventObject,
    fields: object,
    nowMs: number,
    more = '',
  ): Generator<CanaryEvent> {
    const key = `${type} ${object.kind} ${object.uid || object.name} ${more}`
    const text = JSON.stringify(fields)
    if (this.#said.get(key) === text) return
    this.#said.set(key, text)
    const time = new Date(nowMs).toISOString()
    yield { apiVersion, kind: 'Event', time, type, object, ...fields } as CanaryEvent
  }
}

function objectOf(kind: string, { name, namespace, uid }: InfoMeta): EventObject {
  return { kind, namespace, name, ...(uid ? { uid } : {}) }
}
