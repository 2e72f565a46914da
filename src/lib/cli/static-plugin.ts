import type { Config, Plugin } from '@oclif/core'
import type { CanaryCommand } from './base-command.ts'

/** The class itself: constructible, with oclif's static members. */
export type CommandClass = (new (argv: string[], config: Config) => CanaryCommand) & typeof CanaryCommand

export interface CommandModule {
  default: CommandClass
}

/** Command ids (`rollout:promote`) with the way to load each. */
export type CommandTable = Readonly<Record<string, () => Promise<CommandModule>>>

export interface ProgramDescription {
  name: string
  version: string
  description: string
  topics: Readonly<Record<string, { description: string }>>
}

/**
 * The whole program as one oclif plugin whose commands are known beforehand, so that oclif reads no files at start-up
 * and loads only the command that runs (help reads the classes themselves, cli/help.ts).
 */
export function staticPlugin(program: ProgramDescription, table: CommandTable): Plugin {
  const plugin = {
    name: program.name,
    alias: program.name,
    version: program.version,
    type: 'core',
    root: '/',
    isRoot: true,
    valid: true,
    hooks: {},
    pjson: {
      name: program.name,
      version: program.version,
      description: program.description,
      oclif: { bin: 'kubectl canary', topicSeparator: ' ', dirname: program.name, topics: program.topics },
    },
    topics: Object.entries(program.topics).map(([name, topic]) => ({ name, ...topic })),
    commandIDs: Object.keys(table),
    commands: Object.entries(table).map(([id, load]) => ({
      id,
      aliases: [],
      hiddenAliases: [],
      args: {},
      flags: {},
      pluginName: program.name,
      load: async () => {
        const { default: Class } = await load()
        Class.id = id
        return Class
      },
    })),
    findCommand: async (id: string) => (await table[id]?.())?.default,
  }
  // oclif's Plugin type has many members that only its own disk discovery uses
  return plugin as unknown as Plugin
}
