/** A literal such as `2.0`: a whole number that Go keeps as a float64, so that it equals no int64. */
export class FloatLiteral {
  readonly type = 'float'
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

type Comparable =
  | { type: 'int' | 'float'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }

export const plainValue = (value: unknown): unknown => (value instanceof FloatLiteral ? value.value : value)

/** As reflect.Type prints: a whole number is an int64 to Kubernetes' JSON decoder, any other a float64. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}'
  if (value instanceof FloatLiteral) return 'float64'
  if (typeof value === 'object') return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/**
 * client-go's comparison (third_party/forked/golang/template/funcs.go): like with like only.
 *
 * @returns the answer, or as text why there is none
 */
export function isComparisonTrue(left: unknown, operator: string, right: unknown): boolean | string {
  if (!['==', '!=', '<', '<=', '>', '>='].includes(operator)) return `unrecognized filter operator ${operator}`
  const a = comparable(left)
  const b = comparable(right)
  if (a === undefined || b === undefined) return 'invalid type for comparison'
  if (a.type !== b.type) return 'incompatible types for comparison'
  if (operator === '==') return a.value === b.value
  if (operator === '!=') return a.value !== b.value
  if (a.type === 'bool') return 'invalid type for comparison'
  if (operator === '<') return a.value < b.value
  if (operator === '<=') return a.value <= b.value
  return operator === '>' ? a.value > b.value : a.value >= b.value
}

function comparable(value: unknown): Comparable | undefined {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'bool', value }
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'int' : 'float', value }
  return value instanceof FloatLiteral ? value : undefined
}
