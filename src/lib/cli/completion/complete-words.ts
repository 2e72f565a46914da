import { allFormats } from '../../output/output-format.ts'
import { splitCommand } from '../command-line.ts'
import { FlagTable } from '../flag-table.ts'
import {
  type Candidate,
  type CandidateSource,
  type Completion,
  type CompletionCommand,
  type CompletionFlag,
  type CompletionTable,
  directives,
} from './completion-command.ts'
import { readTypedWords, type TypedWords } from './typed-words.ts'

/**
 * What may stand at the end of a command line that is being typed (kubectl's plugin completion: the last word is the
 * one under the cursor, empty when a new one begins). Decides only; what has to be fetched is named, not fetched.
 * A value after `--flag=` is returned without that prefix, as cobra's shell scripts expect it.
 */
export function completeWords(words: readonly string[], table: CompletionTable): Completion {
  const current = words.at(-1) ?? ''
  const known = [...table.globalFlags, ...Object.values(table.commands).flatMap(({ flags }) => flags)]
  const line = commandLineOf(words.slice(0, -1), table, known)
  if (line === undefined) return nothing
  const command = line.commandId === undefined ? undefined : table.commands[line.commandId]
  const flags = command === undefined ? table.globalFlags : [...table.globalFlags, ...command.flags]
  const flagTable = new FlagTable(flags)
  const typed = readTypedWords(line.rest, flagTable)
  if (typed.awaiting !== undefined) return valuesOf(typed.awaiting as CompletionFlag, current, typed)
  if (current.startsWith('-') && !typed.flagsAreOver) return afterDash(current, flags, flagTable, typed)
  const subCommands =
    typed.positionals.length === 0 && !typed.flagsAreOver
      ? subCommandsOf(line.commandId ?? line.topicId ?? '', current, table)
      : []
  const argument = command === undefined ? nothing : argumentOf(line.commandId ?? '', command, current, typed)
  if (argument.kind === 'fetch' || subCommands.length === 0) return argument
  return { ...argument, candidates: [...subCommands, ...argument.candidates] }
}

const nothing = { kind: 'candidates', candidates: [] as Candidate[], directive: directives.noFiles } as const

function commandLineOf(words: readonly string[], table: CompletionTable, flags: readonly CompletionFlag[]) {
  try {
    return splitCommand(words, Object.keys(table.commands), flags)
  } catch {
    return undefined
  }
}

function subCommandsOf(id: string, current: string, table: CompletionTable): Candidate[] {
  const prefix = id === '' ? '' : `${id}:`
  const names = new Map<string, string>()
  for (const [each, { summary, isHidden }] of Object.entries(table.commands)) {
    if (!each.startsWith(prefix) || isHidden) continue
    const [name = '', ...deeper] = each.slice(prefix.length).split(':')
    if (deeper.length === 0) names.set(name, summary)
    else if (!names.has(name)) names.set(name, table.topics[prefix + name] ?? '')
  }
  return [...names]
    .filter(([name]) => name.startsWith(current))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, description]) => described(value, description))
}

function afterDash(current: string, flags: readonly CompletionFlag[], table: FlagTable, typed: TypedWords): Completion {
  const equals = current.indexOf('=')
  if (equals >= 0) {
    const name = current.slice(0, equals)
    const flag = name.startsWith('--') ? table.long(name.slice(2)) : table.short(name.slice(-1))
    return flag === undefined ? nothing : valuesOf(flag as CompletionFlag, current.slice(equals + 1), typed)
  }
  const open = flags.filter(flag => !flag.isHidden && (flag.repeatable !== undefined || !typed.values.has(flag)))
  const candidates = open
    .flatMap(flag => {
      // a flag that takes its value after = only, and needs one, is completed up to there
      const needsValue = flag.kind === 'optional-value' && flag.defaultWhenBare === undefined
      const long = described(`--${flag.name}${needsValue ? '=' : ''}`, flag.summary)
      return flag.char === undefined ? [long] : [long, described(`-${flag.char}`, flag.summary)]
    })
    .filter(({ value }) => value.startsWith(current) && (current !== '--' || value.startsWith('--')))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
  const endsOpen = candidates.length === 1 && candidates[0]?.value.endsWith('=')
  return {
    kind: 'candidates',
    candidates,
    directive: directives.noFiles | (endsOpen ? directives.noSpace : 0),
  }
}

