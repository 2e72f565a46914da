import type { BuiltinNode, CallNode, Node } from '../ast/node.ts'
import { anyType, builtinFuncType, funcOf, type GoType } from '../go/types.ts'
import { Problem } from '../problem.ts'
import type { Checker } from './checker.ts'
import {
  deref,
  isAssignableTo,
  isFloat,
  isInteger,
  isUnknown,
  kindOf,
  type Nature,
  natureOf,
  typeOrAny,
  unknown,
} from './nature.ts'
import { signaturesOf } from './signatures.ts'
import { validatorOf } from './validators.ts'

/** The nature of what a call returns. */
export function callNature(checker: Checker, node: CallNode): Nature {
  const { callee } = node
  if (checker.dialect === '1.17' && callee.kind === 'identifier' && callee.name === '$env')
    throw new Problem('map[string]interface {} is not callable', node.at)
  const nature = checker.visit(callee)
  if (nature.builtin !== undefined) return functionNature(checker, nature.builtin, node)
  if (isUnknown(nature)) return unknown
  if (nature.isNil) throw new Problem(`${calledName(callee)} is nil; cannot call nil as function`, node.at)
  if (kindOf(nature) !== 'func' || !nature.type) throw new Problem(`${checker.name(nature)} is not callable`, node.at)
  const type = nature.isMethod ? { ...nature.type, params: nature.type.params?.slice(1) ?? [] } : nature.type
  const outcome = new Arguments(checker, node).against(calledName(callee), type)
  if (outcome instanceof Problem) throw outcome
  return outcome
}

function calledName(callee: Node): string {
  if (callee.kind === 'identifier') return callee.name
  if (callee.kind === 'member' && callee.property.kind === 'string') return callee.property.value
  return 'function'
}

/** The nature of a builtin's result: by its validator, else by its overloads. */
export function functionNature(checker: Checker, name: string, node: BuiltinNode | CallNode): Nature {
  const validate = validatorOf(name, checker.dialect)
  if (validate) {
    const natures = node.args.map(arg => checker.visit(arg))
    const result = validate(natures.map(each => (each.isNil ? undefined : isUnknown(each) ? anyType : each.type)))
    if (typeof result === 'string') throw new Problem(result, node.at)
    return natureOf(result)
  }
  const args = new Arguments(checker, node)
  let complaint: Problem | undefined
  for (const signature of signaturesOf(name, checker.dialect) ?? [builtinFuncType]) {
    const outcome = args.against(name, signature)
    if (!(outcome instanceof Problem)) return outcome
    complaint = outcome
  }
  throw complaint ?? new Problem(`no matching overload for ${name}`, node.at)
}

/** The arguments of a call, each visited once however many overloads there are. */
class Arguments {
  private readonly checker: Checker
  private readonly node: BuiltinNode | CallNode
  private readonly natures = new Map<number, Nature>()

  constructor(checker: Checker, node: BuiltinNode | CallNode) {
    this.checker = checker
    this.node = node
  }

  private nature(at: number): Nature {
    const known = this.natures.get(at)
    if (known) return known
    const arg = this.node.args[at] as Node
    const nature = this.checker.visit(arg)
    // A predicate is a function to whoever does not know better.
    const given =
      arg.kind === 'predicate' ? natureOf(funcOf([anyType], nature.isNil ? [] : [typeOrAny(nature)])) : nature
    this.natures.set(at, given)
    return given
  }

  /** The nature of the result, or why the arguments do not fit the function type. */
  against(name: string, type: GoType): Nature | Problem {
    const { node, checker } = this
    const [result, ...more] = type.results ?? []
    if (!result) return new Problem(`func ${name} doesn't return value`, node.at)
    if (more.length > 1) return new Problem(`func ${name} returns more then two values`, node.at)
    const params = type.params ?? []
    const least = type.variadic ? params.length - 1 : params.length
    const wrong =
      node.args.length < least ? 'not enough' : !type.variadic && node.args.length > params.length ? 'too many' : ''
    if (wrong) {
      // From 1.17 on what is wrong with the arguments themselves comes first.
      if (checker.dialect === '1.17') for (const at of node.args.keys()) this.nature(at)
      return new Problem(`${wrong} arguments to call ${name}`, node.at)
    }
    for (const [at, arg] of node.args.entries()) {
      const given = this.nature(at)
      const isRest = type.variadic && at >= params.length - 1
      const param = (isRest ? params.at(-1)?.elem : params[at]) ?? anyType
      const misfit = this.misfit(name, arg, at, given, natureOf(param))
      if (misfit) return misfit
    }
    return natureOf(result)
  }

  private misfit(name: string, arg: Node, at: number, given: Nature, wanted: Nature): Problem | undefined {
    const { checker, node } = this
    const { dialect } = checker
    if (isFloat(wanted) && isInteger(given, dialect)) {
      node.args[at] = floatsFor(arg, wanted)
      return undefined
    }
    if (isInteger(wanted, dialect) && isInteger(given, dialect) && kindOf(wanted) !== kindOf(given)) {
      retype(arg, wanted)
      return undefined
    }
    if (given.isNil) {
      if (dialect === '1.15' || kindOf(wanted) === 'ptr' || kindOf(wanted) === 'interface') return undefined
      return new Problem(`cannot use nil as argument (type ${checker.name(wanted)}) to call ${name}`, arg.at)
    }
    const fits =
      isAssignableTo(given, wanted, dialect) ||
      isUnknown(given) ||
      (dialect === '1.17' && isAssignableTo(deref(given), wanted, dialect))
    if (fits) return undefined
    return new Problem(
      `cannot use ${checker.name(given)} as argument (type ${checker.name(wanted)}) to call ${name} `,
      arg.at,
    )
  }
}

/** An integer literal where a float is wanted becomes one, also within a sum, difference, product or sign. */
function floatsFor(node: Node, wanted: Nature): Node {
  switch (node.kind) {
    case 'integer':
      return { kind: 'float', value: Number(node.value), at: node.at, nature: wanted }
    case 'unary':
      node.operand = floatsFor(node.operand, wanted)
      return node
    case 'binary':
      if (['+', '-', '*'].includes(node.operator)) {
        node.left = floatsFor(node.left, wanted)
        node.right = floatsFor(node.right, wanted)
      }
  }
  return node
}

/** Integer literals take the integer type that is wanted. */
function retype(node: Node, wanted: Nature): void {
  if (node.kind === 'integer') node.nature = wanted
  else if (node.kind === 'unary') retype(node.operand, wanted)
  else if (node.kind === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    retype(node.left, wanted)
    retype(node.right, wanted)
  }
}
