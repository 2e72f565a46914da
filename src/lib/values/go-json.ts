import { sortedEntries } from './go-print.ts'

/**
 * JSON as Go's encoding/json writes decoded objects, which is what kubectl prints: keys sorted, `<`, `>`, `&`, U+2028 and
 * U+2029 escaped. `indent` spaces per level (kubectl: 4); without it everything is on one line without spaces.
 */
export function goJson(value: unknown, indent = 0): string {
  return encode(value, indent, indent === 0 ? '' : '\n')
}

function encode(value: unknown, indent: number, lineBreak: string): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const inner = lineBreak === '' ? '' : lineBreak + ' '.repeat(indent)
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[${inner}${value.map(each => encode(each, indent, inner)).join(`,${inner}`)}${lineBreak}]`
  }
  const entries = sortedEntries(value).filter(([, each]) => each !== undefined)
  if (entries.length === 0) return '{}'
  const colon = lineBreak === '' ? ':' : ': '
  const fields = entries.map(([key, each]) => `${quoted(key)}${colon}${encode(each, indent, inner)}`)
  return `{${inner}${fields.join(`,${inner}`)}${lineBreak}}`
}

const escaped: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, letter => escaped[letter] ?? letter)
}
