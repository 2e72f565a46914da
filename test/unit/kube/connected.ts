import type { Clock, Context } from '../../../src/lib/context/context.ts'
import type { RunProcess } from '../../../src/lib/kube/auth/run-process.ts'
import type { HttpKubeClient } from '../../../src/lib/kube/client.ts'
import { connect } from '../../../src/lib/kube/connect.ts'
import type { ConnectionOptions } from '../../../src/lib/kube/connection-options.ts'
import { Failure } from '../../../src/lib/values/failure.ts'
import { type FakeContext, FakeOutput, fakeContext } from '../../fakes/context.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'
import type { TlsServer } from '../../fakes/tls-server.ts'

/** Real time, made faster: sockets need real turns of the event loop, and waits of seconds would make tests slow. */
class FastClock implements Clock {
  readonly sleeps: number[] = []
  private readonly startedAt = performance.now()
  private readonly speed: number
  constructor(speed: number) {
    this.speed = speed
  }

  now(): number {
    return Date.UTC(2026, 0, 1) + Math.round((performance.now() - this.startedAt) * this.speed)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms)
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms / this.speed)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}

export type NetworkContext = Omit<FakeContext, 'clock'> & { clock: FastClock }

/** A context for talking to a server of the test over real sockets. */
export function networkContext(
  options: { speed?: number; env?: Record<string, string>; color?: boolean; stdinIsTerminal?: boolean } = {},
): NetworkContext {
  const base = fakeContext({ env: { PATH: process.env.PATH ?? '', ...options.env } })
  return {
    ...base,
    signal: base.signal,
    stderr: new FakeOutput(options.color ? { color: true } : undefined),
    stdin: { ...base.stdin, isTerminal: options.stdinIsTerminal ?? false },
    clock: new FastClock(options.speed ?? 1),
  }
}

interface Kubeconfig {
  server?: string
  cluster?: Record<string, unknown>
  user?: Record<string, unknown>
  context?: Record<string, unknown>
}

/** A kubeconfig with one context `test`, as JSON, which is YAML too. */
export function kubeconfigText({ server, cluster, user, context }: Kubeconfig): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test-cluster', user: 'test-user', ...context } }],
    clusters: [{ name: 'test-cluster', cluster: { server, ...cluster } }],
    users: [{ name: 'test-user', user: user ?? {} }],
  })
}

export const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Cluster entry that trusts the server. */
export const trusted = (server: TlsServer) => ({ 'certificate-authority-data': base64(server.authority) })

/** A client for the server, by way of a kubeconfig in a file. */
export async function connectTo(
  server: TlsServer,
  how: Kubeconfig & { options?: ConnectionOptions; context?: never } = {},
  context: Context = networkContext(),
  effects?: { runProcess: RunProcess },
): Promise<HttpKubeClient> {
  const folder = temporaryFolder({
    config: kubeconfigText({ server: server.url, ...how, cluster: { ...trusted(server), ...how.cluster } }),
  })
  try {
    return await connect({ kubeconfig: folder.file('config'), ...how.options }, context, effects)
  } finally {
    folder.remove()
  }
}

/** The Failure that the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** All that an iterable gives until it ends. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
