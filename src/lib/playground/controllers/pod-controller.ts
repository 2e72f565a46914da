import type { Pod } from '../../kube/core-objects.ts'
import { pods } from '../../kube/resource-types.ts'
import { refOf } from '../store/garbage.ts'
import { createMergePatch } from '../store/patches.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'
import { backOffText, pullError, pulledText } from './kubelet-texts.ts'
import { behaviorOf, type PodBehavior, type PodScript } from './pod-behavior.ts'
import type { PodLogs } from './pod-logs.ts'
import { nodeName, type PodFacts, podCondition, podStatus } from './pod-status.ts'
import { schedulingProblem } from './scheduling.ts'

type Stage = 'new' | 'creating' | 'pull-failed' | 'running' | 'ready' | 'ended' | 'backing-off' | 'over' | 'stopping'

/** What is known of a pod besides its object: where it is in its life, and since when. */
interface Run {
  stage: Stage
  sinceMs: number
  restarts: number
  pulls: number
  ip: string
}

const retryMs = 30_000

/**
 * Scheduler and kubelet for every pod: Pending, Running, Ready after their delays, or failing in the way that
 * pod-behavior.ts says, with the statuses and Events that the real ones write.
 */
export class PodController {
  readonly #environment: Environment
  readonly #logs: PodLogs
  readonly #script: PodScript | undefined
  readonly #runs = new Map<string, Run>()
  #addresses = 1

  constructor(environment: Environment, logs: PodLogs, script?: PodScript) {
    this.#environment = environment
    this.#logs = logs
    this.#script = script
  }

