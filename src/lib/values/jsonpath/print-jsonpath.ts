import { goJson } from '../go-json.ts'
import { goFloat } from '../go-print.ts'
import { findJsonPath } from './find-jsonpath.ts'
import { plainValue } from './go-values.ts'
import type { FindOptions, JsonPath } from './jsonpath.ts'
import { parseJsonPath } from './parse-jsonpath.ts'

export interface EvaluateOptions extends FindOptions {
  /** kubectl's `-o jsonpath-as-json`: every action's values as an indented array */
  asJson?: boolean
}

/**
 * What `kubectl -o jsonpath=TEMPLATE` prints for the object (client-go jsonpath.go PrintResults): values of one action
 * separated by a space, maps and lists as JSON, null as `null`. No line end is added.
 *
 * @throws Failure as parseJsonPath and findJsonPath do
 */
export function evaluateJsonPath(path: JsonPath | string, object: unknown, options: EvaluateOptions = {}): string {
  const parsed = typeof path === 'string' ? parseJsonPath(path) : path
  const results = findJsonPath(parsed, object, options)
  if (options.asJson)
    return results
      .map(
        values =>
          `${goJson(
            values.map(value => plainValue(value) ?? null),
            4,
          )}\n`,
      )
      .join('')
  return results.map(values => values.map(printed).join(' ')).join('')
}

function printed(value: unknown): string {
  if (value === undefined) return '<no value>'
  const plain = plainValue(value)
  if (plain === null) return 'null'
  if (typeof plain === 'number') return goFloat(plain)
  return typeof plain === 'object' ? goJson(plain) : String(plain)
}
