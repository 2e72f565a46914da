import type { Dialect } from '../dialect.ts'
import { type GoType, isAssignable } from '../go/types.ts'
import { conversionProblem, Func, typeName, typeOf, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'

/** Function types that upstream calls without reflection, and so with another complaint about an argument. */
const direct = new Set([
  'func(float64) bool',
  'func(float64) float64',
  'func(interface {}) bool',
  'func(interface {}) float64',
  'func(interface {}, interface {}) interface {}',
  'func(time.Duration) time.Duration',
  'func(time.Duration) time.Time',
  'func(time.Time) time.Duration',
  'func(time.Time) bool',
  'func(string) string',
])

/**
 * Calls a function of the environment or a method.
 *
 * @param checked the type that the checker found; without it upstream counts and converts the arguments itself
 */
export function callFunction(
  func: Value,
  args: readonly Value[],
  checked: GoType | undefined,
  dialect: Dialect,
): Value {
  if (func === null) throw nilCall(dialect)
  if (!(func instanceof Func)) {
    if (dialect === '1.17') throw new Problem(`invalid operation: cannot call non-function of type ${typeName(func)}`)
    throw new Problem(`reflect: call of Call on ${typeName(func)} Value`)
  }
  const params = func.type.params ?? []
  if (args.length !== params.length) {
    if (dialect === '1.17')
      throw new Problem(`invalid number of arguments: expected ${params.length}, got ${args.length}`)
    throw new Problem(`reflect: Call with too ${args.length < params.length ? 'few' : 'many'} input arguments`)
  }
  const isDirect = checked?.kind === 'func' && direct.has(func.type.name)
  for (const [at, arg] of args.entries()) {
    const param = params[at]
    const type = typeOf(arg)
    if (!param || (type ? isAssignable(type, param) : param.kind === 'interface')) continue
    if (isDirect) throw conversionProblem(arg, param.name)
    if (type) throw new Problem(`reflect: Call using ${type.name} as type ${param.name}`)
    if (dialect === '1.15') throw new Problem(`reflect: Call using interface {} as type ${param.name}`)
    return func.call(args.map((each, index) => (each === null ? zeroOf(params[index]) : each)))
  }
  return func.call(args)
}

const nilCall = (dialect: Dialect) =>
  new Problem(
    dialect === '1.17' ? 'invalid operation: cannot call nil' : 'reflect: call of reflect.Value.Call on zero Value',
  )

/** From 1.17 on nil becomes the zero value of the parameter. */
function zeroOf(type: GoType | undefined): Value {
  switch (type?.kind) {
    case 'string':
      return ''
    case 'bool':
      return false
    case 'float64':
      return 0
    case 'int':
      return 0n
    case 'interface':
      return null
  }
  throw new Problem(`runtime error: invalid memory address or nil pointer dereference`)
}
