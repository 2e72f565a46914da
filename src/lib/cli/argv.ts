import { didYouMean } from '../values/did-you-mean.ts'
import { type Failure, usage } from '../values/failure.ts'
import { splitCommaValues } from './comma-values.ts'
import { type FlagDefinition, FlagTable, flagLabel } from './flag-table.ts'

/** Stands before a value that oclif's parser would take for a flag. No word of a command line can contain it. */
export const valueMark = '\u0000'

/**
 * kubectl's flag grammar (pflag parseLongArg, parseSingleShortArg) in one pass before oclif's parser, which reads
 * `--watch=false` as a flag and an argument, refuses a flag given twice and values that look like flags.
 *
 * The answer is the same command line in the one spelling that oclif reads without doubt: every flag as
 * `--name=value`, `--name` or `--no-name`, scalars once (the last wins), then `--`, then the arguments. A value that
 * begins with `-` carries a mark that `parserFlags` (oclif-flags.ts) takes off again.
 *
 * @throws Failure `usage` in kubectl's words for an unknown flag, a missing or impossible value, with its position
 */
export function normalizeArgv(argv: readonly string[], definitions: readonly FlagDefinition[]): string[] {
  const { flags, words } = readFlags(argv, new FlagTable(definitions))
  const spelled = [...flags].flatMap(([definition, values]) => values.map(value => spell(definition, value)))
  return words.length > 0 ? [...spelled, '--', ...words] : spelled
}

export interface FlagReading {
  /** values per flag in the order given; `true` and `false` for booleans */
  flags: Map<FlagDefinition, string[]>
  words: string[]
}

/** Reads a command line by kubectl's grammar: which flags have which values, and what remains. */
export function readFlags(argv: readonly string[], table: FlagTable): FlagReading {
  const reading: FlagReading = { flags: new Map(), words: [] }
  let index = 0
  const following: Following = {
    argv,
    position: 0,
    take: () => (index < argv.length ? argv[index++] : undefined),
  }
  for (let word = following.take(); word !== undefined; word = following.take()) {
    following.position = index
    if (word === '--') {
      reading.words.push(...argv.slice(index))
      break
    }
    if (!word.startsWith('-') || word === '-') reading.words.push(word)
    else if (word.startsWith('--')) readLong(word, table, following, reading)
    else readShort(word, table, following, reading)
  }
  return reading
}

interface Following {
  readonly argv: readonly string[]
  /** of the word that is being read, from 1 */
  position: number
  take(): string | undefined
}

function readLong(word: string, table: FlagTable, following: Following, reading: FlagReading): void {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
  if (name === '' || name.startsWith('-')) throw atPosition(`bad flag syntax: ${word}`, following, 'BadFlagSyntax')
  const definition = table.long(name)
  if (definition === undefined) throw unknownLong(name, word, table, following)
  const value =
    equals >= 0
      ? word.slice(equals + 1)
      : definition.kind === 'string'
        ? following.take()
        : bareValue(definition, following)
  if (value === undefined) throw atPosition(`flag needs an argument: --${name}`, following, 'MissingFlagValue')
  add(reading, definition, value, following)
}

function readShort(word: string, table: FlagTable, following: Following, reading: FlagReading): void {
  for (let letters = word.slice(1); letters !== ''; ) {
    const char = String.fromCodePoint(letters.codePointAt(0) ?? 0)
    const rest = letters.slice(char.length)
    const definition = table.short(char)
    if (definition === undefined) throw unknownShort(char, word, letters, table, following)
    // pflag: `-n=` is the value "=", so that `-l=$EMPTY` selects nothing rather than everything
    const isAssigned = rest.length > 1 && rest.startsWith('=')
    if (definition.kind !== 'string' && !isAssigned) {
      add(reading, definition, bareValue(definition, following), following)
      letters = rest
      continue
    }
    const value = isAssigned ? rest.slice(1) : rest === '' ? following.take() : rest
    if (value === undefined)
      throw atPosition(`flag needs an argument: '${char}' in -${letters}`, following, 'MissingFlagValue')
    add(reading, definition, value, following)
    return
  }
}

