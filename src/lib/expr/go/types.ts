/** Go's reflect.Kind, as far as a condition can meet it. */
export type Kind =
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'string'
  | 'slice'
  | 'array'
  | 'map'
  | 'struct'
  | 'interface'
  | 'func'
  | 'ptr'

/** A Go type. Types are interned: two that are identical in Go are the same object. */
export interface GoType {
  readonly kind: Kind
  /** As reflect prints it: `[]interface {}`, `time.Duration`, `func(float64) bool`. */
  readonly name: string
  /** `time` for a type that is declared in that package. */
  readonly package?: string
  readonly elem?: GoType
  readonly key?: GoType
  readonly params?: readonly GoType[]
  readonly results?: readonly GoType[]
  readonly variadic?: boolean
}

const interned = new Map<string, GoType>()

function intern(type: GoType): GoType {
  const known = interned.get(type.name)
  if (known) return known
  interned.set(type.name, type)
  return type
}

const basic = (kind: Kind): GoType => intern({ kind, name: kind })
const inTime = (kind: Kind, name: string): GoType => intern({ kind, name: `time.${name}`, package: 'time' })

export const boolType = basic('bool')
export const intType = basic('int')
export const int64Type = basic('int64')
export const uint8Type = basic('uint8')
export const float64Type = basic('float64')
export const stringType = basic('string')
export const anyType = intern({ kind: 'interface', name: 'interface {}' })
export const errorType = intern({ kind: 'interface', name: 'error' })
export const emptyStructType = intern({ kind: 'struct', name: 'struct {}' })

export const timeType = inTime('struct', 'Time')
export const durationType = inTime('int64', 'Duration')
export const monthType = inTime('int', 'Month')
export const weekdayType = inTime('int', 'Weekday')
export const locationStructType = inTime('struct', 'Location')
export const locationType = intern({ kind: 'ptr', name: '*time.Location', elem: locationStructType })

export const sliceOf = (elem: GoType): GoType => intern({ kind: 'slice', name: `[]${elem.name}`, elem })
export const mapOf = (key: GoType, elem: GoType): GoType =>
  intern({ kind: 'map', name: `map[${key.name}]${elem.name}`, key, elem })

export const anySlice = sliceOf(anyType)
export const intSlice = sliceOf(intType)
export const float64Slice = sliceOf(float64Type)
export const stringSlice = sliceOf(stringType)
export const byteSlice = sliceOf(uint8Type)
export const pairType = intern({ kind: 'array', name: '[2]interface {}', elem: anyType })
export const pairSlice = sliceOf(pairType)
export const objectType = mapOf(stringType, anyType)
export const anyMap = mapOf(anyType, anyType)
export const groupsType = mapOf(anyType, anySlice)
export const intSetType = mapOf(intType, emptyStructType)
export const stringSetType = mapOf(stringType, emptyStructType)

export function funcOf(params: readonly GoType[], results: readonly GoType[], variadic = false): GoType {
  const names = params.map((param, at) =>
    variadic && at === params.length - 1 ? `...${param.elem?.name ?? ''}` : param.name,
  )
  const [only, ...more] = results
  const out =
    only === undefined ? '' : more.length === 0 ? ` ${only.name}` : ` (${results.map(r => r.name).join(', ')})`
  return intern({ kind: 'func', name: `func(${names.join(', ')})${out}`, params, results, variadic })
}

/** The type of a builtin that is named without being called. */
export const builtinFuncType = funcOf([anySlice], [anyType, errorType], true)

const integerKinds: ReadonlySet<Kind> = new Set<Kind>([
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
])

export const isIntegerKind = (kind: Kind | undefined): boolean => kind !== undefined && integerKinds.has(kind)
export const isFloatKind = (kind: Kind | undefined): boolean => kind === 'float64' || kind === 'float32'
export const isSignedKind = (kind: Kind | undefined): boolean => isIntegerKind(kind) && !kind?.startsWith('uint')

/** Bits of an integer kind (`int` and `uint` have 64, as everywhere that Argo Rollouts runs). */
export function bitsOf(kind: Kind): number {
  return Number(/\d+$/.exec(kind)?.[0] ?? 64)
}

/** Go's assignability, for the types above: identical, or to the empty interface. */
export const isAssignable = (from: GoType, to: GoType): boolean => from === to || to === anyType
