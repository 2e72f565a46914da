import { describe, expect, it } from 'vitest'
import type { LogOptions as ServerOptions } from '../../../../src/lib/context/kube-client.ts'
import type { Pod } from '../../../../src/lib/kube/core-objects.ts'
import { pods, rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import type { LogEntry, LogOptions } from '../../../../src/lib/rollouts/logs/log-entry.ts'
import { Mailbox } from '../../../../src/lib/rollouts/logs/mailbox.ts'
import { rolloutLogs } from '../../../../src/lib/rollouts/logs/rollout-logs.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { progressing } from '../actions/rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }

function pod(
  name: string,
  hash: string,
  more: { restarts?: number; waiting?: boolean; containers?: string[] } = {},
): Pod {
  const { restarts = 0, waiting = false, containers = ['loans-api'] } = more
  const state = waiting
    ? { waiting: { reason: 'ContainerCreating' } }
    : { running: { startedAt: '2026-11-24T12:00:00Z' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'loans', labels: { app: 'loans-api', 'rollouts-pod-template-hash': hash } },
    spec: { containers: containers.map(each => ({ name: each })) },
    status: {
      phase: 'Running',
      containerStatuses: containers.map(each => ({ name: each, restartCount: restarts, state })),
    },
  }
}

const line = (second: number, text: string) => `2026-11-24T12:00:${String(second).padStart(2, '0')}.5Z ${text}`

/** Containers whose lines the test writes; a follow stays open until the mailbox is closed. */
class Kubelet {
  readonly asked: { pod: string; options: ServerOptions }[] = []
  readonly #lines = new Map<string, string[]>()
  readonly #open = new Map<string, Mailbox<string>>()

  has(name: string, ...lines: string[]): this {
    this.#lines.set(name, lines)
    return this
  }

  say(name: string, text: string): void {
    this.#open.get(name)?.push(text)
  }

  end(name: string, error?: Failure): void {
    this.#open.get(name)?.close(error ? { error } : {})
  }

  logs = ({ name }: { name: string }, options: ServerOptions, signal?: AbortSignal): AsyncIterable<string> => {
    this.asked.push({ pod: name, options })
    const lines = this.#lines.get(name) ?? []
    const mailbox = new Mailbox<string>()
    for (const text of lines.slice(options.tailLines === undefined ? 0 : -options.tailLines)) mailbox.push(text)
    if (options.follow) {
      this.#open.set(name, mailbox)
      signal?.addEventListener('abort', () => mailbox.close({ error: signal.reason }))
    } else mailbox.close()
    return mailbox
  }
}

function setUp(objects: Pod[], kubelet: Kubelet, options: LogOptions) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects: [progressing(), ...objects], logs: kubelet.logs })
  const context = fakeContext({ client, clock })
  const entries: LogEntry[] = []
  let failure: unknown
  const run = (async () => {
    for await (const entry of rolloutLogs(ref, options, context)) entries.push(entry)
  })().catch(error => {
    failure = error
  })
  return {
    client,
    store,
    clock,
    context,
    run,
    entries,
    get failure() {
      return failure
    },
    texts: () =>
      entries.map(each => (each.kind === 'line' ? `${each.arm} ${each.pod}: ${each.line}` : `note: ${each.message}`)),
  }
}

const both = [pod('c-1', 'canary'), pod('s-1', 'stable')]
const kubeletOfBoth = () =>
  new Kubelet().has('c-1', line(1, 'one'), line(4, 'four')).has('s-1', line(2, 'two'), line(3, 'three'))