/** What pflag calls NoOptDefVal; ours may be absent, which makes the bare flag an error. */
function bareValue(definition: FlagDefinition, following: Following): string {
  if (definition.kind === 'boolean') return 'true'
  if (definition.defaultWhenBare !== undefined) return definition.defaultWhenBare
  const { name, choices } = definition
  const next = following.argv[following.position] ?? ''
  const meant = choices === undefined || choices.includes(next) ? next : choices.join('|')
  throw atPosition(`flag needs a value after "=": --${name}`, following, 'MissingFlagValue', [
    `write --${name}=${meant === '' || meant.startsWith('-') ? 'VALUE' : meant}`,
  ])
}

const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const falseWords = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

function add(reading: FlagReading, definition: FlagDefinition, value: string, following: Following): void {
  const values = checkedValues(definition, value, following)
  const before = definition.repeatable === undefined ? [] : (reading.flags.get(definition) ?? [])
  reading.flags.set(definition, [...before, ...values])
}

function checkedValues(definition: FlagDefinition, value: string, following: Following): string[] {
  if (definition.kind === 'boolean') {
    if (trueWords.has(value)) return ['true']
    if (falseWords.has(value)) return ['false']
    throw invalid(definition, value, `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`, following)
  }
  const values = definition.repeatable === 'comma' ? splitCommaValues(value) : [value]
  if (values === undefined) throw invalid(definition, value, 'unbalanced quotes', following)
  for (const each of values) checkInteger(definition, each, following)
  const { choices } = definition
  if (choices === undefined) return values
  const wrong = values.find(each => !choices.includes(each))
  if (wrong === undefined) return values
  const near = didYouMean(wrong, choices)
  throw invalid(
    definition,
    wrong,
    `must be one of ${choices.join(', ')}`,
    following,
    near === undefined ? [] : [`did you mean --${definition.name}=${near}?`],
  )
}

function checkInteger(definition: FlagDefinition, value: string, following: Following): void {
  const { integer } = definition
  if (integer === undefined) return
  if (!/^-?\d{1,15}$/.test(value))
    throw invalid(definition, value, `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`, following)
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = integer
  if (Number(value) < min) throw invalid(definition, value, `must be at least ${min}`, following)
  if (Number(value) > max) throw invalid(definition, value, `must be at most ${max}`, following)
}

function spell(definition: FlagDefinition, value: string): string {
  if (definition.kind === 'boolean') return value === 'true' ? `--${definition.name}` : `--no-${definition.name}`
  return `--${definition.name}=${value.startsWith('-') ? valueMark : ''}${value}`
}

function invalid(
  definition: FlagDefinition,
  value: string,
  why: string,
  following: Following,
  hints: readonly string[] = [],
): Failure {
  const message = `invalid argument ${JSON.stringify(value)} for "${flagLabel(definition)}" flag: ${why}`
  return atPosition(message, following, 'InvalidFlagValue', hints)
}

function unknownLong(name: string, word: string, table: FlagTable, following: Following): Failure {
  return atPosition(`unknown flag: --${name}`, following, 'UnknownFlag', longHints(name, word, table))
}

function longHints(name: string, word: string, table: FlagTable): string[] {
  const negated = name.startsWith('no-') ? table.long(name.slice(3)) : undefined
  if (negated?.kind === 'boolean') return [`did you mean --${negated.name}=false?`]
  const near = didYouMean(name, table.names())
  if (near === undefined) return []
  const equals = word.indexOf('=')
  return [`did you mean --${near}${equals < 0 ? '' : word.slice(equals)}?`]
}

function unknownShort(char: string, word: string, letters: string, table: FlagTable, following: Following): Failure {
  // `-watch` is read letter by letter, which is hardly ever meant
  const name = word.slice(1).split('=')[0] ?? ''
  const long = name.length > 1 ? (table.long(name)?.name ?? didYouMean(name, table.names())) : undefined
  const other = char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()
  const hint = long !== undefined ? `--${long}` : table.short(other) === undefined ? undefined : `-${other}`
  return atPosition(
    `unknown shorthand flag: '${char}' in -${letters}`,
    following,
    'UnknownFlag',
    hint === undefined ? [] : [`did you mean ${hint}?`],
  )
}

function atPosition(message: string, following: Following, reason: string, hints: readonly string[] = []): Failure {
  const where = following.argv.length > 1 ? ` (argument ${following.position})` : ''
  return usage(`${message}${where}`, { reason, hints })
}
