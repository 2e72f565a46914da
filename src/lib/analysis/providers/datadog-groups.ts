import { decodeJson } from '../../expr/go/json-decode.ts'
import { goQuote } from '../../expr/go/quote.ts'
import { Dictionary, Slice, type Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import { MeasurementError } from './measurement-error.ts'
import { plainOf } from './typed-json.ts'

/** A column of an ungrouped answer. */
export interface DatadogColumn {
  Values?: (number | null)[]
}

interface GroupedColumn {
  name: string
  type: string
  values: readonly Value[]
}

interface Group {
  name: string
  value: number
}

/** How many groups are kept in a measurement's metadata, so that the run stays small enough to be stored. */
const maxGroups = 100

/**
 * The columns of an answer to a query with `by {tag}`, which has at least one of type `group`; undefined for any other
 * answer.
 */
export function datadogColumns(body: string): GroupedColumn[] | undefined {
  const found = fieldOf(fieldOf(fieldOf(decoded(body), 'data'), 'attributes'), 'columns')
  if (!(found instanceof Slice)) return undefined
  const columns = found.items.map(column => {
    const values = fieldOf(column, 'values')
    const text = (name: string) => {
      const value = fieldOf(column, name)
      return typeof value === 'string' ? value : ''
    }
    return { name: text('name'), type: text('type'), values: values instanceof Slice ? values.items : [] }
  })
  return columns.some(({ type }) => type === 'group') ? columns : undefined
}

/**
 * One value per group, and which group it is of, in `metadata.groups` (argo-rollouts datadog.go extractValues and
 * groupsMetadata, as on its master branch; 1.10.2 cannot read such an answer). Several tags are joined by commas; groups
 * without data are left out.
 */
export function readGroups(columns: readonly GroupedColumn[]): { values: number[]; metadata: Record<string, string> } {
  const numbers = columns.find(({ type }) => type === '' || type === 'number')
  const tags = columns.filter(({ type }) => type === 'group')
  const groups = (numbers?.values ?? []).flatMap((value, index): Group[] => {
    if (value === null) return []
    if (typeof value !== 'number') throw notNumeric(value, numbers?.name ?? '')
    return [{ name: labelAt(tags, index), value }]
  })
  const shown = groups.length > maxGroups ? extremes(groups) : groups
  const metadata = {
    groups: JSON.stringify(shown.map(({ name, value }) => ({ name, value }))).replace(
      /[<>&\u2028\u2029]/g,
      letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
    ...(shown === groups ? {} : { groups_truncated: 'true' }),
  }
  return { values: groups.map(({ value }) => value), metadata }
}

function labelAt(tags: readonly GroupedColumn[], index: number): string {
  const parts = tags.flatMap(({ values }) => {
    const entry = values[index]
    const texts = entry instanceof Slice ? entry.items.filter(each => typeof each === 'string') : []
    if (!(entry instanceof Slice) || texts.length === 0 || texts.length < entry.items.length)
      throw new MeasurementError(`could not parse group label at index ${index}`)
    return texts
  })
  return parts.join(',')
}

/** The lowest and the highest: one of them is what a condition is about. */
function extremes(groups: readonly Group[]): Group[] {
  const sorted = [...groups].sort((one, other) => one.value - other.value)
  return [...sorted.slice(0, maxGroups / 2), ...sorted.slice(-maxGroups / 2)]
}

function notNumeric(value: Value, column: string): MeasurementError {
  const raw = JSON.stringify(plainOf(value))
  const kind = value instanceof Slice ? 'array' : value instanceof Dictionary ? 'object' : typeof value
  const why = `json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type float64`
  return new MeasurementError(`could not parse numeric value ${goQuote(raw)} in column ${goQuote(column)}: ${why}`)
}

/** Go matches the names of fields whatever the case of their letters. */
function fieldOf(value: Value, name: string): Value {
  if (!(value instanceof Dictionary)) return null
  const entries = [...value.entries.values()]
  return entries.find(([key]) => String(key).toLowerCase() === name)?.[1] ?? null
}

function decoded(body: string): Value {
  try {
    return decodeJson(body)
  } catch (problem) {
    if (problem instanceof Problem) return null
    throw problem
  }
}
