import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, it } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { Pod } from '../../src/lib/kube/core-objects.ts'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import { type Backend, type Measured, type Permission, startBackend } from './backends.ts'
import { type CommandEnvironment, type Result, type Running, startCommand } from './command-line.ts'
import { template, type Version } from './manifests.ts'

const paths: Record<string, string> = {
  Rollout: 'argoproj.io/v1alpha1/rollouts',
  AnalysisTemplate: 'argoproj.io/v1alpha1/analysistemplates',
  AnalysisRun: 'argoproj.io/v1alpha1/analysisruns',
  Experiment: 'argoproj.io/v1alpha1/experiments',
  Deployment: 'apps/v1/deployments',
  ReplicaSet: 'apps/v1/replicasets',
  Job: 'batch/v1/jobs',
  Pod: 'v1/pods',
  Service: 'v1/services',
  Event: 'v1/events',
  Secret: 'v1/secrets',
  ResourceQuota: 'v1/resourcequotas',
  HorizontalPodAutoscaler: 'autoscaling/v2/horizontalpodautoscalers',
  PodDisruptionBudget: 'policy/v1/poddisruptionbudgets',
}

export type RunOptions = Pick<CommandEnvironment, 'tty' | 'stdin' | 'env' | 'client'> & {
  /** kubeconfig of somebody else than the administrator */
  as?: string
}

/** A namespace of one scenario, and what is done and seen there. */
export class World {
  readonly backend: Backend
  readonly namespace: string
  readonly #running = new Set<Running>()

  constructor(backend: Backend, namespace: string) {
    this.backend = backend
    this.namespace = namespace
  }

  /** Runs a command line to its end, as `rollout get web`. Throws with what it wrote when that does not come. */
  async run(line: string | readonly string[], options: RunOptions = {}): Promise<Result> {
    const { settleMs } = this.backend
    if (settleMs > 0) await sleep(settleMs)
    const running = this.start(line, options)
    const watchdog = setTimeout(() => void running.interrupt(), this.backend.patienceMs)
    const result = await running.ended
    clearTimeout(watchdog)
    if (!running.wasInterrupted) return result
    throw new Error(`${line} did not end; it wrote:\n${result.stdout}${result.stderr}`)
  }

  start(line: string | readonly string[], { as, ...rest }: RunOptions = {}): Running {
    const words = typeof line === 'string' ? line.split(' ') : line
    const placed = words.some(word => /^(-n|-A|--namespace.*|--all-namespaces)$/.test(word))
    const argv = placed ? words : [...words, '-n', this.namespace]
    const { clock, kubeconfig } = this.backend
    const running = startCommand(argv, { clock, kubeconfig: as ?? kubeconfig, ...rest })
    this.#running.add(running)
    return running
  }

