import { createNodeHost } from './lib/cli/node-host.ts'
import { run } from './main.ts'

/** The process: runs its command line and ends with the command's exit code. */
export async function start(): Promise<void> {
  const host = createNodeHost()
  const code = await run(process.argv.slice(2), host)
  await host.close()
  process.exit(host.isInterrupted ? 130 : code)
}

void start()
