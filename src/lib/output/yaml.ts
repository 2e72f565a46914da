import { isCollection, naturallySortedKeys } from './yaml-keys.ts'
import { type ScalarPlace, yamlKey, yamlNumber, yamlString } from './yaml-scalar.ts'

/**
 * A JSON value as kubectl's `-o yaml` shows it (sigs.k8s.io/yaml over go-yaml v2): keys in natural order, lists not
 * indented under their key, long lines folded. Ends with a line end. Written here rather than with a YAML library: that
 * takes 40 ms to load, and chooses quotes differently.
 */
export function toYaml(value: unknown): string {
  return isCollection(value) ? `${block(value, '')}\n` : `${scalar(value, { indent: '  ', column: 0 })}\n`
}

/** The lines of a map or list that has entries, without the indentation of the first. */
function block(value: object, indent: string): string {
  if (Array.isArray(value)) return value.map(each => `- ${inItem(each, indent)}`).join(`\n${indent}`)
  const fields = value as Record<string, unknown>
  return naturallySortedKeys(fields)
    .map(key => entry(key, fields[key], indent))
    .join(`\n${indent}`)
}

function entry(key: string, value: unknown, indent: string): string {
  if (isComplexKey(key)) {
    const name = yamlString(key, { indent: `${indent}  `, column: indent.length + 2 })
    return `? ${name}\n${indent}: ${inItem(value, indent)}`
  }
  const name = yamlKey(key)
  if (!isCollection(value))
    return `${name}: ${scalar(value, { indent: `${indent}  `, column: indent.length + [...name].length + 2 })}`
  const inner = Array.isArray(value) ? indent : `${indent}  `
  return `${name}:\n${inner}${block(value, inner)}`
}

/** What YAML does not take as a simple key: several lines, or more than 128 bytes. */
function isComplexKey(key: string): boolean {
  return /[\n\r\x85\u2028\u2029]/.test(key) || (key.length > 42 && new TextEncoder().encode(key).length > 128)
}

function inItem(value: unknown, indent: string): string {
  const inner = `${indent}  `
  return isCollection(value) ? block(value, inner) : scalar(value, { indent: inner, column: inner.length })
}

function scalar(value: unknown, place: ScalarPlace): string {
  if (typeof value === 'string') return yamlString(value, place)
  if (typeof value === 'number') return yamlNumber(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}'
  return String(value)
}
