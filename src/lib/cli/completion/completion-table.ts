import { globalFlags } from '../flags.ts'
import { flagDefinitions } from '../oclif-flags.ts'
import type { CommandTable } from '../static-plugin.ts'
import type { CompletionCommand, CompletionFlag, CompletionTable } from './completion-command.ts'

/**
 * What completion has to know of all commands, read from the commands themselves. The build replaces this module by one
 * that holds the answer (scripts/completion-table-plugin.ts), so that a TAB loads no command.
 */
export async function completionTable(
  commands: CommandTable,
  topics: Readonly<Record<string, { description: string }>>,
): Promise<CompletionTable> {
  const entries = await Promise.all(
    Object.entries(commands).map(async ([id, load]) => {
      const { default: command } = await load()
      return [id, commandOf(command)] as const
    }),
  )
  return {
    commands: Object.fromEntries(entries),
    topics: Object.fromEntries(Object.entries(topics).map(([name, { description }]) => [name, description])),
    globalFlags: flagsOf(globalFlags),
  }
}

type CommandClass = Awaited<ReturnType<CommandTable[string]>>['default']

function commandOf(command: CommandClass): CompletionCommand {
  const args = Object.entries(command.args).map(([name, arg]) => ({
    name,
    ...(arg.options === undefined ? {} : { choices: arg.options.map(String) }),
  }))
  return {
    summary: command.summary ?? '',
    args,
    ...(command.hidden ? { isHidden: true } : {}),
    ...(command.strict === false || Object.values(command.args).some(arg => arg.multiple) ? { isVariadic: true } : {}),
    flags: flagsOf(command.flags ?? {}),
  }
}

function flagsOf(flags: Parameters<typeof flagDefinitions>[0]): CompletionFlag[] {
  return flagDefinitions(flags).map(definition => {
    const flag = flags[definition.name]
    return { ...definition, summary: flag?.summary ?? '', ...(flag?.hidden ? { isHidden: true } : {}) }
  })
}