const sources: Readonly<Record<string, CandidateSource>> = {
  namespace: 'namespaces',
  context: 'contexts',
  cluster: 'clusters',
  user: 'users',
  'from-rollout': 'rollouts',
}
const fileFlags = /^(kubeconfig|certificate-authority|client-certificate|client-key|filename|file|state|record)$/
const folderFlags = /^(cache-dir|directory)$/
const templates = /^(jsonpath|jsonpath-as-json|custom-columns)$/

const suggestions: Readonly<Record<string, readonly string[]>> = {
  output: allFormats.map(name => (templates.test(name) ? `${name}=` : name)),
  wait: ['healthy', 'paused', 'degraded', 'step=', 'weight='],
  for: [
    ...['paused', 'healthy', 'degraded', 'delete', 'step=', 'weight=', 'setweight=', 'phase=', 'message=', 'revision='],
    ...['condition=', 'jsonpath='],
  ],
}

function valuesOf(flag: CompletionFlag, current: string, typed: TypedWords): Completion {
  const source = sources[flag.name]
  if (source !== undefined) return fetch(source, '', current, [], typed)
  const words = flag.kind === 'boolean' ? ['true', 'false'] : (flag.choices ?? suggestions[flag.name])
  if (words !== undefined) return chosen(words, current)
  const directive = fileFlags.test(flag.name)
    ? directives.default
    : folderFlags.test(flag.name)
      ? directives.onlyFolders
      : directives.noFiles
  return { kind: 'candidates', candidates: [], directive }
}

const nameSources: Readonly<Record<string, { source: CandidateSource; types: RegExp }>> = {
  rollout: { source: 'rollouts', types: /^(ro|rollouts?)(\.argoproj\.io)?\// },
  experiment: { source: 'experiments', types: /^(exp|experiments?)(\.argoproj\.io)?\// },
}

const analysisSources: readonly { source: CandidateSource; types: RegExp }[] = [
  { source: 'analysisruns', types: /^(ar|analysisruns?)(\.argoproj\.io)?\// },
  { source: 'analysistemplates', types: /^(at|analysistemplates?)(\.argoproj\.io)?\// },
  { source: 'clusteranalysistemplates', types: /^(cat|clusteranalysistemplates?)(\.argoproj\.io)?\// },
  { source: 'rollouts', types: /^(ro|rollouts?)(\.argoproj\.io)?\// },
]

/** A bare name is a template's for the commands that make runs, and a run's for the others. */
function analysisSource(id: string, current: string): { source: CandidateSource; types: RegExp } | undefined {
  const typed = analysisSources.find(({ types }) => types.test(current))
  return typed ?? analysisSources[/:(run|create|lint)$/.test(id) ? 1 : 0]
}

/** The argument at the cursor: an object's name, a word from a list, or something only the user knows. */
function argumentOf(id: string, command: CompletionCommand, current: string, typed: TypedWords): Completion {
  const index = typed.positionals.length
  const argument = command.args[index] ?? (command.isVariadic ? command.args.at(-1) : undefined)
  if (argument === undefined) return nothing
  if (argument.choices !== undefined) return chosen(argument.choices, current)
  const topic = id.split(':')[0] ?? ''
  const names =
    topic === 'analysis'
      ? analysisSource(id, current)
      : (nameSources[topic] ?? (id === 'verify' ? nameSources.rollout : undefined))
  if (argument.name !== 'name' || names === undefined) return nothing
  const type = names.types.exec(current)?.[0] ?? ''
  const named = typed.positionals.map(text => text.replace(names.types, ''))
  return fetch(names.source, type, current.slice(type.length), named, typed)
}

function fetch(
  source: CandidateSource,
  before: string,
  startsWith: string,
  except: readonly string[],
  typed: TypedWords,
): Completion {
  const flags = Object.fromEntries([...typed.values].map(([{ name }, values]) => [name, values]))
  return { kind: 'fetch', source, before, startsWith, except, flags }
}

function chosen(words: readonly string[], current: string): Completion {
  const candidates = words.filter(word => word.startsWith(current)).map(value => ({ value }))
  const endsOpen = candidates.length === 1 && candidates[0]?.value.endsWith('=')
  return { kind: 'candidates', candidates, directive: directives.noFiles | (endsOpen ? directives.noSpace : 0) }
}

function described(value: string, description: string): Candidate {
  return description === '' ? { value } : { value, description }
}
