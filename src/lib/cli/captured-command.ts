import type { Clock, Context, Output } from '../context/context.ts'
import type { Host } from './host.ts'

/** What a command wrote, and where it may go on writing. */
interface Captured {
  output: Output
  text: () => string
}

/** An output that keeps what is written, and looks like another one to whoever writes. */
function captured(like: Output): Captured {
  let text = ''
  const output: Output = {
    write: piece => {
      text += piece
    },
    // not a terminal, so that nothing is redrawn in what is shown later
    isTerminal: false,
    isClosed: false,
    columns: like.columns,
    rows: like.rows,
    hasColor: like.hasColor,
  }
  return { output, text: () => text }
}

/**
 * A host for one command inside another: on the given cluster and clock, its outputs kept instead of shown.
 */
export function capturingHost(
  context: Context,
  cluster: { kubeconfigPath: string; clock: Clock },
): { host: Host; stdout: () => string; stderr: () => string; close: () => Promise<void> } {
  const stdout = captured(context.stdout)
  const stderr = captured(context.stderr)
  let client: ReturnType<Context['kube']> | undefined
  // by the environment and not by a flag, so that the commands that are suggested stay short
  const env = { ...context.env, KUBECONFIG: cluster.kubeconfigPath }
  const host: Host = {
    env,
    workingDirectory: context.workingDirectory,
    writeError: text => stderr.output.write(text),
    writeOutput: text => stdout.output.write(text),
    hasErrorColor: () => context.stderr.hasColor,
    createContext: ({ connection }) => {
      const inner: Context = {
        ...context,
        random: () => context.random(),
        signal: context.signal,
        env,
        stdout: stdout.output,
        stderr: stderr.output,
        clock: cluster.clock,
        kube: () => {
          client ??= import('../kube/connect.ts').then(({ connect }) => connect(connection, inner))
          return client
        },
      }
      return inner
    },
  }
  return {
    host,
    stdout: stdout.text,
    stderr: stderr.text,
    close: async () => (await client?.catch(() => undefined))?.close(),
  }
}
