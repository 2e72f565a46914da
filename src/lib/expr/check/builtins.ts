import type { BuiltinNode, Node } from '../ast/node.ts'
import { anySlice, boolType, groupsType, intType, sliceOf } from '../go/types.ts'
import { Problem } from '../problem.ts'
import { functionNature } from './calls.ts'
import type { Checker } from './checker.ts'
import {
  arrayOf,
  deref,
  elemOf,
  isArray,
  isAssignableTo,
  isBool,
  isInteger,
  isMap,
  isText,
  isUnknown,
  keyNature,
  type Nature,
  natureOf,
  nilNature,
  typeOrAny,
  unknown,
} from './nature.ts'

/** Builtins that take a predicate, in the dialect where they do. */
const returnsBool = new Set(['all', 'none', 'any', 'one'])
const returnsIndex = new Set(['findIndex', 'findLastIndex'])
const returnsElement = new Set(['find', 'findLast'])

/** The nature of a builtin's result. */
export function builtinNature(checker: Checker, node: BuiltinNode): Nature {
  const { name, args } = node
  const [first, predicate, third] = args
  if (!first || !takesPredicate(checker, name)) return plainNature(checker, node)
  const isOld = checker.dialect === '1.15'
  const given = checker.visit(first)
  const collection = isOld ? given : deref(given)
  if (!isArray(collection) && !isUnknown(collection))
    throw new Problem(`builtin ${name} takes only array (got ${checker.name(collection)})`, first.at)
  if (!predicate) return name === 'sum' ? sumOf(checker, collection) : natureOf(intType)

  const pointers: [string, Nature][] = []
  if (name === 'map' || name === 'reduce') pointers.push(['index', natureOf(intType)])
  if (name === 'reduce') pointers.push(['acc', unknown])
  const body = checker.visitPredicate(predicate, collection, pointers)
  if (isOld && body.isNil) throw new Problem('closure cannot be nil', bodyOf(predicate).at)

  if (name === 'sortBy' && third) checkOrder(checker, third)
  if (name === 'reduce' && third) checker.visit(third)
  if (body.isNil) {
    if (name === 'sum') return functionNature(checker, name, node)
    const inputs = name === 'reduce' ? 'two' : 'one'
    throw new Problem(`predicate should has ${inputs} input and one output param`, predicate.at)
  }
  return resultNature(checker, node, collection, body, predicate)
}

const bodyOf = (node: Node) => (node.kind === 'predicate' ? node.body : node)

function takesPredicate(checker: Checker, name: string): boolean {
  if (returnsBool.has(name) || returnsIndex.has(name) || returnsElement.has(name)) return true
  if (['filter', 'map', 'count', 'groupBy', 'reduce'].includes(name)) return true
  return checker.dialect === '1.17' && (name === 'sum' || name === 'sortBy')
}

const sumOf = (checker: Checker, collection: Nature) =>
  isUnknown(collection) ? unknown : elemOf(collection, checker.dialect)

function checkOrder(checker: Checker, node: Node): void {
  const order = checker.visit(node)
  if (!isText(order) && !isUnknown(order))
    throw new Problem(`sortBy order argument must be a string (got ${checker.name(order)})`, node.at)
}

function resultNature(checker: Checker, node: BuiltinNode, collection: Nature, body: Nature, predicate: Node): Nature {
  const { name } = node
  const isOld = checker.dialect === '1.15'
  const elem = isUnknown(collection) ? unknown : elemOf(collection, checker.dialect)
  switch (name) {
    case 'map':
      return isOld ? natureOf(sliceOf(typeOrAny(body))) : arrayOf(body)
    case 'reduce':
      return isOld ? withoutElem(body) : body
    case 'sum':
      return withoutElem(body)
    case 'sortBy':
      return collection
    case 'groupBy':
      return natureOf(groupsType)
  }
  if (!isBool(body) && !isUnknown(body))
    throw new Problem(`predicate should return boolean (got ${checker.name(body)})`, predicate.at)
  if (returnsBool.has(name)) return natureOf(boolType)
  if (name === 'count' || returnsIndex.has(name)) return natureOf(intType)
  if (returnsElement.has(name)) return elem
  if (isUnknown(collection)) return natureOf(anySlice)
  return isOld ? natureOf(sliceOf(typeOrAny(elem))) : arrayOf(elem)
}

const withoutElem = (nature: Nature): Nature => natureOf(typeOrAny(nature))

function plainNature(checker: Checker, node: BuiltinNode): Nature {
  return node.name === 'get' ? getNature(checker, node) : functionNature(checker, node.name, node)
}

function getNature(checker: Checker, node: BuiltinNode): Nature {
  const isOld = checker.dialect === '1.15'
  const [from, at, ...more] = node.args
  if (!from || !at || more.length > 0)
    throw new Problem(`invalid number of arguments (expected 2, got ${node.args.length})`, node.at)
  if (!isOld) {
    checker.visit(from)
    checker.visit(at)
  }
  if (from.kind === 'identifier' && from.name === '$env')
    return at.kind === 'string' ? (checker.environment.get(at.value) ?? (isOld ? nilNature : unknown)) : unknown
  const base = checker.visit(from)
  if (isUnknown(base)) return unknown
  if (isArray(base)) {
    const index = isOld ? checker.visit(at) : deref(checker.visit(at))
    if (isOld && index.isNil) throw new Problem('cannot use nil as slice index', at.at)
    if (!isInteger(index, checker.dialect) && !isUnknown(index))
      throw new Problem(`non-integer slice index ${checker.name(index)}`, at.at)
    return elemOf(base, checker.dialect)
  }
  if (isMap(base)) {
    const key = deref(checker.visit(at))
    if (isOld && key.isNil) throw new Problem('cannot use nil as map index', at.at)
    if (!isAssignableTo(key, keyNature(base), checker.dialect) && !isUnknown(key))
      throw new Problem(`cannot use ${checker.name(key)} to get an element from ${checker.name(base)}`, at.at)
    return elemOf(base, checker.dialect)
  }
  throw new Problem(`type ${checker.name(base)} does not support indexing`, from.at)
}
