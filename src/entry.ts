import { createNodeHost } from './lib/cli/node-host.ts'
import { run } from './main.ts'

const host = createNodeHost()

/** Id of the command that runs, for the code cache of bin/run.cjs; undefined before one was found. */
export function startedCommand(): string | undefined {
  return host.startedCommand
}

/** The process: runs its command line and ends with the command's exit code. */
async function start(): Promise<void> {
  const code = await run(process.argv.slice(2), host)
  await host.close()
  process.exit(host.isInterrupted ? 130 : code)
}

void start()
