import type { Context } from '../../context/context.ts'
import type { KubeClient, Selection } from '../../context/kube-client.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { type ReflectorEvent, reflect } from '../../kube/reflector.ts'
import { pods, rollouts } from '../../kube/resource-types.ts'
import { isPassing } from '../../kube/retry.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Rollout } from '../rollout.ts'
import type { LogEntry, LogOptions } from './log-entry.ts'
import { type LogSource, logSources } from './log-source.ts'
import { Mailbox } from './mailbox.ts'
import { readLog } from './read-log.ts'

const reopenDelayMs = 1_000
/** as `kubectl logs -l` begins */
const defaultTail = 10

/**
 * New lines as they come, and those of pods and containers that come later. Which pods are canary and which stable is
 * looked up anew whenever the rollout changes. Ends when the rollout is deleted, or by throwing the signal's reason.
 */
export async function* followLogs(
  client: KubeClient,
  rollout: Rollout,
  selection: Selection,
  options: LogOptions,
  context: Context,
): AsyncGenerator<LogEntry> {
  const mailbox = new Mailbox<LogEntry>()
  const own = new AbortController()
  const signal = AbortSignal.any([context.signal, own.signal])
  const streams = new Streams(client, options, context, signal, mailbox, rollout)
  const { namespace, name } = rollout.metadata
  const rolloutSelection = { ...(namespace !== undefined && { namespace }), fieldSelector: `metadata.name=${name}` }
  const never = { giveUpAfterMs: Number.POSITIVE_INFINITY, signal }
  const watches = [
    drain(reflect<Rollout>(client, rollouts, rolloutSelection, context, never), event => streams.takeRollout(event)),
    drain(reflect<Pod>(client, pods, selection, context, never), event => streams.takePod(event)),
  ]
  for (const watch of watches) watch.catch(error => mailbox.close({ error }))
  const onAbort = () => mailbox.close({ error: context.signal.reason })
  context.signal.addEventListener('abort', onAbort)
  try {
    context.signal.throwIfAborted()
    yield* mailbox
  } finally {
    context.signal.removeEventListener('abort', onAbort)
    own.abort()
    await Promise.allSettled([...watches, streams.ended()])
  }
}

async function drain<T>(events: AsyncIterable<T>, take: (event: T) => void): Promise<void> {
  for await (const event of events) take(event)
}

class Streams {
  /** by pod, container and restart: what is read, or was read to its end */
  readonly #open = new Map<string, Promise<void>>()
  readonly #pods = new Map<string, Pod>()
  readonly #client: KubeClient
  readonly #options: LogOptions
  readonly #context: Context
  readonly #signal: AbortSignal
  readonly #mailbox: Mailbox<LogEntry>
  #rollout: Rollout
  /** pods that were there at the beginning show their last lines only, later ones all */
  #isSynced = false

  constructor(
    client: KubeClient,
    options: LogOptions,
    context: Context,
    signal: AbortSignal,
    mailbox: Mailbox<LogEntry>,
    rollout: Rollout,
  ) {
    this.#client = client
    this.#options = options
    this.#context = context
    this.#signal = signal
    this.#mailbox = mailbox
    this.#rollout = rollout
  }

  takeRollout(event: ReflectorEvent<Rollout>): void {
    if (event.kind === 'deleted') {
      this.#mailbox.push({ kind: 'note', message: 'the rollout was deleted' })
      this.#mailbox.close()
    } else if (event.kind === 'added' || event.kind === 'modified') {
      this.#rollout = event.object
      for (const pod of this.#pods.values()) this.#openAll(pod)
    }
  }

  takePod(event: ReflectorEvent<Pod>): void {
    switch (event.kind) {
      case 'added':
      case 'modified':
        this.#pods.set(event.object.metadata.name, event.object)
        this.#openAll(event.object)
        break
      case 'deleted':
        this.#pods.delete(event.object.metadata.name)
        break
      case 'synced':
        this.#isSynced = true
        break
      case 'disconnected':
        this.#mailbox.push({ kind: 'note', message: `the API server does not answer: ${event.message}; trying again` })
        break
    }
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.#open.values())
  }

  #openAll(pod: Pod): void {
    for (const source of logSources(this.#rollout, pod, this.#options)) {
      const key = `${source.pod}/${source.container}/${source.restarts}`
      if (this.#open.has(key)) continue
      this.#open.set(key, this.#follow(source, this.#firstOptions(source)))
    }
  }

  #firstOptions(source: LogSource): LogOptions {
    const { sinceSeconds, sinceTime, tailLines } = this.#options
    const isNew = this.#isSynced || source.restarts > 0
    if (isNew) {
      // what the user said about the beginning is about what was there then
      const { tailLines: _tail, sinceSeconds: _seconds, sinceTime: _time, ...rest } = this.#options
      return this.#isSynced ? rest : this.#options
    }
    const hasBeginning = sinceSeconds !== undefined || sinceTime !== undefined || tailLines !== undefined
    return hasBeginning ? this.#options : { ...this.#options, tailLines: defaultTail }
  }

  /** One container's log to its end; a connection that is cut goes on after the last line. */
  async #follow(source: LogSource, options: LogOptions): Promise<void> {
    let last: string | undefined
    for (;;) {
      try {
        const from = last === undefined ? undefined : { sinceTime: last }
        const seen = last
        for await (const line of readLog(this.#client, source, options, this.#signal, from)) {
          // sinceTime has whole seconds for the server, so lines that were given come again
          if (seen !== undefined && line.time !== undefined && line.time <= seen) continue
          if (line.time !== undefined) last = line.time
          this.#mailbox.push(line)
        }
        return
      } catch (error) {
        if (this.#signal.aborted) return
        if (!isPassing(error)) {
          const message = error instanceof Failure ? error.message : String(error)
          this.#mailbox.push({ kind: 'note', message: `pod ${safeText(source.pod)}: ${message}` })
          return
        }
        await this.#context.clock.sleep(reopenDelayMs, this.#signal).catch(() => {})
        if (this.#signal.aborted) return
      }
    }
  }
}