  async apply(...objects: KubeObject[]): Promise<void> {
    for (const object of objects) {
      const metadata = { ...object.metadata, namespace: this.namespace }
      await this.backend.api.apply(this.#path(object.kind ?? '', object.metadata.name), { ...object, metadata })
    }
  }

  patch(kind: string, name: string, patch: object): Promise<void> {
    return this.backend.api.mergePatch(this.#path(kind, name), patch)
  }

  get<T extends KubeObject>(kind: string, name: string): Promise<T> {
    return this.backend.api.send<T>('GET', this.#path(kind, name))
  }

  async list<T extends KubeObject>(kind: string): Promise<T[]> {
    return (await this.backend.api.send<{ items: T[] }>('GET', this.#path(kind))).items
  }

  async delete(kind: string, name: string): Promise<void> {
    await this.backend.api.send('DELETE', this.#path(kind, name))
  }

  rollout(name = 'web'): Promise<Rollout> {
    return this.get<Rollout>('Rollout', name)
  }

  pods(): Promise<Pod[]> {
    return this.list<Pod>('Pod')
  }

  /** Gives the rollout a new pod template, as somebody else does who applies a manifest. */
  release(version: Version, name = 'web'): Promise<void> {
    return this.patch('Rollout', name, { spec: { template: template(version) } })
  }

  /** Applies a rollout and waits until it is Healthy. */
  async deployed(rollout: Rollout, ...before: KubeObject[]): Promise<void> {
    await this.apply(...before, rollout)
    await this.untilPhase('Healthy', rollout.metadata.name)
  }

  /** Deploys a rollout, releases another version, and waits until that is paused. */
  async paused(rollout: Rollout, version: Version = { image: 'docker.io/library/web:2' }): Promise<void> {
    await this.deployed(rollout)
    await this.release(version, rollout.metadata.name)
    await this.untilPhase('Paused', rollout.metadata.name)
  }

  /** Waits for a phase of the newest spec, and until the controller is done with it. */
  untilPhase(phase: string, name = 'web'): Promise<Rollout> {
    return this.untilQuiet(
      ({ metadata, status }) => status?.phase === phase && status.observedGeneration === String(metadata.generation),
      `rollout ${name} to be ${phase}`,
      name,
    )
  }

  /** Waits for a pause at this step, and until the controller is done with it. */
  untilStep(step: number, name = 'web'): Promise<Rollout> {
    return this.untilQuiet(
      ({ status }) => status?.currentStepIndex === step && status.phase === 'Paused',
      `rollout ${name} to pause at step ${step}`,
      name,
    )
  }

  /**
   * Waits for a state in which nothing is written for a second. The real controller loses a write of somebody else that
   * comes while it works on the object: at the end of its work it puts its own older copy back into its cache
   * (argo-rollouts rollout/controller.go, writeBackToInformer) and does not look again before the next write.
   */
  async untilQuiet(isSo: (rollout: Rollout) => boolean, what: string, name = 'web'): Promise<Rollout> {
    let seen = { version: '', sinceMs: 0 }
    return this.untilRollout(
      rollout => {
        const { resourceVersion: version = '' } = rollout.metadata
        if (version !== seen.version) seen = { version, sinceMs: Date.now() }
        return isSo(rollout) && Date.now() - seen.sinceMs >= this.backend.quietMs
      },
      what,
      name,
    )
  }

  async untilRollout(isSo: (rollout: Rollout) => boolean, what: string, name = 'web'): Promise<Rollout> {
    let last: Rollout | undefined
    await this.until(
      async () => {
        last = await this.rollout(name)
        return isSo(last)
      },
      () => `${what}; it is ${last?.status?.phase} (${last?.status?.message}) at ${last?.status?.currentStepIndex}`,
    )
    return last as Rollout
  }

  async until(
    isSo: () => boolean | Promise<boolean>,
    what: string | (() => string),
    patienceMs = this.backend.patienceMs,
  ): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`)
      await new Promise(resolve => setTimeout(resolve, this.backend.name === 'cluster' ? 100 : 20))
    }
  }

  /** Waits until a running command has written something. */
  async untilWrites(running: Running, pattern: RegExp): Promise<void> {
    const text = () => `${running.stdout.text}${running.stderr.text}`
    await this.until(
      () => pattern.test(text()) || running.hasEnded,
      () => `${pattern} in what it wrote:\n${text()}`,
    )
    if (!pattern.test(text())) throw new Error(`it ended without ${pattern}:\n${text()}`)
  }

  /** Lets so many seconds of the cluster pass. */
  async pass(seconds: number): Promise<void> {
    const end = this.backend.clock.now() + seconds * 1000
    await this.until(() => this.backend.clock.now() >= end, `${seconds} s to pass`)
  }

  somebodyWho(name: string, ...permissions: Permission[]): Promise<string> {
    return this.backend.kubeconfigFor(this.namespace, `${name}-${this.namespace}`, permissions)
  }

  /** What every container of this namespace writes when it starts; to be said before there are any. */
  podsWrite(...lines: string[]): void {
    this.backend.podsWrite(this.namespace, lines)
  }

  metric(first: Measured): { url: string; answer(measured: Measured): void } {
    const metric = this.backend.metric(this.namespace)
    metric.answer(first)
    return metric
  }

  /** Ends the commands that a failed scenario has left running. The namespace stays until the cluster goes. */
  async end(): Promise<void> {
    for (const running of this.#running) if (!running.hasEnded) await running.interrupt()
  }

  #path(kind: string, name?: string): string {
    const path = paths[kind]
    if (!path) throw new Error(`no path of kind ${kind}: add it`)
    const at = path.lastIndexOf('/')
    const root = path.startsWith('v1/') ? '/api' : '/apis'
    return [root, path.slice(0, at), 'namespaces', this.namespace, path.slice(at + 1), name]
      .filter(word => word !== undefined)
      .join('/')
  }
}

type Scenario = (name: string, act: (world: World) => Promise<void>, timeoutMs?: number) => void

/**
 * The backend of a test file. A `scenario` has a namespace of its own and runs with the others at once; what is done
 * `alone` concerns the whole cluster, and runs when the others have ended.
 */
export function contract(start: () => Promise<Backend> = startBackend): { scenario: Scenario; alone: Scenario } {
  let backend: Backend
  const file = randomBytes(2).toString('hex')
  let count = 0
  beforeAll(async () => {
    backend = await start()
  })
  afterAll(() => backend?.stop())
  const inWorld = (act: (world: World) => Promise<void>) => async () => {
    count += 1
    const world = new World(backend, `s${count}-${file}`)
    await backend.createNamespace(world.namespace)
    try {
      await act(world)
    } finally {
      await world.end()
    }
  }
  return {
    scenario: (name, act, timeoutMs) => it.concurrent(name, inWorld(act), timeoutMs),
    alone: (name, act, timeoutMs) => it(name, inWorld(act), timeoutMs),
  }
}

/** Which requests a command made, of what it wrote with `-v 6`: `GET /apis/...?...`. */
export function requestsOf({ stderr }: Pick<Result, 'stderr'>): string[] {
  return [...stderr.matchAll(/^([A-Z]+) https?:\/\/[^/]+(\S+) (?:\d+|failed)/gm)].map(
    ([, method, path]) => `${method} ${path}`,
  )
}
