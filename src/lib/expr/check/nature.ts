import type { Dialect } from '../dialect.ts'
import {
  anySlice,
  anyType,
  boolType,
  byteSlice,
  durationType,
  type GoType,
  isAssignable,
  isFloatKind,
  isIntegerKind,
  type Kind,
  timeType,
} from '../go/types.ts'

/**
 * What is known of a value before evaluation: its Go type, that it is nil, or nothing (`unknown`). 1.15 knows no
 * difference between unknown and `interface {}`.
 */
export interface Nature {
  readonly type?: GoType
  readonly isNil?: boolean
  /** Elements of an array whose type says less. 1.15 looks at it for `in` only. */
  readonly elem?: Nature
  /** A builtin, named. */
  readonly builtin?: string
  /** The type is that of a method, whose first parameter is the receiver. */
  readonly isMethod?: boolean
}

export const unknown: Nature = {}
export const nilNature: Nature = { isNil: true }

const byType = new Map<GoType, Nature>()

export function natureOf(type: GoType): Nature {
  const known = byType.get(type)
  if (known) return known
  const nature = { type }
  byType.set(type, nature)
  return nature
}

export const boolNature = natureOf(boolType)
export const arrayOf = (elem: Nature): Nature => ({ type: anySlice, elem })

export const kindOf = (nature: Nature): Kind | undefined => nature.type?.kind
export const isUnknown = (nature: Nature): boolean =>
  (nature.type === undefined && !nature.isNil) || nature.type === anyType

/** The type's name in error messages. */
export function natureName(nature: Nature, dialect: Dialect): string {
  if (nature.type) return nature.type.name
  if (dialect === '1.17') return 'unknown'
  return nature.isNil ? '<nil>' : anyType.name
}

/** The type that a node has for the optimizer and in a validator's message: `interface {}` when unknown. */
export const typeOrAny = (nature: Nature | undefined): GoType => nature?.type ?? anyType

/** What a pointer points to. Of the types here only *time.Location is one. */
export const deref = (nature: Nature): Nature =>
  nature.type?.kind === 'ptr' && nature.type.elem ? natureOf(nature.type.elem) : nature

/** Integers and floats: from 1.17 on only the builtin types, before also time.Duration, which is an int64. */
export const isInteger = (nature: Nature, dialect: Dialect): boolean =>
  isIntegerKind(kindOf(nature)) && (dialect === '1.15' || nature.type?.package === undefined)
export const isFloat = (nature: Nature): boolean => isFloatKind(kindOf(nature))
export const isNumber = (nature: Nature, dialect: Dialect): boolean => isInteger(nature, dialect) || isFloat(nature)
export const isBool = (nature: Nature): boolean => kindOf(nature) === 'bool'
export const isText = (nature: Nature): boolean => kindOf(nature) === 'string'
export const isBytes = (nature: Nature): boolean => nature.type === byteSlice
export const isTime = (nature: Nature): boolean => nature.type === timeType
export const isDuration = (nature: Nature): boolean => nature.type === durationType
export const isArray = (nature: Nature): boolean => kindOf(nature) === 'slice' || kindOf(nature) === 'array'
export const isMap = (nature: Nature): boolean => kindOf(nature) === 'map'

export const keyNature = (nature: Nature): Nature => (nature.type?.key ? natureOf(nature.type.key) : unknown)

/** The elements of an array or map. */
export function elemOf(nature: Nature, dialect: Dialect): Nature {
  if (dialect === '1.17' && nature.elem && isArray(nature)) return nature.elem
  return nature.type?.elem ? natureOf(nature.type.elem) : unknown
}

export function isAssignableTo(from: Nature, to: Nature, dialect: Dialect): boolean {
  if (from.isNil) {
    const kind = kindOf(to)
    return kind === 'ptr' || kind === 'interface' || kind === 'func' || kind === 'map' || kind === 'slice'
  }
  if (dialect === '1.15') return isAssignable(typeOrAny(from), typeOrAny(to))
  return from.type !== undefined && to.type !== undefined && isAssignable(from.type, to.type)
}

/** `==` is allowed between the two. */
export function isComparable(a: Nature, b: Nature, dialect: Dialect): boolean {
  if (isUnknown(a) || isUnknown(b) || a.isNil || b.isNil || (isNumber(a, dialect) && isNumber(b, dialect))) return true
  if (dialect === '1.15') return kindOf(a) === kindOf(b)
  return (
    (isDuration(a) && isDuration(b)) ||
    (isTime(a) && isTime(b)) ||
    (isArray(a) && isArray(b)) ||
    isAssignableTo(a, b, dialect)
  )
}

/** One side is unknown, and the other unknown too or what an operator takes. */
export function maybeCompatible(a: Nature, b: Nature, ...takes: readonly ((nature: Nature) => boolean)[]): boolean {
  const fits = (nature: Nature) => isUnknown(nature) || takes.some(test => test(nature))
  return (isUnknown(a) && fits(b)) || (isUnknown(b) && fits(a))
}
