import type { Clock, Context } from '../../src/lib/context/context.ts'
import type { KubeClient } from '../../src/lib/context/kube-client.ts'
import { createHttpClient } from '../../src/lib/http/client.ts'
import { connect } from '../../src/lib/kube/connect.ts'
import { Failure } from '../../src/lib/values/failure.ts'
import { run } from '../../src/main.ts'
import { FakeOutput, type FakeTerminal } from '../fakes/context.ts'

/** How a command ended, and what it wrote. */
export interface Result {
  exitCode: number
  stdout: string
  stderr: string
}

/** A command that runs. */
export interface Running {
  readonly stdout: FakeOutput
  readonly stderr: FakeOutput
  readonly ended: Promise<Result>
  readonly hasEnded: boolean
  readonly wasInterrupted: boolean
  /** as Ctrl-C does it */
  interrupt(): Promise<Result>
}

export interface CommandEnvironment {
  kubeconfig: string
  clock: Clock
  tty?: FakeTerminal
  stdin?: string
  env?: Record<string, string>
  /** stands between the command and its requests, to make others come first */
  client?: (client: KubeClient) => KubeClient
}

/**
 * Starts one command line in this process as a shell would, with its own connection to the cluster of the kubeconfig;
 * nothing between argv and the API server is replaced.
 */
export function startCommand(argv: readonly string[], environment: CommandEnvironment): Running {
  const { kubeconfig, clock, tty, stdin = '' } = environment
  const stdout = new FakeOutput(tty)
  const stderr = new FakeOutput(tty)
  const controller = new AbortController()
  const env = { KUBECONFIG: kubeconfig, ...environment.env }
  const clients: ReturnType<Context['kube']>[] = []
  let hasEnded = false
  const ended = run(argv, {
    env,
    workingDirectory: '/',
    writeError: text => stderr.write(text),
    writeOutput: text => stdout.write(text),
    hasErrorColor: () => false,
    createContext: ({ connection }) => {
      let client: ReturnType<Context['kube']> | undefined
      let http: ReturnType<Context['http']> | undefined
      const context: Context = {
        stdin: {
          isTerminal: false,
          read: async () => stdin,
          readBytes: async () => Buffer.from(stdin),
          readLine: async () => stdin.split('\n')[0] ?? '',
        },
        stdout,
        stderr,
        clock,
        random: Math.random,
        signal: controller.signal,
        env,
        workingDirectory: '/',
        kube: () => {
          if (client) return client
          client = connect(connection, context).then(each => environment.client?.(each) ?? each)
          clients.push(client)
          return client
        },
        http: () => {
          http ??= Promise.resolve(createHttpClient(context))
          return http
        },
      }
      return context
    },
  }).then(async exitCode => {
    for (const client of clients) (await client.catch(() => undefined))?.close()
    hasEnded = true
    return { exitCode, stdout: stdout.text, stderr: stderr.text }
  })
  return {
    stdout,
    stderr,
    ended,
    get hasEnded() {
      return hasEnded
    },
    get wasInterrupted() {
      return controller.signal.aborted
    },
    interrupt: () => {
      controller.abort(new Failure('interrupted', 'interrupted'))
      return ended
    },
  }
}
