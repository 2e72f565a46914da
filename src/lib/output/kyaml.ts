import { sortedEntries } from '../values/go-print.ts'
import { isAmbiguous, isNumeric } from './yaml-scalar.ts'

/**
 * A JSON value as kubectl's `-o kyaml` shows it: one document with its `---`, all strings in double quotes, keys quoted
 * where a reader might take them for something else. Follows sigs.k8s.io/yaml kyaml.go.
 */
export function toKyaml(value: unknown): string {
  return `---\n${render(value, '')}\n`
}

function render(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value, indent)
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    // brackets of lists of maps and lists are drawn together
    if (value.every(each => typeof each === 'object' && each !== null))
      return `[${value.map(each => render(each, indent)).join(', ')}]`
    return `[\n${value.map(each => `${inner}${render(each, inner)},\n`).join('')}${indent}]`
  }
  const entries = sortedEntries(value).filter(([, each]) => each !== undefined)
  if (entries.length === 0) return '{}'
  const lines = entries.map(([key, each]) => `${inner}${keyText(key)}: ${render(each, inner)},\n`)
  return `{\n${lines.join('')}${indent}}`
}

function keyText(key: string): string {
  const isBare = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u.test(key) && !isTypeAmbiguous(key)
  return isBare
    ? key
    : `"${[...key].map(letter => (letter === '\t' || letter === '\n' ? escapeOf(letter) : letterText(letter))).join('')}"`
}

/** kyaml.go isTypeAmbiguous for what may stand bare at all: more cautious than go-yaml, in any mixture of cases. */
function isTypeAmbiguous(key: string): boolean {
  const digits = key.replaceAll('_', '')
  const isWord = /^(null|true|false|yes|no|y|n|on|off|t|f|inf|infinity|nan)$/i.test(key)
  const isHexFloat = /^0x(?=[\da-f.])[\da-f]*\.?[\da-f]*p[+-]?\d+$/i.test(digits)
  return isWord || isHexFloat || isAmbiguous(key) || isNumeric(digits)
}

/** A string of several lines stands in one quoted scalar whose lines are folded with a backslash. */
function quoted(text: string, indent: string): string {
  if (!text.includes('\n')) return `"${[...text].map(letterText).join('')}"`
  const inner = `${indent}  `
  const lines = text.split('\n')
  const folded = lines.map((line, index) => {
    const isLast = index === lines.length - 1
    if (line === '' && isLast) return ''
    // leading space would be dropped, so it is escaped, and the other lines are set in by one to stay aligned
    const margin = /^\p{White_Space}/u.test(line) ? '\\' : ' '
    return `${inner}${margin}${[...line].map(letterText).join('')}${isLast ? '' : '\\n'}\\\n`
  })
  return `"\\\n${folded.join('')}${inner}"`
}

function letterText(letter: string): string {
  if (letter === '\t') return letter
  if (letter === '"' || letter === '\\') return `\\${letter}`
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(letter) ? letter : escapeOf(letter)
}

const escapes: Record<string, string> = {
  '\x07': 'a',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
  '\0': '0',
  '\x1b': 'e',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

function escapeOf(letter: string): string {
  const short = escapes[letter]
  if (short !== undefined) return `\\${short}`
  const codePoint = letter.codePointAt(0) ?? 0
  const hex = codePoint.toString(16)
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex.padStart(2, '0')}`
  return codePoint < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
