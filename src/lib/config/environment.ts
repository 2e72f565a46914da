import { didYouMean } from '../values/did-you-mean.ts'
import { usage } from '../values/failure.ts'
import type { JsonSchema } from '../values/schema/json-schema.ts'
import { findProblems } from '../values/schema/validate.ts'
import type { Setting } from './config.ts'
import { configSchema } from './config-schema.ts'

const prefix = 'KUBECTL_CANARY_'

type Env = Readonly<Record<string, string | undefined>>

/**
 * Settings from `KUBECTL_CANARY_` and a field's path in upper snake case: `KUBECTL_CANARY_VERIFY_WARMUP=90s`. Lists are
 * separated by commas; maps with names of the user's own (`clusters`, `links`) have no variable.
 *
 * @returns the settings, and a warning for every variable of that prefix that sets nothing
 * @throws Failure `usage` for a value of the wrong type
 */
export function settingsFromEnvironment(env: Env): { settings: Setting[]; warnings: string[] } {
  const given = Object.keys(env).filter(name => name.startsWith(prefix) && env[name] !== undefined)
  if (given.length === 0) return { settings: [], warnings: [] }
  const known = new Map(environmentVariables().map(each => [each.variable, each]))
  const settings: Setting[] = []
  const warnings: string[] = []
  for (const variable of given.sort()) {
    const field = known.get(variable)
    if (field === undefined) {
      const near = didYouMean(variable, known.keys())
      warnings.push(`${variable} sets nothing${near === undefined ? '' : `, did you mean ${near}?`}`)
      continue
    }
    const value = valueFrom(variable, env[variable] ?? '', field.schema)
    settings.push({ path: field.path, value, origin: { kind: 'environment', variable } })
  }
  return { settings, warnings }
}

/** Every field that a variable can set. */
export function environmentVariables(): { variable: string; path: string[]; schema: JsonSchema }[] {
  return leaves(configSchema, [])
    .filter(({ path }) => path[0] !== 'apiVersion' && path[0] !== 'kind')
    .map(({ path, schema }) => ({ variable: prefix + path.map(upperSnake).join('_'), path, schema }))
}

function leaves(schema: JsonSchema, path: string[]): { path: string[]; schema: JsonSchema }[] {
  if (schema.type !== 'object') return [{ path, schema }]
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => leaves(field, [...path, name]))
}

const upperSnake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

function valueFrom(variable: string, text: string, schema: JsonSchema): unknown {
  const value = typed(text, schema)
  const place = { line: 1, column: 1 }
  const items = Array.isArray(value) ? value : [value]
  const itemSchema = schema.type === 'array' ? (schema.items ?? {}) : schema
  for (const item of items) {
    const problem = findProblems({ kind: 'scalar', place, value: item }, itemSchema, variable)[0]
    if (problem !== undefined) throw usage(`environment variable ${problem.message}`, { reason: 'InvalidConfig' })
  }
  return value
}

function typed(text: string, schema: JsonSchema): string | number | boolean | string[] {
  if (schema.type === 'array') return text === '' ? [] : text.split(',').map(each => each.trim())
  if (schema.type === 'boolean' && /^(1|t|true|0|f|false)$/i.test(text)) return /^[1t]/i.test(text)
  if ((schema.type === 'number' || schema.type === 'integer') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  return text
}