describe('rolloutLogs', () => {
  it('puts the lines of all pods in order of time', async () => {
    const logs = setUp(both, kubeletOfBoth(), {})
    await logs.run
    expect(logs.texts()).toEqual(['canary c-1: one', 'stable s-1: two', 'stable s-1: three', 'canary c-1: four'])
    expect(logs.entries[0]).toMatchObject({ container: 'loans-api', time: '2026-11-24T12:00:01.5Z' })
  })

  it.each<{ at: string; options: LogOptions; says: string[] }>([
    { at: 'the canary', options: { arm: 'canary' }, says: ['canary c-1: one', 'canary c-1: four'] },
    { at: 'the stable version', options: { arm: 'stable' }, says: ['stable s-1: two', 'stable s-1: three'] },
    { at: 'what matches', options: { grep: /^t/ }, says: ['stable s-1: two', 'stable s-1: three'] },
    { at: 'the last lines', options: { tailLines: 1 }, says: ['stable s-1: three', 'canary c-1: four'] },
    {
      at: 'containers before',
      options: { previous: true },
      says: ['note: rollout loans/loans-api has no log to read'],
    },
  ])('shows $at', async ({ options, says }) => {
    const logs = setUp(both, kubeletOfBoth(), options)
    await logs.run
    expect(logs.texts()).toEqual(says)
  })

  it('takes what a terminal would obey out of the lines', async () => {
    const logs = setUp([pod('c-1', 'canary')], new Kubelet().has('c-1', line(1, '\u001b[2Jgone')), {})
    await logs.run
    expect(logs.texts()).toEqual(['canary c-1: gone'])
  })

  it('passes the rest on to the server', async () => {
    const kubelet = kubeletOfBoth()
    const logs = setUp([pod('c-1', 'canary', { restarts: 1 })], kubelet, { sinceSeconds: 60, previous: true })
    await logs.run
    expect(kubelet.asked[0]?.options).toEqual({
      container: 'loans-api',
      timestamps: true,
      sinceSeconds: 60,
      previous: true,
    })
  })

  it('knows the containers there are', async () => {
    const logs = setUp(both, kubeletOfBoth(), { container: 'loan-api' })
    await logs.run
    expect((logs.failure as Failure).message).toBe(
      'rollout loans/loans-api has no container "loan-api" (it has loans-api)',
    )
    expect((logs.failure as Failure).hints).toEqual(['Did you mean loans-api?'])
  })

  it('follows new lines, new pods and a restart, and ends with the signal', async () => {
    const kubelet = new Kubelet().has('c-1', line(1, 'old'))
    const logs = setUp([pod('c-1', 'canary'), pod('c-2', 'canary', { waiting: true })], kubelet, { follow: true })
    await logs.clock.advance(0)
    kubelet.say('c-1', line(2, 'new'))
    await logs.clock.advance(0)
    expect(logs.texts()).toEqual(['canary c-1: old', 'canary c-1: new'])
    expect(kubelet.asked.map(each => each.pod)).toEqual(['c-1'])

    kubelet.has('c-2', line(3, 'started'))
    logs.store.restore(pod('c-2', 'canary'))
    await logs.clock.advance(0)
    kubelet.has('s-9', line(4, 'later'))
    logs.store.restore(pod('s-9', 'stable'))
    await logs.clock.advance(0)
    expect(logs.texts().slice(2)).toEqual(['canary c-2: started', 'stable s-9: later'])

    kubelet.end('c-1')
    kubelet.has('c-1', line(9, 'again'))
    logs.store.restore(pod('c-1', 'canary', { restarts: 1 }))
    await logs.clock.advance(0)
    expect(logs.texts().at(-1)).toBe('canary c-1: again')

    logs.context.abort(new Error('Ctrl-C'))
    await logs.run
    expect((logs.failure as Error).message).toBe('Ctrl-C')
    expect(logs.clock.pending).toBe(0)
  })

  it('begins a follow with the last ten lines', async () => {
    const kubelet = new Kubelet().has('c-1', ...Array.from({ length: 15 }, (_, index) => line(index, `n${index}`)))
    const logs = setUp([pod('c-1', 'canary')], kubelet, { follow: true })
    await logs.clock.advance(0)
    expect(logs.texts()).toHaveLength(10)
    logs.context.abort(new Error('over'))
    await logs.run
  })

  it('goes on after a cut, without repeating itself', async () => {
    const kubelet = new Kubelet().has('c-1', line(1, 'one'))
    const logs = setUp([pod('c-1', 'canary')], kubelet, { follow: true })
    await logs.clock.advance(0)
    kubelet.has('c-1', line(1, 'one'), line(2, 'two'))
    kubelet.end('c-1', new Failure('error', 'cut', { reason: 'ConnectionLost' }))
    await logs.clock.advance(2000)
    expect(logs.texts()).toEqual(['canary c-1: one', 'canary c-1: two'])
    expect(kubelet.asked.at(-1)?.options.sinceTime).toBe('2026-11-24T12:00:01.5Z')
    logs.context.abort(new Error('over'))
    await logs.run
  })

  it('follows a version that becomes the canary', async () => {
    const kubelet = new Kubelet().has('n-1', line(1, 'next'))
    const logs = setUp([pod('n-1', 'next')], kubelet, { follow: true, arm: 'canary' })
    await logs.clock.advance(0)
    expect(logs.texts()).toEqual([])
    logs.store.patch(
      rollouts,
      ref,
      { type: 'merge', body: { status: { currentPodHash: 'next' } }, subresource: 'status' },
      {},
    )
    await logs.clock.advance(0)
    expect(logs.texts()).toEqual(['canary n-1: next'])
    logs.store.delete(rollouts, ref, {})
    await logs.clock.advance(0)
    await logs.run
    expect(logs.texts().at(-1)).toBe('note: the rollout was deleted')
    expect(logs.failure).toBeUndefined()
  })

  it('does not mind a pod that is gone', async () => {
    const logs = setUp(both, kubeletOfBoth(), {})
    logs.store.delete(pods, { namespace: 'loans', name: 's-1' }, {})
    await logs.run
    expect(logs.texts()).toContain('canary c-1: one')
  })
})
