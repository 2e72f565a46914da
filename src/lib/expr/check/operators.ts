import type { BinaryNode, UnaryNode } from '../ast/node.ts'
import type { Dialect } from '../dialect.ts'
import { checkPattern } from '../go/regular-expression.ts'
import { anyType, durationType, float64Type, intSlice, intType, stringType, timeType } from '../go/types.ts'
import { Problem } from '../problem.ts'
import {
  arrayOf,
  boolNature,
  elemOf,
  isArray,
  isAssignableTo,
  isBool,
  isBytes,
  isComparable,
  isDuration,
  isFloat,
  isInteger,
  isMap,
  isNumber,
  isText,
  isTime,
  isUnknown,
  keyNature,
  kindOf,
  maybeCompatible,
  type Nature,
  natureName,
  natureOf,
  nilNature,
  unknown,
} from './nature.ts'

const floatNature = natureOf(float64Type)
const intNature = natureOf(intType)
const textNature = natureOf(stringType)
const timeNature = natureOf(timeType)
const durationNature = natureOf(durationType)
const anyNature = natureOf(anyType)

/**
 * The nature of a unary operation.
 *
 * @throws Problem when the operand does not fit
 */
export function unaryNature(node: UnaryNode, operand: Nature, dialect: Dialect): Nature {
  if (node.operator === '!' || node.operator === 'not') {
    if (isBool(operand) || isUnknown(operand)) return boolNature
  } else {
    if (isNumber(operand, dialect)) return operand
    if (isUnknown(operand)) return unknown
  }
  throw new Problem(`invalid operation: ${node.operator} (mismatched type ${natureName(operand, dialect)})`, node.at)
}

/**
 * The nature of a binary operation.
 *
 * @throws Problem when the operands do not fit
 */
export function binaryNature(node: BinaryNode, left: Nature, right: Nature, dialect: Dialect): Nature {
  const nature = natureFor(node, left, right, dialect)
  if (nature) return nature
  const [a, b] = [natureName(left, dialect), natureName(right, dialect)]
  throw new Problem(`invalid operation: ${node.operator} (mismatched types ${a} and ${b})`, node.at)
}

function natureFor(node: BinaryNode, left: Nature, right: Nature, dialect: Dialect): Nature | undefined {
  const number = (nature: Nature) => isNumber(nature, dialect)
  const integer = (nature: Nature) => isInteger(nature, dialect)
  const both = (test: (nature: Nature) => boolean) => test(left) && test(right)
  switch (node.operator) {
    case '==':
    case '!=':
      return isComparable(left, right, dialect) ? boolNature : undefined
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return both(isBool) || maybeCompatible(left, right, isBool) ? boolNature : undefined
    case '<':
    case '>':
    case '<=':
    case '>=': {
      const ordered = [number, isText, isTime, ...(dialect === '1.17' ? [isDuration] : [])]
      return ordered.some(both) || maybeCompatible(left, right, ...ordered) ? boolNature : undefined
    }
    case '+':
      return sum(left, right, dialect)
    case '-':
      return difference(left, right, dialect)
    case '*':
      return product(left, right, dialect)
    case '/':
    case '**':
    case '^':
      return both(number) || maybeCompatible(left, right, number) ? floatNature : undefined
    case '%':
      if (both(integer)) return dialect === '1.15' ? combined(left, right, dialect) : intNature
      if (maybeCompatible(left, right, integer)) return dialect === '1.15' ? anyNature : intNature
      return undefined
    case 'in':
      return membership(node, left, right, dialect)
    case 'matches':
      if (node.right.kind === 'string') checkPattern(node.right.value, node.at)
      if (dialect === '1.17' && isBytes(left) && isText(right)) return boolNature
      return both(isText) || maybeCompatible(left, right, isText) ? boolNature : undefined
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return both(isText) || maybeCompatible(left, right, isText) ? boolNature : undefined
    case '..':
      if (!both(integer) && !maybeCompatible(left, right, integer)) return undefined
      return dialect === '1.15' ? natureOf(intSlice) : arrayOf(intNature)
    case '??':
      if (left.isNil) return right.isNil ? nilNature : typed(right, dialect)
      if (right.isNil || isAssignableTo(right, left, dialect)) return typed(left, dialect)
      return unknown
  }
  throw new Problem(`unknown operator (${node.operator})`, node.at)
}

/** 1.15 forgets here what the elements of a list are. */
const typed = (nature: Nature, dialect: Dialect): Nature =>
  dialect === '1.15' && nature.type ? natureOf(nature.type) : nature

/** 1.15 keeps the left type where the kinds are the same; 1.17 makes int of all integers. */
function combined(left: Nature, right: Nature, dialect: Dialect): Nature {
  if (dialect === '1.15' && kindOf(left) === kindOf(right)) return left
  return isFloat(left) || isFloat(right) ? floatNature : intNature
}

function sum(left: Nature, right: Nature, dialect: Dialect): Nature | undefined {
  const number = (nature: Nature) => isNumber(nature, dialect)
  if (number(left) && number(right)) return combined(left, right, dialect)
  if (isText(left) && isText(right)) return textNature
  if ((isTime(left) && isDuration(right)) || (isDuration(left) && isTime(right))) return timeNature
  if (isDuration(left) && isDuration(right)) return durationNature
  return maybeCompatible(left, right, number, isText, isTime, isDuration) ? unknown : undefined
}

function difference(left: Nature, right: Nature, dialect: Dialect): Nature | undefined {
  const number = (nature: Nature) => isNumber(nature, dialect)
  if (number(left) && number(right)) return combined(left, right, dialect)
  if (isTime(left) && isTime(right)) return durationNature
  if (isTime(left) && isDuration(right)) return timeNature
  if (isDuration(left) && isDuration(right)) return durationNature
  return maybeCompatible(left, right, number, isTime, isDuration) ? unknown : undefined
}

function product(left: Nature, right: Nature, dialect: Dialect): Nature | undefined {
  const factor = (nature: Nature) => isNumber(nature, dialect) || isDuration(nature)
  if (isNumber(left, dialect) && isNumber(right, dialect)) return combined(left, right, dialect)
  if (factor(left) && factor(right)) return durationNature
  return maybeCompatible(left, right, factor) ? unknown : undefined
}

function membership(node: BinaryNode, left: Nature, right: Nature, dialect: Dialect): Nature | undefined {
  const misfit = (wanted: Nature, where: string) =>
    new Problem(`cannot use ${natureName(left, dialect)} as type ${natureName(wanted, dialect)} in ${where}`, node.at)
  if ((isText(left) || isUnknown(left)) && kindOf(right) === 'struct') return boolNature
  if (isMap(right)) {
    if (left.isNil && dialect === '1.15') return boolNature
    if (!isUnknown(left) && !isAssignableTo(left, keyNature(right), dialect)) throw misfit(keyNature(right), 'map key')
    return boolNature
  }
  if (isArray(right)) {
    const elems = dialect === '1.15' ? [natureOf(right.type?.elem ?? anyType), right.elem] : [elemOf(right, dialect)]
    for (const elem of elems) if (elem && !isComparable(left, elem, dialect)) throw misfit(elem, 'array')
    return boolNature
  }
  if (isUnknown(right) || (isUnknown(left) && isText(right))) return boolNature
  return undefined
}
