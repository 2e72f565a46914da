import { Failure } from '../values/failure.ts'
import { findJsonPath } from '../values/jsonpath/find-jsonpath.ts'
import { parseJsonPath } from '../values/jsonpath/parse-jsonpath.ts'
import { relaxedJsonPath } from '../values/jsonpath/relaxed-jsonpath.ts'
import { parseQuantity } from '../values/quantity.ts'

/**
 * The objects in the order of a field (`--sort-by .metadata.name`), as kubectl sorts (get/sorter.go): objects without
 * the field first, numbers as numbers, texts that are both quantities (`100m`, `1Gi`) as such. The order of equal ones
 * is kept.
 *
 * @throws Failure `usage` for an unreadable path, `error` when no object has the field or its values have no order
 */
export function sortedBy<T>(objects: readonly T[], field: string): T[] {
  if (objects.length === 0) return []
  const path = parseJsonPath(relaxedJsonPath(field))
  const keyed = objects.map(object => ({ object, key: findJsonPath(path, object, { allowMissingKeys: true })[0]?.[0] }))
  if (keyed.every(({ key }) => key === undefined))
    throw new Failure('error', `couldn't find any field with path "${path.template}" in the list of objects`, {
      reason: 'FieldNotFound',
    })
  return keyed.sort((a, b) => compare(a.key, b.key, path.template)).map(({ object }) => object)
}

function compare(a: unknown, b: unknown, field: string): number {
  if (a === undefined || a === null || b === undefined || b === null) return presence(a) - presence(b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, field)
  const kinds = [...new Set([typeof a, typeof b])].sort()
  throw new Failure('error', `field ${field} has values that cannot be sorted: ${kinds.join(' and ')}`, {
    reason: 'Unsortable',
  })
}

/** missing, null, there */
const presence = (value: unknown): number => (value === undefined ? 0 : value === null ? 1 : 2)

function compareTexts(a: string, b: string): number {
  const x = quantity(a)
  const y = x === undefined ? undefined : quantity(b)
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0
  return a < b ? -1 : a > b ? 1 : 0
}

function quantity(text: string): bigint | undefined {
  if (!/^[+-]?[\d.]/.test(text)) return undefined
  try {
    return parseQuantity(text)
  } catch {
    return undefined
  }
}

function compareLists(a: readonly unknown[], b: readonly unknown[], field: string): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compare(a[index], b[index], field)
    if (order !== 0) return order
  }
  return a.length - b.length
}
