import type { FlagDefinition, FlagTable } from '../flag-table.ts'

/** What the words before the cursor say so far; a line that is not finished is no error here. */
export interface TypedWords {
  /** the flag whose value the next word is */
  awaiting: FlagDefinition | undefined
  positionals: string[]
  /** `--` was typed: no more flags */
  flagsAreOver: boolean
  values: Map<FlagDefinition, string[]>
}

/** Reads words by the grammar of argv.ts, but skips what it does not know instead of refusing it. */
export function readTypedWords(words: readonly string[], table: FlagTable): TypedWords {
  const typed: TypedWords = { awaiting: undefined, positionals: [], flagsAreOver: false, values: new Map() }
  for (const word of words) {
    if (typed.awaiting !== undefined) {
      add(typed, typed.awaiting, word)
      typed.awaiting = undefined
    } else if (typed.flagsAreOver || !word.startsWith('-') || word === '-') typed.positionals.push(word)
    else if (word === '--') typed.flagsAreOver = true
    else readFlag(word, table, typed)
  }
  return typed
}

function readFlag(word: string, table: FlagTable, typed: TypedWords): void {
  const equals = word.indexOf('=')
  if (word.startsWith('--')) {
    const definition = table.long(equals < 0 ? word.slice(2) : word.slice(2, equals))
    if (definition === undefined) return
    if (equals >= 0) add(typed, definition, word.slice(equals + 1))
    else if (definition.kind === 'string') typed.awaiting = definition
    else add(typed, definition, 'true')
    return
  }
  const letters = [...word.slice(1)]
  for (const [index, letter] of letters.entries()) {
    const definition = table.short(letter)
    if (definition === undefined) return
    const rest = letters.slice(index + 1).join('')
    const isAssigned = rest.startsWith('=')
    if (isAssigned || (definition.kind === 'string' && rest !== '')) {
      add(typed, definition, isAssigned ? rest.slice(1) : rest)
      return
    }
    if (definition.kind === 'string') typed.awaiting = definition
    else add(typed, definition, 'true')
  }
}

function add(typed: TypedWords, definition: FlagDefinition, value: string): void {
  typed.values.set(definition, [...(typed.values.get(definition) ?? []), value])
}
