import type { Host } from '../../src/lib/cli/host.ts'
import { MemoryClient } from '../../src/lib/playground/memory-client.ts'
import { run } from '../../src/main.ts'
import type { FakeContext } from './context.ts'

export interface CommandResult {
  exitCode: number
  stdout: string
  stderr: string
}

/**
 * Runs one command line as a shell would, in the given context: `runCommand('rollout get web -n shop', context)`.
 * What the context's outputs hold already stays in them and is not in the result.
 */
export async function runCommand(line: string | readonly string[], context: FakeContext): Promise<CommandResult> {
  const argv = typeof line === 'string' ? line.split(' ').filter(word => word !== '') : line
  const before = { stdout: context.stdout.text.length, stderr: context.stderr.text.length }
  const exitCode = await run(argv, fakeHost(context))
  return {
    exitCode,
    stdout: context.stdout.text.slice(before.stdout),
    stderr: context.stderr.text.slice(before.stderr),
  }
}

/** A host whose commands all get this context; of the connection flags only the namespace means anything there. */
export function fakeHost(context: FakeContext): Host {
  return {
    env: context.env,
    workingDirectory: context.workingDirectory,
    writeError: text => context.stderr.write(text),
    writeOutput: text => context.stdout.write(text),
    hasErrorColor: () => context.stderr.hasColor,
    createContext: ({ connection: { namespace } }) => ({
      ...context,
      kube: async () => {
        const { client } = context
        if (namespace === undefined || !(client instanceof MemoryClient)) return client
        return client.withFlags({ namespace, namespaceIsExplicit: true })
      },
    }),
  }
}
