import { didYouMean } from '../did-you-mean.ts'
import { type Failure, usage } from '../failure.ts'
import type { JsonSchema, JsonType } from './json-schema.ts'
import { isLocatedList, isLocatedMap, type Located, type LocatedMap, type Place } from './located-yaml.ts'

export interface Problem {
  place: Place
  /** `clusters.prod.prometheus`, empty for the document */
  path: string
  message: string
}

/** Everything in which the document differs from the schema, in the order of the file. */
export function findProblems(node: Located, schema: JsonSchema, path = ''): Problem[] {
  const wrongType = typeProblem(node, schema)
  if (wrongType !== undefined) return [{ place: node.place, path, message: `${named(path)} ${wrongType}` }]
  if (isLocatedMap(node)) return mapProblems(node, schema, path)
  if (isLocatedList(node)) {
    const { items } = schema
    return items === undefined
      ? []
      : node.value.flatMap((item, index) => findProblems(item, items, `${path}[${index}]`))
  }
  const why = valueProblem(node.value, schema)
  return why === undefined ? [] : [{ place: node.place, path, message: `${named(path)} ${why}` }]
}

/** The problems as one usage failure, each with file, line and column. */
export function invalidFile(file: string, problems: readonly Problem[]): Failure {
  const lines = problems.map(({ place, message }) => `${file}:${place.line}:${place.column}: ${message}`)
  return usage(lines.join('\n'), { reason: 'InvalidFile' })
}

function mapProblems(node: LocatedMap, schema: JsonSchema, path: string): Problem[] {
  const given = new Set(node.value.map(({ key }) => key))
  const missing = (schema.required ?? [])
    .filter(name => !given.has(name))
    .map(name => ({ place: node.place, path, message: `missing field ${join(path, name)}${example(schema, name)}` }))
  const ways = schema.anyOf ?? []
  if (ways.length > 0 && !ways.some(way => way.required.every(name => given.has(name))))
    missing.push({ place: node.place, path, message: `${named(path)} needs ${listed(ways.map(waysText))}` })
  const wrong = node.value.flatMap(({ key, keyPlace, value }) => {
    const field = fieldSchema(schema, key)
    if (field === undefined) return [{ place: keyPlace, path, message: unknownField(key, schema, path) }]
    return findProblems(value, field, join(path, key))
  })
  return [...missing, ...wrong]
}

const waysText = ({ required }: { required: readonly string[] }) => required.join(' with ')

/** The schema of a field; undefined when the map may not have it. */
function fieldSchema(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties } = schema
  if (Object.hasOwn(properties, key)) return properties[key]
  return additionalProperties === false ? undefined : (additionalProperties ?? {})
}

function unknownField(key: string, schema: JsonSchema, path: string): string {
  const near = didYouMean(key, Object.keys(schema.properties ?? {}))
  const where = path === '' ? '' : ` in ${path}`
  return `unknown field ${JSON.stringify(key)}${where}${near === undefined ? '' : `, did you mean ${JSON.stringify(near)}?`}`
}

function typeProblem(node: Located, schema: JsonSchema): string | undefined {
  const types = [schema.type ?? []].flat()
  const actual = typeName(node)
  if (types.length === 0 || types.includes(actual)) return undefined
  if (actual === 'integer' && types.includes('number')) return undefined
  const wanted = types.map(type => withArticle[type])
  return `must be ${listed(wanted)}, not ${withArticle[actual]}`
}

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

const withArticle: Readonly<Record<JsonType, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
}

function typeName(node: Located): JsonType {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'object' : 'array'
  if (node.value === null) return 'null'
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'integer' : 'number'
  return typeof node.value === 'boolean' ? 'boolean' : 'string'
}

function valueProblem(value: Located['value'], schema: JsonSchema): string | undefined {
  if (schema.const !== undefined && value !== schema.const) return `must be ${schema.const}, not ${String(value)}`
  if (typeof value === 'string') return textProblem(value, schema)
  if (typeof value !== 'number') return undefined
  if (schema.minimum !== undefined && value < schema.minimum) return `must be at least ${schema.minimum}, not ${value}`
  if (schema.maximum !== undefined && value > schema.maximum) return `must be at most ${schema.maximum}, not ${value}`
  return undefined
}

function textProblem(value: string, schema: JsonSchema): string | undefined {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    const near = didYouMean(value, schema.enum)
    const hint = near === undefined ? '' : `, did you mean ${near}?`
    return `must be one of ${schema.enum.join(', ')}, not ${JSON.stringify(value)}${hint}`
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    const such = schema.examples === undefined ? '' : `, as in ${schema.examples.join(' or ')}`
    return `is not understood: ${JSON.stringify(value)}${such}`
  }
  return undefined
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
const named = (path: string): string => (path === '' ? 'the document' : path)

function example(schema: JsonSchema, name: string): string {
  const value = schema.properties?.[name]?.const
  return value === undefined ? '' : ` (write ${name}: ${value})`
}
