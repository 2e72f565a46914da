import { Config } from '@oclif/core/config'
import packageJson from '../package.json' with { type: 'json' }
import { commands, topics } from './commands.ts'
import { renderFailure, toFailure } from './lib/cli/command-error.ts'
import { type CommandLine, splitCommand } from './lib/cli/command-line.ts'
import { exitCodes } from './lib/cli/exit-codes.ts'
import { globalFlags } from './lib/cli/flags.ts'
import type { Host } from './lib/cli/host.ts'
import { flagDefinitions } from './lib/cli/oclif-flags.ts'
import { bindHost, type CommandTable, staticPlugin } from './lib/cli/static-plugin.ts'
import type { Outcome } from './lib/values/failure.ts'

const table: CommandTable = commands
const { name, version, description } = packageJson

/**
 * Runs one command line and says with which code the process should end. Never throws and never exits, so that the
 * playground and the tests run commands the way a shell does.
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let commandName = ''
  try {
    const asked = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
    const line = splitCommand(asked, Object.keys(table), flagDefinitions(globalFlags))
    if (line.commandId === undefined || wantsHelp(line)) {
      host.writeOutput(await helpFor(line.commandId ?? line.topicId ?? ''))
      return exitCodes.done
    }
    commandName = line.commandId.replaceAll(':', ' ')
    const config = await loadConfig(host)
    return exitCodes[await config.runCommand<Outcome>(line.commandId, line.rest)]
  } catch (error) {
    const failure = toFailure(error)
    const options = { color: host.hasErrorColor(argv), verbosity: verbosityOf(argv) }
    host.writeError(renderFailure(failure, commandName, options))
    return exitCodes[failure.outcome]
  }
}

function wantsHelp(line: CommandLine): boolean {
  const end = line.rest.indexOf('--')
  return line.rest.slice(0, end < 0 ? undefined : end).some(word => word === '--help' || word === '-h')
}

async function helpFor(subject: string): Promise<string> {
  const { commandHelp, topicHelp } = await import('./lib/cli/help.ts')
  const load = table[subject]
  return load === undefined ? topicHelp(subject, table, topics) : commandHelp(subject, (await load()).default)
}

async function loadConfig(host: Host): Promise<Config> {
  const plugin = staticPlugin({ name, version, description, topics }, table)
  // `root` is never read: the plugin is already here
  const config = await Config.load({ root: '/', plugins: new Map([[name, plugin]]) })
  bindHost(config, host)
  return config
}

/** -v as far as it matters before the flags are parsed: whether to show a stack trace. */
function verbosityOf(argv: readonly string[]): number {
  const match = / (?:-v|--v)[ =]?(\d+)/.exec(` ${argv.join(' ')}`)
  return match === null ? 0 : Number(match[1])
}
