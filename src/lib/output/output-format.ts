import { didYouMean } from '../values/did-you-mean.ts'
import { usage } from '../values/failure.ts'

/** Formats without an argument of their own. */
export type PlainFormat = 'table' | 'wide' | 'json' | 'yaml' | 'kyaml' | 'name' | 'ndjson' | 'info'
export type FormatName = PlainFormat | 'jsonpath' | 'jsonpath-as-json' | 'custom-columns'

/** Where a template stands: on the command line, or in a file that the printer reads. */
export type Template = { text: string } | { file: string }

export type OutputFormat =
  | { name: PlainFormat }
  | { name: 'jsonpath' | 'jsonpath-as-json' | 'custom-columns'; template: Template }

/** What a command that shows Kubernetes objects takes; give parseOutputFormat fewer where one makes no sense. */
export const allFormats: readonly FormatName[] = [
  'table',
  'wide',
  'json',
  'yaml',
  'kyaml',
  'name',
  'ndjson',
  'jsonpath',
  'jsonpath-as-json',
  'custom-columns',
  'info',
]

const templated: Readonly<Record<string, 'jsonpath' | 'jsonpath-as-json' | 'custom-columns'>> = {
  jsonpath: 'jsonpath',
  'jsonpath-file': 'jsonpath',
  'jsonpath-as-json': 'jsonpath-as-json',
  'custom-columns': 'custom-columns',
  'custom-columns-file': 'custom-columns',
}

/**
 * The value of `-o`: `json`, `jsonpath={.metadata.name}`, `jsonpath-file=FILE`, `custom-columns=NAME:.metadata.name`.
 * Absent means `table`. The words of kubectl's errors are kept (cli-runtime print_flags.go).
 *
 * @throws Failure `usage` for a format that does not exist or is not in `allowed`, or a template that is missing
 */
export function parseOutputFormat(text: string | undefined, allowed: readonly FormatName[] = allFormats): OutputFormat {
  if (text === undefined) return { name: 'table' }
  const equals = text.indexOf('=')
  const word = (equals < 0 ? text : text.slice(0, equals)).toLowerCase()
  const value = equals < 0 ? undefined : text.slice(equals + 1)
  if (/^(go-)?template(-?file)?$/.test(word)) throw goTemplate(word)
  const base = templated[word]
  if (base !== undefined && allowed.includes(base)) return { name: base, template: templateFrom(word, value) }
  const plain = allowed.find(each => each === word)
  if (plain === undefined || !isPlain(plain)) throw unknownFormat(text, word, allowed)
  if (value !== undefined)
    throw usage(`output format ${JSON.stringify(word)} takes no value`, { reason: 'InvalidOutput' })
  return { name: plain }
}

/** Whether the API's objects are printed as they are, rather than a view or document of ours. */
export function isObjectFormat(format: OutputFormat): boolean {
  return !['table', 'wide', 'info'].includes(format.name)
}

function templateFrom(word: string, value: string | undefined): Template {
  if (value === undefined || value === '') {
    const missing = word.startsWith('custom-columns')
      ? 'custom-columns format specified but no custom columns given'
      : 'template format specified but no template given'
    throw usage(missing, { reason: 'InvalidOutput', hints: [`for example: -o ${examples[word]}`] })
  }
  return word.endsWith('-file') ? { file: value } : { text: value }
}

const examples: Readonly<Record<string, string>> = {
  jsonpath: "jsonpath='{.metadata.name}'",
  'jsonpath-file': 'jsonpath-file=template.txt',
  'jsonpath-as-json': "jsonpath-as-json='{.metadata.labels}'",
  'custom-columns': 'custom-columns=NAME:.metadata.name,PHASE:.status.phase',
  'custom-columns-file': 'custom-columns-file=columns.txt',
}

const isPlain = (name: FormatName): name is PlainFormat => !(name in templated)

function goTemplate(word: string) {
  return usage(
    `output format ${JSON.stringify(word)} is not offered: Go templates cannot be run faithfully outside Go`,
    {
      reason: 'InvalidOutput',
      hints: [`use -o ${examples.jsonpath} or -o ${examples['custom-columns']} instead`],
    },
  )
}

function unknownFormat(text: string, word: string, allowed: readonly FormatName[]) {
  const names = Object.keys(templated).filter(name => allowed.includes(templated[name] as FormatName))
  const known = [...allowed.filter(isPlain), ...names].sort()
  const near = didYouMean(word, known)
  const value = text.slice(word.length)
  return usage(
    `unable to match a printer suitable for the output format ${JSON.stringify(text)}, allowed formats are: ${known.join(',')}`,
    { reason: 'InvalidOutput', hints: near === undefined ? [] : [`did you mean -o ${near}${value}?`] },
  )
}