  reconcile(ref: { namespace: string; name: string }, enqueueAfter: (ms: number) => void): void {
    const pod = this.#environment.store.find<Pod>(pods, ref)
    if (!pod) {
      this.#logs.remove(ref.namespace, ref.name)
      return
    }
    const run = this.#runOf(pod)
    const behavior = behaviorOf(pod, this.#script)
    const waitMs = pod.metadata.deletionTimestamp ? this.#stop(pod, run, behavior) : this.#step(pod, run, behavior)
    if (waitMs !== undefined) enqueueAfter(waitMs)
  }

  /** Takes the next step if it is time; returns after how many ms to look again. */
  #step(pod: Pod, run: Run, behavior: PodBehavior): number | undefined {
    const ageMs = this.#environment.timeline.now() - run.sinceMs
    const due = (ms: number, act: () => number | undefined) => (ageMs >= ms ? act() : ms - ageMs)
    switch (run.stage) {
      case 'new':
        return this.#schedule(pod, run)
      case 'creating':
        if (behavior.kind === 'pending') return undefined
        if (behavior.kind === 'image-pull') return due(behavior.startMs, () => this.#failPull(pod, run))
        return due(behavior.startMs, () => this.#start(pod, run, behavior))
      case 'pull-failed':
        if (behavior.kind !== 'image-pull') return this.#start(pod, run, behavior)
        return due(1000, () => this.#backOffPull(pod, run, ageMs))
      case 'running':
      case 'ready':
        return this.#live(pod, run, behavior, due)
      case 'ended':
        return due(1000, () => (run.restarts === 0 ? this.#start(pod, run, behavior) : this.#backOff(pod, run)))
      case 'backing-off': {
        const isHealed = behavior.kind !== 'crash' && behavior.kind !== 'oom'
        return due(isHealed ? 0 : backOffMs(run.restarts), () => this.#start(pod, run, behavior))
      }
      default:
        return undefined
    }
  }

  #live(
    pod: Pod,
    run: Run,
    behavior: PodBehavior,
    due: (ms: number, act: () => number | undefined) => number | undefined,
  ): number | undefined {
    if (behavior.kind === 'crash' || behavior.kind === 'oom') {
      const { restartPolicy } = (pod.spec ?? {}) as { restartPolicy?: string }
      return due(behavior.crashMs, () =>
        restartPolicy === 'Never' ? this.#finish(pod, run, behavior) : this.#end(pod, run, behavior),
      )
    }
    if (behavior.kind === 'not-ready') {
      if (run.stage === 'ready') this.#report(pod, this.#enter(run, 'running'), { state: this.#running(pod) })
      this.#note(pod, 'Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')
      return retryMs
    }
    const { completeMs } = behavior
    if (run.stage === 'ready' && completeMs !== undefined)
      return due(completeMs, () => this.#finish(pod, run, behavior))
    if (run.stage === 'ready') {
      // a readiness gate may have opened meanwhile
      this.#report(pod, run, { state: this.#running(pod), isReady: true })
      return undefined
    }
    return due(behavior.readyMs, () => {
      this.#report(pod, this.#enter(run, 'ready'), { state: this.#running(pod), isReady: true })
      return completeMs
    })
  }

  #schedule(pod: Pod, run: Run): number | undefined {
    const { store } = this.#environment
    const now = timestamp(this.#environment)
    const { namespace, name } = pod.metadata
    const problem = pod.spec?.nodeName ? undefined : schedulingProblem(this.#environment, pod)
    const why = problem === undefined ? {} : { reason: 'Unschedulable', message: problem }
    const condition = podCondition(pod, 'PodScheduled', problem === undefined, why, now)
    const conditions = [...(pod.status?.conditions ?? []).filter(each => each.type !== 'PodScheduled'), condition]
    const body = { status: { conditions } }
    const patch = { type: 'merge' as const, body, subresource: 'status' as const }
    if (problem !== undefined) {
      store.patch(pods, refOf(pod), patch, { manager: 'kube-scheduler' })
      this.#note(pod, 'Warning', 'FailedScheduling', problem, 'default-scheduler')
      return retryMs
    }
    if (!pod.spec?.nodeName) {
      store.patch(pods, refOf(pod), { type: 'merge', body: { spec: { nodeName } } }, { manager: 'kube-scheduler' })
    }
    const bound = store.patch<Pod>(pods, refOf(pod), patch, { manager: 'kube-scheduler' })
    this.#note(
      bound,
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      'default-scheduler',
    )
    this.#enter(run, 'creating')
    this.#report(bound, run, { state: { waiting: { reason: 'ContainerCreating' } }, isInitialized: false })
    for (const image of imagesOf(bound)) this.#note(bound, 'Normal', 'Pulling', `Pulling image "${image}"`)
    return 1
  }

  #start(pod: Pod, run: Run, behavior: PodBehavior): number {
    const isRestart = run.stage === 'ended' || run.stage === 'backing-off'
    if (isRestart) run.restarts += 1
    const lastState = isRestart ? this.#last(pod) : undefined
    this.#enter(run, 'running')
    const startedAt = timestamp(this.#environment)
    this.#report(pod, run, { state: { running: { startedAt } }, ...(lastState ? { lastState } : {}) })
    for (const container of pod.spec?.containers ?? []) {
      this.#note(pod, 'Normal', 'Pulled', pulledText(container.image ?? '', isRestart))
      this.#note(pod, 'Normal', 'Created', `Created container: ${container.name}`, 'kubelet', container.name)
      this.#note(pod, 'Normal', 'Started', `Started container ${container.name}`, 'kubelet', container.name)
      const source = {
        namespace: pod.metadata.namespace ?? 'default',
        pod: pod.metadata.name,
        container: container.name,
      }
      if (isRestart) this.#logs.restart(source)
      this.#logs.append(source, behavior.log)
    }
    return 1
  }

  #end(pod: Pod, run: Run, behavior: PodBehavior): number {
    const terminated = this.#terminated(pod, behavior)
    this.#report(pod, this.#enter(run, 'ended'), { state: { terminated }, ...this.#lastIfAny(pod) })
    return 1000
  }

  /** For good: nobody restarts it. */
  #finish(pod: Pod, run: Run, behavior: PodBehavior): undefined {
    const isGood = behavior.kind !== 'crash' && behavior.kind !== 'oom'
    const terminated = this.#terminated(pod, isGood ? { ...behavior, exitCode: 0 } : behavior)
    const phase = terminated.exitCode === 0 ? 'Succeeded' : 'Failed'
    this.#report(pod, this.#enter(run, 'over'), { state: { terminated }, phase })
  }

  #terminated(pod: Pod, { kind, exitCode }: PodBehavior) {
    const finishedAt = timestamp(this.#environment)
    const { startedAt } = this.#running(pod).running
    return kind === 'oom'
      ? { exitCode: 137, reason: 'OOMKilled', startedAt, finishedAt }
      : { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt, finishedAt }
  }

  #backOff(pod: Pod, run: Run): number {
    const { name, namespace, uid } = pod.metadata
    const delayMs = backOffMs(run.restarts)
    const podText = `${name}_${namespace}(${uid})`
    const lastState = this.#last(pod)
    this.#enter(run, 'backing-off')
    const first = pod.spec?.containers?.[0]?.name ?? ''
    const message = `back-off ${backOffText(delayMs)} restarting failed container=${first} pod=${podText}`
    this.#report(pod, run, {
      state: { waiting: { reason: 'CrashLoopBackOff', message } },
      ...(lastState ? { lastState } : {}),
    })
    this.#note(
      pod,
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${first} in pod ${podText}`,
      'kubelet',
      first,
    )
    return delayMs
  }

  #failPull(pod: Pod, run: Run): number {
    run.pulls += 1
    this.#enter(run, 'pull-failed')
    const [image = ''] = imagesOf(pod)
    const why = pullError(image)
    this.#report(pod, run, { state: { waiting: { reason: 'ErrImagePull', message: why } } })
    this.#note(
      pod,
      'Warning',
      'Failed',
      `Failed to pull image "${image}": ${why}`,
      'kubelet',
      pod.spec?.containers?.[0]?.name,
    )
    this.#note(pod, 'Warning', 'Failed', 'Error: ErrImagePull', 'kubelet', pod.spec?.containers?.[0]?.name)
    return 1000
  }

  #backOffPull(pod: Pod, run: Run, ageMs: number): number {
    const [image = ''] = imagesOf(pod)
    const container = pod.spec?.containers?.[0]?.name
    const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting
    if (waiting?.reason !== 'ImagePullBackOff') {
      const message = `Back-off pulling image "${image}": ErrImagePull: ${pullError(image)}`
      this.#report(pod, run, { state: { waiting: { reason: 'ImagePullBackOff', message } } })
      this.#note(pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`, 'kubelet', container)
      this.#note(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff', 'kubelet', container)
    }
    const leftMs = backOffMs(run.pulls) - ageMs
    if (leftMs > 0) return leftMs
    this.#note(pod, 'Normal', 'Pulling', `Pulling image "${image}"`, 'kubelet', container)
    return this.#failPull(pod, run)
  }

  #stop(pod: Pod, run: Run, behavior: PodBehavior): number | undefined {
    if (run.stage !== 'stopping') {
      if (run.stage === 'running' || run.stage === 'ready') {
        for (const { name } of pod.spec?.containers ?? []) {
          this.#note(pod, 'Normal', 'Killing', `Stopping container ${name}`, 'kubelet', name)
        }
      }
      this.#enter(run, 'stopping')
    }
    const leftMs = behavior.endMs - (this.#environment.timeline.now() - run.sinceMs)
    if (leftMs > 0) return leftMs
    this.#runs.delete(pod.metadata.uid ?? '')
    this.#logs.remove(pod.metadata.namespace ?? 'default', pod.metadata.name)
    this.#environment.store.delete(pods, refOf(pod), { gracePeriodSeconds: 0 })
    return undefined
  }

  #report(pod: Pod, run: Run, facts: Partial<PodFacts> & Pick<PodFacts, 'state'>): void {
    const { store } = this.#environment
    const current = store.find<Pod>(pods, refOf(pod))
    if (!current || current.metadata.uid !== pod.metadata.uid) return
    const status = podStatus(current, {
      now: timestamp(this.#environment),
      phase: run.stage === 'creating' || run.stage === 'pull-failed' ? 'Pending' : 'Running',
      restartCount: run.restarts,
      isReady: false,
      isInitialized: true,
      ...(run.stage === 'creating' ? {} : { podIP: run.ip }),
      ...facts,
    })
    const patch = createMergePatch(current.status ?? {}, status)
    if (patch === undefined) return
    const body = { status: patch }
    store.patch(pods, refOf(pod), { type: 'merge', body, subresource: 'status' }, { manager: 'kubelet' })
  }

  #running(pod: Pod): { running: { startedAt: string } } {
    const startedAt = pod.status?.containerStatuses?.[0]?.state?.running?.startedAt
    return { running: { startedAt: startedAt ?? timestamp(this.#environment) } }
  }

  #last(pod: Pod) {
    const status = pod.status?.containerStatuses?.[0]
    const terminated = status?.state?.terminated ?? status?.lastState?.terminated
    return terminated && { terminated }
  }

  #lastIfAny(pod: Pod) {
    const terminated = pod.status?.containerStatuses?.[0]?.lastState?.terminated
    return terminated ? { lastState: { terminated } } : {}
  }

  #enter(run: Run, stage: Stage): Run {
    run.stage = stage
    run.sinceMs = this.#environment.timeline.now()
    return run
  }

  #runOf(pod: Pod): Run {
    const uid = pod.metadata.uid ?? ''
    const known = this.#runs.get(uid)
    if (known) return known
    const address = this.#addresses++
    const ip = `10.1.${address >> 8}.${address & 255}`
    const run: Run = { stage: 'new', sinceMs: this.#environment.timeline.now(), restarts: 0, pulls: 0, ip }
    this.#runs.set(uid, run)
    return run
  }

  #note(
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    component = 'kubelet',
    container?: string,
  ): void {
    const fieldPath = container ? { fieldPath: `spec.containers{${container}}` } : {}
    const host = component === 'kubelet' ? { host: nodeName } : {}
    recordEvent(this.#environment, pod, { type, reason, message, component, ...fieldPath, ...host })
  }
}

/** 10 s, doubled with every restart, 5 minutes at most (kubelet's container back-off). */
function backOffMs(restarts: number): number {
  return Math.min(300_000, 10_000 * 2 ** Math.max(0, restarts - 1))
}

const imagesOf = (pod: Pod) => (pod.spec?.containers ?? []).map(each => each.image ?? '')
