import type { ControllerVersion } from '../../analysis/analysis.ts'

/** What a field of a CRD may hold. Absent `fields` of a map: anything. */
export interface FieldType {
  type: 'text' | 'integer' | 'int-or-text' | 'boolean' | 'list' | 'map' | 'any'
  fields?: Readonly<Record<string, FieldType>>
  required?: readonly string[]
  items?: FieldType
  /** of a map whose names are the user's */
  values?: FieldType
  choices?: readonly string[]
  /** the first controller whose CRD has it */
  since?: ControllerVersion
}

export const text: FieldType = { type: 'text' }
export const integer: FieldType = { type: 'integer' }
export const intOrText: FieldType = { type: 'int-or-text' }
export const boolean: FieldType = { type: 'boolean' }
export const anything: FieldType = { type: 'any' }

export const choice = (...choices: string[]): FieldType => ({ type: 'text', choices })
export const list = (items: FieldType): FieldType => ({ type: 'list', items })
export const mapOfValues = (values: FieldType): FieldType => ({ type: 'map', values })

/** A map with these fields; the names that end in `!` must be there. */
export function map(fields: Record<string, FieldType>): FieldType {
  const names = Object.keys(fields)
  return {
    type: 'map',
    fields: Object.fromEntries(names.map(name => [name.replace(/!$/, ''), fields[name] as FieldType])),
    required: names.filter(name => name.endsWith('!')).map(name => name.slice(0, -1)),
  }
}

export const since = (version: ControllerVersion, field: FieldType): FieldType => ({ ...field, since: version })
