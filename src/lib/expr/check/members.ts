import type { MemberNode } from '../ast/node.ts'
import { Problem } from '../problem.ts'
import { methodsOf, methodType } from '../time/methods.ts'
import type { Checker } from './checker.ts'
import {
  deref,
  elemOf,
  isArray,
  isAssignableTo,
  isInteger,
  isMap,
  isUnknown,
  keyNature,
  kindOf,
  type Nature,
  unknown,
} from './nature.ts'

/** The nature of `base.name`, `base[index]` and of a named method. */
export function memberNature(checker: Checker, node: MemberNode): Nature {
  const isOld = checker.dialect === '1.15'
  const name = node.property.kind === 'string' ? node.property.value : undefined
  if (node.base.kind === 'identifier' && node.base.name === '$env') {
    if (isOld) {
      checker.visit(node.base)
      checker.visit(node.property)
    }
    if (name === undefined) return unknown
    return checker.environmentNature(node, name, { strict: !node.optional, builtins: false })
  }
  const base = checker.visit(node.base)
  const property = checker.visit(node.property)
  if (isUnknown(base) && !isOld) return unknown
  if (name !== undefined) {
    if (base.isNil) throw new Problem(`type ${isOld ? '<nil>' : 'nil'} has no field ${name}`, node.at)
    const method = methodsOf(base.type).get(name)
    if (method && base.type) return { type: methodType(base.type, method), isMethod: true }
  }
  return fieldNature(checker, node, deref(base), property, name)
}

function fieldNature(
  checker: Checker,
  node: MemberNode,
  base: Nature,
  property: Nature,
  name: string | undefined,
): Nature {
  const { dialect } = checker
  const isOld = dialect === '1.15'
  if (isUnknown(base)) return unknown
  if (isMap(base)) {
    const fits = isAssignableTo(property, keyNature(base), dialect) || isUnknown(property) || (isOld && property.isNil)
    if (!fits)
      throw new Problem(
        `cannot use ${checker.name(property)} to get an element from ${checker.name(base)}`,
        node.property.at,
      )
    return elemOf(base, dialect)
  }
  if (isArray(base)) {
    const index = deref(property)
    if (!isInteger(index, dialect) && !isUnknown(index))
      throw new Problem(
        `array elements can only be selected using an integer (got ${checker.name(index)})`,
        node.property.at,
      )
    return elemOf(base, dialect)
  }
  const isStruct = kindOf(base) === 'struct'
  if (name === undefined || (isOld && !isStruct))
    throw new Problem(`type ${checker.name(base)}[${checker.name(property)}] is undefined`, node.at)
  throw new Problem(`type ${checker.name(base)} has no ${node.isCalled ? 'method' : 'field'} ${name}`, node.at)
}
