import { didYouMean } from '../values/did-you-mean.ts'
import { usage } from '../values/failure.ts'
import { type FlagDefinition, FlagTable } from './flag-table.ts'

/** Ids of all commands in oclif's form: `rollout:list`, `verify`, `verify:init`. */
export type CommandTree = readonly string[]

export interface CommandLine {
  /** absent: a topic was named and none of its commands, or nothing at all */
  commandId?: string
  /** the topic when there is no command: its help is what was asked for; absent for the root */
  topicId?: string
  /** everything but the command's words, in order */
  rest: string[]
}

/**
 * Which command a command line means; flags may stand before and between its words (`-n loans rollout list`), as
 * cobra allows. `globalFlags` decide which of them take the next word; give all flags that any command knows.
 * The longest command wins, so that `verify init` is the sub-command and `verify rollout/init` is not.
 *
 * @throws Failure `usage` in kubectl's words when the words name no command
 */
export function splitCommand(
  argv: readonly string[],
  commands: CommandTree,
  globalFlags: readonly FlagDefinition[],
): CommandLine {
  const table = new FlagTable(globalFlags)
  const known = new Set(commands)
  const topics = new Set(commands.flatMap(topicsOf))
  const rest: string[] = []
  let id = ''
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') {
      rest.push(...argv.slice(index))
      break
    }
    if (word.startsWith('-') && word !== '-') {
      rest.push(word)
      const next = argv[index + 1]
      const isCommandWord = next !== undefined && (known.has(join(id, next)) || topics.has(join(id, next)))
      if (next !== undefined && takesNextWord(word, table, !isCommandWord && !known.has(id))) {
        rest.push(next)
        index++
      }
      continue
    }
    const longer = join(id, word)
    if (known.has(longer) || topics.has(longer)) {
      id = longer
      continue
    }
    if (!known.has(id)) throw unknownCommand(word, id, commands)
    rest.push(...argv.slice(index))
    break
  }
  if (known.has(id)) return { commandId: id, rest }
  return id === '' ? { rest } : { topicId: id, rest }
}

/** `rollout:list` lies in the topic `rollout`. */
function topicsOf(id: string): string[] {
  const words = id.split(':')
  return words.slice(1).map((_, index) => words.slice(0, index + 1).join(':'))
}

const join = (id: string, word: string): string => (id === '' ? word : `${id}:${word}`)

/** A flag that only the command knows (`-o json rollout list`) is taken for one with a value where that makes sense. */
function takesNextWord(word: string, table: FlagTable, ifUnknown: boolean): boolean {
  if (word.includes('=')) return false
  if (word.startsWith('--')) return takesValue(table.long(word.slice(2)), ifUnknown)
  const letters = [...word.slice(1)]
  const valued = letters.findIndex(char => table.short(char)?.kind !== 'boolean')
  return valued >= 0 && valued === letters.length - 1 && takesValue(table.short(letters[valued] ?? ''), ifUnknown)
}

function takesValue(definition: FlagDefinition | undefined, ifUnknown: boolean): boolean {
  return definition === undefined ? ifUnknown : definition.kind === 'string'
}

function unknownCommand(word: string, topic: string, commands: CommandTree) {
  const prefix = topic === '' ? '' : `${topic}:`
  const siblings = [...new Set(commands.filter(id => id.startsWith(prefix)).map(id => nextWord(id, prefix)))]
  const path = ['kubectl canary', ...topic.split(':').filter(each => each !== '')].join(' ')
  const near = didYouMean(word, siblings)
  const elsewhere = commands.filter(id => id.endsWith(`:${word}`)).map(id => id.replaceAll(':', ' '))
  const hints =
    near !== undefined
      ? [`did you mean: ${path} ${near}`]
      : elsewhere.length > 0
        ? elsewhere.slice(0, 3).map(each => `did you mean: kubectl canary ${each}`)
        : [`commands: ${siblings.join(', ')}`]
  return usage(`unknown command ${JSON.stringify(word)} for ${JSON.stringify(path)}`, {
    reason: 'UnknownCommand',
    hints,
  })
}

function nextWord(id: string, prefix: string): string {
  return id.slice(prefix.length).split(':')[0] ?? ''
}
