import { isatty, type WriteStream } from 'node:tty'
import { setFlagsFromString } from 'node:v8'
import type { Clock, Context, Input, Output } from '../context/context.ts'
import type { HttpClient } from '../context/http-client.ts'
import type { KubeClient } from '../context/kube-client.ts'
import { Failure } from '../values/failure.ts'
import { colorFlagOf, wantsColor } from './color-choice.ts'
import type { ContextOptions, Host } from './host.ts'

const graceMs = 5_000

export interface NodeHost extends Host {
  /** Waits until everything written has left the process, and ends idle connections. */
  close(): Promise<void>
  /** Whether Ctrl-C or SIGTERM came. */
  readonly isInterrupted: boolean
  readonly startedCommand: string | undefined
}

/** The host of a real process: its streams, clock, environment and signals. */
export function createNodeHost(): NodeHost {
  const { env } = process
  const controller = interruptible()
  const stdoutState = watchForClosing(process.stdout)
  const stderrState = watchForClosing(process.stderr)
  const clients: Promise<KubeClient>[] = []
  let startedCommand: string | undefined
  return {
    env,
    workingDirectory: process.cwd(),
    createContext: options => nodeContext(options, controller.signal, stdoutState, stderrState, clients),
    hasErrorColor: argv => wantsColor(colorFlagOf(argv), process.stderr.isTTY === true, env),
    writeError: text => void (stderrState.isClosed || process.stderr.write(text)),
    writeOutput: text => void (stdoutState.isClosed || process.stdout.write(text)),
    warningsFailure: async () => {
      const connected = await Promise.all(clients.map(client => client.catch(() => undefined)))
      return connected.map(client => client?.warningsFailure?.()).find(failure => failure !== undefined)
    },
    commandStarts: id => {
      startedCommand = id
      if (id.endsWith(':list')) keepYoungGenerationSmall()
    },
    get startedCommand() {
      return startedCommand
    },
    get isInterrupted() {
      return controller.signal.aborted
    },
    close: async () => {
      for (const client of clients) (await client.catch(() => undefined))?.close()
      await Promise.all([drained(process.stdout), drained(process.stderr)])
    },
  }
}

function nodeContext(
  options: ContextOptions,
  signal: AbortSignal,
  stdoutState: StreamState,
  stderrState: StreamState,
  clients: Promise<KubeClient>[],
): Context {
  let client: Promise<KubeClient> | undefined
  let http: Promise<HttpClient> | undefined
  const context: Context = {
    stdin: standardInput(),
    stdout: output(process.stdout, stdoutState, options.color),
    stderr: output(process.stderr, stderrState, options.color),
    clock: systemClock,
    random: Math.random,
    signal,
    env: process.env,
    workingDirectory: process.cwd(),
    kube: () => {
      if (client === undefined) {
        client = import('../kube/connect.ts').then(({ connect }) => connect(options.connection, context))
        clients.push(client)
      }
      return client
    },
    http: () => {
      http ??= import('../http/client.ts').then(({ createHttpClient }) => createHttpClient(context))
      return http
    },
  }
  return context
}

/**
 * Of a long list only rows stay, so room for more young objects is memory without use: V8 takes 15 % less at its peak
 * and is as fast (docs/performance.md). bun has no V8.
 */
function keepYoungGenerationSmall(): void {
  if (process.versions.bun === undefined) setFlagsFromString('--semi-space-growth-factor=1')
}

interface StreamState {
  isClosed: boolean
}

/** A reader that went away (`| head`) closes the stream; what is written afterwards is dropped in silence. */
function watchForClosing(stream: WriteStream): StreamState {
  const state = { isClosed: false }
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED' && error.code !== 'EIO') throw error
    state.isClosed = true
  })
  return state
}

function output(stream: WriteStream, state: StreamState, color: ContextOptions['color']): Output {
  const isTerminal = stream.isTTY === true
  const hasColor = wantsColor(color, isTerminal, process.env)
  return {
    write: text => void (state.isClosed || stream.write(text)),
    isTerminal,
    get isClosed() {
      return state.isClosed
    },
    get columns() {
      return isTerminal ? stream.columns : undefined
    },
    get rows() {
      return isTerminal ? stream.rows : undefined
    },
    hasColor,
  }
}

/** `process.stdin` costs milliseconds to make, and hardly any command reads it. */
function standardInput(): Input {
  const open = () => process.stdin.setEncoding('utf8')
  return {
    isTerminal: isatty(0),
    read: async () => {
      let text = ''
      for await (const chunk of open()) text += chunk
      return text
    },
    readBytes: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    },
    readLine: () =>
      new Promise(resolve => {
        open().once('data', chunk => {
          process.stdin.pause()
          resolve(String(chunk).replace(/\r?\n[\s\S]*$/, ''))
        })
      }),
  }
}

const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/** The first Ctrl-C asks everything to end and gives clean-up five seconds; the second one ends at once. */
function interruptible(): AbortController {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new Failure('interrupted', 'interrupted'))
    setTimeout(() => {
      process.stderr.write('error: clean-up did not end within 5 s and was left\n')
      process.exit(130)
    }, graceMs).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  return controller
}

function drained(stream: WriteStream): Promise<void> {
  return new Promise(resolve => {
    if (stream.writableLength === 0 || stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}
