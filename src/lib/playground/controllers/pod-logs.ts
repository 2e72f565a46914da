import type { LogOptions } from '../../context/kube-client.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { pods } from '../../kube/resource-types.ts'
import type { Timeline } from '../clock.ts'
import { badRequest } from '../store/status-error.ts'
import type { ObjectStore } from '../store/store.ts'

interface Line {
  atMs: number
  text: string
}

interface ContainerLog {
  current: Line[]
  previous: Line[] | undefined
  /** readers that wait for more */
  waiting: Set<() => void>
}

export interface LogSource {
  namespace: string
  pod: string
  container: string
}

/** What the containers of the playground have written, and who reads along. */
export class PodLogs {
  readonly #store: ObjectStore
  readonly #timeline: Timeline
  readonly #logs = new Map<string, ContainerLog>()

  constructor(store: ObjectStore, timeline: Timeline) {
    this.#store = store
    this.#timeline = timeline
  }

  append(source: LogSource, lines: readonly string[]): void {
    const log = this.#log(source)
    log.current.push(...lines.map(text => ({ atMs: this.#timeline.now(), text })))
    wake(log)
  }

  /** A container starts anew: what it has written before is its previous log. */
  restart(source: LogSource): void {
    const log = this.#log(source)
    if (log.current.length > 0 || log.previous) log.previous = log.current
    log.current = []
  }

  /** Forgets the logs of a pod that is gone; whoever follows them has reached the end. */
  remove(namespace: string, pod: string): void {
    for (const [key, log] of this.#logs) {
      if (!key.startsWith(`${namespace}/${pod}/`)) continue
      this.#logs.delete(key)
      wake(log)
    }
  }

  /** The lines of a container, refused as a kubelet refuses it. With `follow` it ends with the pod or the signal. */
  async *read(
    ref: { namespace: string; name: string },
    options: LogOptions,
    signal?: AbortSignal,
  ): AsyncIterable<string> {
    const pod = this.#store.get<Pod>(pods, ref)
    const source = { namespace: ref.namespace, pod: ref.name, container: containerOf(pod, options.container) }
    checkReadable(pod, source.container, options.previous ?? false)
    const log = this.#log(source)
    const all = options.previous ? (log.previous ?? []) : log.current
    const sinceMs = this.#sinceMs(options)
    const recent = all.filter(line => line.atMs >= sinceMs)
    const shown =
      options.tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - options.tailLines))
    const print = (line: Line) => (options.timestamps ? `${nanosText(line.atMs)} ${line.text}` : line.text)
    for (const line of shown) yield print(line)
    if (options.follow && !options.previous)
      for await (const line of this.#follow(source, log, signal)) yield print(line)
  }

  async *#follow(source: LogSource, log: ContainerLog, signal?: AbortSignal): AsyncIterable<Line> {
    const followed = log.current
    let read = followed.length
    while (!signal?.aborted && this.#logs.get(keyOf(source)) === log && log.current === followed) {
      const line = followed[read]
      if (line) {
        read += 1
        yield line
        continue
      }
      await new Promise<void>(resolve => {
        const done = () => {
          log.waiting.delete(done)
          signal?.removeEventListener('abort', done)
          resolve()
        }
        log.waiting.add(done)
        signal?.addEventListener('abort', done, { once: true })
      })
    }
    yield* followed.slice(read)
  }

  #sinceMs({ sinceSeconds, sinceTime }: LogOptions): number {
    if (sinceTime !== undefined) return Date.parse(sinceTime)
    return sinceSeconds === undefined ? 0 : this.#timeline.now() - sinceSeconds * 1000
  }

  #log(source: LogSource): ContainerLog {
    const key = keyOf(source)
    const log = this.#logs.get(key) ?? { current: [], previous: undefined, waiting: new Set() }
    this.#logs.set(key, log)
    return log
  }
}

const keyOf = ({ namespace, pod, container }: LogSource) => `${namespace}/${pod}/${container}`

const wake = (log: ContainerLog) => {
  for (const done of [...log.waiting]) done()
}

/** RFC 3339 with nanoseconds, as the kubelet stamps lines. */
const nanosText = (ms: number) => new Date(ms).toISOString().replace('Z', '000000Z')

function containerOf(pod: Pod, asked: string | undefined): string {
  const { name } = pod.metadata
  const names = (pod.spec?.containers ?? []).map(each => each.name)
  const init = (pod.spec?.initContainers ?? []).map(each => each.name)
  if (asked) {
    if (![...names, ...init].includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
    return asked
  }
  const [first = '', ...others] = names
  const inits = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  if (others.length > 0) {
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]${inits}`)
  }
  return first
}

function checkReadable(pod: Pod, container: string, previous: boolean): void {
  const { name } = pod.metadata
  const status = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
    each => each.name === container,
  )
  if (previous && !status?.lastState?.terminated) {
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
  }
  const waiting = status?.state?.waiting
  const hasRun = status?.lastState?.terminated !== undefined
  if (!previous && (!status || (waiting && !hasRun))) {
    const reason = waiting?.reason ?? 'ContainerCreating'
    const why =
      reason.startsWith('ErrImage') || reason.startsWith('ImagePull') ? `trying and failing to pull image` : reason
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`)
  }
}
