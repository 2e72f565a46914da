import type { ControllerVersion } from '../../analysis/analysis.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { Path } from '../sources/path.ts'
import type { FieldType } from './field-type.ts'

/** What an API server would refuse, or drop without a word. */
export type SchemaProblem = { path: Path } & (
  | { kind: 'unknown'; field: string; near: string | undefined; isNewer: boolean }
  | { kind: 'missing'; field: string }
  | { kind: 'type'; wanted: string; got: string; isScalar: boolean }
  | { kind: 'choice'; choices: readonly string[]; value: string; near: string | undefined }
)

/** Where a value differs from its type, in the order of the value. `null` is as good as absent, as it is for the API. */
export function checkSchema(
  value: unknown,
  type: FieldType,
  path: Path,
  version: ControllerVersion,
  found: SchemaProblem[] = [],
): SchemaProblem[] {
  if (value === null || value === undefined || type.type === 'any') return found
  const got = typeName(value)
  if (!fits(value, type)) {
    found.push({ kind: 'type', path, wanted: names[type.type], got, isScalar: typeof value !== 'object' })
    return found
  }
  if (Array.isArray(value)) {
    const { items } = type
    if (items) for (const [index, item] of value.entries()) checkSchema(item, items, [...path, index], version, found)
  } else if (typeof value === 'object') checkMap(value as Record<string, unknown>, type, path, version, found)
  else if (type.choices && typeof value === 'string' && !isOpen(value) && !type.choices.includes(value)) {
    const near =
      type.choices.find(each => each.toLowerCase() === value.toLowerCase()) ?? didYouMean(value, type.choices)
    found.push({ kind: 'choice', path, choices: type.choices, value, near })
  }
  return found
}

const isOpen = (value: string) => value.includes('{{')

function checkMap(
  value: Record<string, unknown>,
  { fields, required = [], values }: FieldType,
  path: Path,
  version: ControllerVersion,
  found: SchemaProblem[],
): void {
  for (const [field, each] of Object.entries(value)) {
    const type = values ?? (fields && Object.hasOwn(fields, field) ? fields[field] : undefined)
    if (type === undefined) {
      if (fields) {
        const free = Object.keys(fields).filter(name => !Object.hasOwn(value, name))
        found.push({ kind: 'unknown', path: [...path, field], field, near: didYouMean(field, free), isNewer: false })
      }
      continue
    }
    if (type.since === '1.10' && version === '1.9')
      found.push({ kind: 'unknown', path: [...path, field], field, near: undefined, isNewer: true })
    checkSchema(each, type, [...path, field], version, found)
  }
  for (const field of required) if (isAbsent(value[field])) found.push({ kind: 'missing', path, field })
}

const isAbsent = (value: unknown) => value === undefined || value === null

function fits(value: unknown, { type }: FieldType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'integer':
      return Number.isInteger(value)
    case 'int-or-text':
      return typeof value === 'string' || Number.isInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
    default:
      return typeof value === 'object' && !Array.isArray(value)
  }
}

const names: Readonly<Record<FieldType['type'], string>> = {
  text: 'a text',
  integer: 'a whole number',
  'int-or-text': 'a whole number or a text',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
  any: 'anything',
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value)}`
    case 'number':
      return `the number ${value}`
    case 'boolean':
      return String(value)
    default:
      return 'a map'
  }
}
