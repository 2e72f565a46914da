import type { Context } from '../context/context.ts'
import type { ConnectionOptions } from '../kube/connection-options.ts'

export interface ContextOptions {
  connection: ConnectionOptions
  color: 'auto' | 'always' | 'never'
}

/** What the program runs in: the process (cli/node-host.ts), the playground, or a test. */
export interface Host {
  /** Called when the command is found, before it is loaded. */
  commandStarts?(id: string): void
  /** Called once per command, when its flags are known. */
  createContext(options: ContextOptions): Context
  /** What --warnings-as-errors makes of a command that went well otherwise. */
  warningsFailure?(): Promise<Error | undefined>
  /** Where errors go that happen before there is a context. */
  writeError(text: string): void
  writeOutput(text: string): void
  /** whether an error that ends this command line is coloured; its flags may not be parsed yet */
  hasErrorColor(argv: readonly string[]): boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
}
