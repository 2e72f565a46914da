import { Config } from '@oclif/core/config'
import packageJson from '../package.json' with { type: 'json' }
import { commands, topics } from './commands.ts'
import { type CommandLine, splitCommand } from './lib/cli/command-line.ts'
import { exitCodes } from './lib/cli/exit-codes.ts'
import { globalFlags } from './lib/cli/flags.ts'
import type { Host } from './lib/cli/host.ts'
import { flagDefinitions } from './lib/cli/oclif-flags.ts'
import { type CommandModule, type CommandTable, staticPlugin } from './lib/cli/static-plugin.ts'

const table: CommandTable = commands
const { name, version, description } = packageJson

/**
 * Runs one command line and says with which code the process should end. Never throws and never exits, so that the
 * playground and the tests run commands the way a shell does.
 */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  let commandName = ''
  if (argv[0] === '__complete' || argv[0] === '__completeNoDesc') return completeFor(argv, host)
  try {
    const asked = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
    const line = splitCommand(asked, Object.keys(table), flagDefinitions(globalFlags))
    if (line.commandId === undefined || wantsHelp(line)) {
      host.writeOutput(await helpFor(line.commandId ?? line.topicId ?? ''))
      return exitCodes.done
    }
    commandName = line.commandId.replaceAll(':', ' ')
    host.commandStarts?.(line.commandId)
    const { default: Class } = await load(line.commandId)
    const command = new Class(line.rest, await oclifConfig())
    return exitCodes[await command.runIn(host)]
  } catch (error) {
    const { renderFailure, toFailure } = await import('./lib/cli/command-error.ts')
    const failure = toFailure(error)
    // who pressed Ctrl-C knows
    if (failure.outcome === 'interrupted' && failure.hints.length === 0) return exitCodes.interrupted
    const options = { color: host.hasErrorColor(argv), verbosity: verbosityOf(argv) }
    host.writeError(renderFailure(failure, commandName, options))
    return exitCodes[failure.outcome]
  }
}

/** cobra's hidden verb, which kubectl's shims and shell scripts call; a TAB never fails. */
async function completeFor([verb, ...words]: readonly string[], host: Host): Promise<number> {
  host.commandStarts?.('__complete')
  try {
    const [{ complete }, { completionTable }] = await Promise.all([
      import('./lib/cli/completion/complete.ts'),
      import('./lib/cli/completion/completion-table.ts'),
    ])
    await complete(words, await completionTable(table, topics), host, { descriptions: verb === '__complete' })
  } catch {}
  return exitCodes.done
}

function wantsHelp(line: CommandLine): boolean {
  const end = line.rest.indexOf('--')
  return line.rest.slice(0, end < 0 ? undefined : end).some(word => word === '--help' || word === '-h')
}

async function helpFor(subject: string): Promise<string> {
  const { commandHelp, topicHelp } = await import('./lib/cli/help.ts')
  return subject in table ? commandHelp(subject, (await load(subject)).default) : topicHelp(subject, table, topics)
}

async function load(id: string): Promise<CommandModule> {
  const module = await table[id]?.()
  if (module === undefined) throw new Error(`no command ${id} in src/commands.ts`)
  module.default.id = id
  return module
}

function oclifConfig(): Promise<Config> {
  const plugin = staticPlugin({ name, version, description, topics }, table)
  // `root` is never read: the plugin is already here
  return Config.load({ root: '/', plugins: new Map([[name, plugin]]) })
}

/** -v as far as it matters before the flags are parsed: whether to show a stack trace. */
function verbosityOf(argv: readonly string[]): number {
  const match = / (?:-v|--v)[ =]?(\d+)/.exec(` ${argv.join(' ')}`)
  return match === null ? 0 : Number(match[1])
}
