import type { Context, Output } from '../../src/lib/context/context.ts'
import type { HttpClient } from '../../src/lib/context/http-client.ts'
import type { KubeClient } from '../../src/lib/context/kube-client.ts'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { createHttpClient } from '../../src/lib/http/client.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { MemoryClient, type MemoryClientOptions } from '../../src/lib/playground/memory-client.ts'
import { seededRandom } from '../../src/lib/playground/random.ts'
import { ObjectStore } from '../../src/lib/playground/store/store.ts'

/** An output that remembers. `close()` is what EPIPE does. */
export class FakeOutput implements Output {
  text = ''
  isClosed = false
  readonly isTerminal: boolean
  readonly hasColor: boolean
  readonly columns: number | undefined
  readonly rows: number | undefined

  constructor(tty?: FakeTerminal) {
    this.isTerminal = tty !== undefined
    this.hasColor = tty?.color ?? false
    this.columns = tty ? (tty.columns ?? 80) : undefined
    this.rows = tty ? (tty.rows ?? 24) : undefined
  }

  write(text: string): void {
    if (!this.isClosed) this.text += text
  }

  close(): void {
    this.isClosed = true
  }

  /** what was written, without the final line end, by lines */
  get lines(): string[] {
    return this.text === '' ? [] : this.text.replace(/\n$/, '').split('\n')
  }
}

export interface FakeTerminal {
  columns?: number
  rows?: number
  color?: boolean
}

export interface FakeContextOptions {
  /** default: a MemoryClient on a new store */
  client?: KubeClient
  /** default: the real one, which may talk to servers of the test */
  http?: HttpClient
  clock?: VirtualClock
  env?: Record<string, string>
  /** both outputs are terminals; `true` is 80x24 without colour */
  tty?: boolean | FakeTerminal
  seed?: number
  workingDirectory?: string
  stdin?: string
}

export interface FakeContext extends Context {
  readonly stdout: FakeOutput
  readonly stderr: FakeOutput
  readonly clock: VirtualClock
  readonly client: KubeClient
  /** as Ctrl-C does it */
  abort(reason?: unknown): void
}

/** Everything that a function may reach, under the test's control. Time stands still until `context.clock.advance(ms)`. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const tty = options.tty === true ? {} : options.tty || undefined
  const clock = options.clock ?? new VirtualClock()
  const controller = new AbortController()
  const client = options.client ?? fakeClient({ clock, signal: controller.signal }).client
  let { http } = options
  const context: FakeContext = {
    stdin: {
      isTerminal: tty !== undefined,
      read: async () => options.stdin ?? '',
      readBytes: async () => Buffer.from(options.stdin ?? ''),
      readLine: async () => options.stdin?.split('\n')[0] ?? '',
    },
    stdout: new FakeOutput(tty),
    stderr: new FakeOutput(tty),
    clock,
    random: seededRandom(options.seed ?? 1),
    signal: controller.signal,
    env: options.env ?? {},
    workingDirectory: options.workingDirectory ?? '/work',
    client,
    kube: async () => client,
    http: async () => {
      http ??= createHttpClient(context)
      return http
    },
    abort: reason => controller.abort(reason),
  }
  return context
}

export interface FakeClientOptions extends MemoryClientOptions {
  clock?: VirtualClock
  /** put into the store as they are, status included */
  objects?: readonly KubeObject[]
}

/** A client on a store of its own that holds the given objects; nothing moves in it by itself. */
export function fakeClient(options: FakeClientOptions = {}): { client: MemoryClient; store: ObjectStore } {
  const clock = options.clock ?? new VirtualClock()
  const store = new ObjectStore({ now: () => clock.now(), random: seededRandom(7) })
  const client = new MemoryClient(store, options)
  for (const object of options.objects ?? []) store.restore(object)
  return { client, store }
}
