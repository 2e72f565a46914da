import type { Command, Config, Plugin } from '@oclif/core'
import type { Host } from './host.ts'

export interface CommandModule {
  default: Command.Class
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

const hosts = new WeakMap<object, Host>()

/** Lets the commands that oclif constructs from `config` reach the host. */
export function bindHost(config: Config, host: Host): void {
  hosts.set(config, host)
}

export function hostOf(config: object): Host {
  const host = hosts.get(config)
  if (host === undefined) throw new Error('no host is bound to this oclif config')
  return host
}
