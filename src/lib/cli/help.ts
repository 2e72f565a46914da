import { exitCodeHelp } from './exit-codes.ts'
import type { CommandClass, CommandTable } from './static-plugin.ts'

/** Help in kubectl's layout: what it does, how it is written, examples, flags by purpose, exit codes. */

interface FlagLike {
  name: string
  type: 'boolean' | 'option'
  char?: string
  summary?: string
  helpValue?: string
  helpGroup?: string
  hidden?: boolean
  default?: unknown
  optionalValue?: { bare?: string }
  options?: readonly string[]
}

interface ArgLike {
  name: string
  description?: string
  required?: boolean
  multiple?: boolean
}

const groupOrder = ['', 'preconditions', 'waiting', 'writing', 'selection', 'watching', 'output']

/** Groups that only one command has come before those that all share. */
function groupsOf(flags: readonly FlagLike[]): string[] {
  const own = new Set(flags.map(groupOf).filter(group => group !== 'connection' && !groupOrder.includes(group)))
  return ['', ...own, ...groupOrder.slice(1)]
}

/** Help of one command. */
export function commandHelp(id: string, command: CommandClass): string {
  const flags = flagsOf(command)
  const args = Object.entries(command.args ?? {}).map(([argName, arg]) => ({ ...arg, name: argName }) as ArgLike)
  const name = id.replaceAll(':', ' ')
  const sections = [
    [command.summary ?? '', reflowed(command.description ?? '')].filter(Boolean).join('\n\n'),
    section('Usage', [`kubectl canary ${[name, ...args.map(argText)].join(' ')} [flags]`]),
    section(
      'Arguments',
      columns(args.filter(arg => arg.description).map(arg => [argText(arg), arg.description ?? ''])),
    ),
    section('Examples', examplesOf(command)),
    ...groupsOf(flags).map(group =>
      section(
        group === '' ? 'Flags' : `Flags: ${group}`,
        columns(flags.filter(flag => groupOf(flag) === group).map(flag => [flagText(flag), flag.summary ?? ''])),
      ),
    ),
    section("Flags: connection, as kubectl's (see: kubectl options)", wrapped(connectionNames(flags), 76)),
    section('Exit codes', columns(exitCodeHelp.map(([code, meaning]) => [String(code), meaning]))),
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

/** Help of a topic, or of the program for an empty prefix. */
export async function topicHelp(
  prefix: string,
  table: CommandTable,
  topics: Readonly<Record<string, { description: string }>>,
): Promise<string> {
  const ids = Object.keys(table).filter(id => prefix === '' || id.startsWith(`${prefix}:`))
  const lines = await Promise.all(
    ids.map(async id => {
      const command = (await table[id]?.())?.default
      return command?.hidden ? undefined : ([id.replaceAll(':', ' '), command?.summary ?? ''] as const)
    }),
  )
  const shown = lines.filter(line => line !== undefined)
  const groups = prefix === '' ? [...Object.keys(topics), ''] : [prefix]
  const title =
    prefix === ''
      ? 'Where is this release, is it good, what now? Drives Argo Rollouts canaries.'
      : (topics[prefix]?.description ?? '')
  const sections = [
    title,
    section('Usage', [
      `kubectl canary ${prefix === '' ? 'COMMAND' : `${prefix.replaceAll(':', ' ')} COMMAND`} [flags]`,
    ]),
    ...groups.map(group =>
      section(
        group === '' ? 'Other commands' : sentence(topics[group]?.description ?? group),
        columns(shown.filter(([name]) => group === topicOf(name.replaceAll(' ', ':')))),
      ),
    ),
    'Use "kubectl canary COMMAND --help" for the flags, examples and exit codes of a command.',
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function topicOf(id: string): string {
  return id.includes(':') ? (id.split(':')[0] ?? '') : ''
}

function flagsOf(command: CommandClass): FlagLike[] {
  const all = { ...command.baseFlags, ...command.flags } as Record<string, Omit<FlagLike, 'name'>>
  return Object.entries(all)
    .map(([name, flag]) => ({ ...flag, name }))
    .filter(flag => !flag.hidden)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

const groupOf = (flag: FlagLike) => flag.helpGroup ?? ''

function argText(arg: ArgLike): string {
  const text = arg.name.toUpperCase() + (arg.multiple ? '...' : '')
  return arg.required ? text : `[${text}]`
}

function flagText(flag: FlagLike): string {
  const short = flag.char === undefined ? '    ' : `-${flag.char}, `
  if (flag.type === 'boolean') return `${short}--${flag.name}${flag.default === true ? '=true' : ''}`
  const value = flag.helpValue ?? flag.options?.join('|') ?? 'VALUE'
  if (flag.optionalValue)
    return `${short}--${flag.name}${flag.optionalValue.bare === undefined ? `=${value}` : `[=${value}]`}`
  return `${short}--${flag.name} ${value}`
}

function connectionNames(flags: readonly FlagLike[]): string[] {
  return flags
    .filter(flag => groupOf(flag) === 'connection')
    .map(flag =>
      flag.char === undefined || flag.char === flag.name ? `--${flag.name}` : `-${flag.char}/--${flag.name}`,
    )
}

function examplesOf(command: CommandClass): string[] {
  const examples = (command.examples ?? []) as (string | { description: string; command: string })[]
  return examples.flatMap((example, index) => {
    const gap = index === 0 ? [] : ['']
    return typeof example === 'string' ? [...gap, example] : [...gap, `# ${example.description}`, example.command]
  })
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map(line => (line === '' ? '' : `  ${line}`))].join('\n')
}

const lineWidth = 100

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(32, Math.max(0, ...rows.map(([left]) => left.length)))
  return rows.flatMap(([left, right]) => {
    const [first = '', ...more] = wrapped(right.split(' '), lineWidth - width - 4)
    const below = more.map(line => `${' '.repeat(width)}  ${line}`)
    if (left.length > width) return [left, `${' '.repeat(width)}  ${first}`, ...below]
    return [`${left.padEnd(width)}  ${first}`.trimEnd(), ...below]
  })
}

/** Paragraphs to the width of a line; a line that begins with a space or a dash stays one. */
function reflowed(text: string): string {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const last = lines.at(-1)
    if (last === undefined || last === '' || line === '' || /^[\s-]/.test(line)) lines.push(line)
    else lines[lines.length - 1] = `${last} ${line}`
  }
  return lines.flatMap(line => (line === '' ? [''] : wrapped(line.split(' '), lineWidth))).join('\n')
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
