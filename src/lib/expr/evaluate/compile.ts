import type { BinaryNode, ConditionalNode, MemberNode, Node, SliceNode } from '../ast/node.ts'
import { builtinCall } from '../builtins/calls.ts'
import type { Dialect } from '../dialect.ts'
import { equal } from '../go/equality.ts'
import { cut, fetchFrom, lengthOf } from '../go/fetch.ts'
import { negate } from '../go/operators.ts'
import { bytesOf } from '../go/strings.ts'
import { byteSlice, type GoType, intSlice, objectType, uint8Type } from '../go/types.ts'
import { anySliceOf, conversionProblem, Dictionary, Integer, isNil, Slice, typeOf, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { callFunction } from './call.ts'
import { type Evaluator, element, firstOperand, located, operands, push, takeFrom } from './machine.ts'
import { matchesText, operationOf } from './operations.ts'
import { predicateEvaluator } from './predicates.ts'

/** Nodes that do not fail themselves. */
const cannotFail: ReadonlySet<Node['kind']> = new Set([
  'nil',
  'identifier',
  'integer',
  'float',
  'bool',
  'string',
  'bytes',
  'constant',
  'chain',
  'predicate',
  'sequence',
  'variable',
])

/** In place of a value: a `?.` met nil and the rest of its chain is left out. */
const chainLeft = new Slice(intSlice, [])

/** Turns a checked and optimized tree into closures (compiler and vm of the dialect in one). */
export class Compiler {
  readonly dialect: Dialect
  private readonly scopes: { name: string; index: number }[] = []
  private variableCount = 0

  constructor(dialect: Dialect) {
    this.dialect = dialect
  }

  compile(node: Node): Evaluator {
    const evaluate = this.evaluatorFor(node)
    return cannotFail.has(node.kind) ? evaluate : located(node.at, evaluate)
  }

  private evaluatorFor(node: Node): Evaluator {
    switch (node.kind) {
      case 'nil':
        return () => null
      case 'identifier':
        return this.identifier(node.name)
      case 'integer':
        return constant(integerValue(node.value, node.nature?.type))
      case 'float':
      case 'bool':
      case 'string':
      case 'constant':
        return constant(node.value)
      case 'bytes':
        return constant(bytesValue(node.value))
      case 'unary':
        return this.unary(node.operator, this.compile(node.operand))
      case 'binary':
        return this.binary(node)
      case 'chain':
        return this.chain(node.inner)
      case 'member':
        return this.member(node)
      case 'slice':
        return this.slice(node)
      case 'call':
        return this.call(node.callee, node.args)
      case 'builtin':
        return predicateEvaluator(this, node) ?? this.builtin(node.name, node.args)
      case 'predicate':
        return this.compile(node.body)
      case 'pointer':
        return pointer(node.name)
      case 'conditional':
        return this.conditional(node)
      case 'variable':
        return this.variable(node.name, node.value, node.body)
      case 'sequence': {
        const all = node.nodes.map(each => this.compile(each))
        return machine => all.reduce<Value>((_, each) => each(machine), null)
      }
      case 'array': {
        const items = node.nodes.map(each => this.compile(each))
        return machine => {
          const values = operands(machine, items)
          machine.grow(values.length)
          return anySliceOf(values)
        }
      }
      case 'map':
        return this.map(node.pairs.map(pair => [this.compile(pair.key), this.compile(pair.value)]))
      case 'pair':
        return this.compile(node.value)
    }
  }

  private identifier(name: string): Evaluator {
    const variable = this.scopes.findLast(each => each.name === name)
    if (variable) return machine => machine.variables[variable.index] ?? null
    if (name === '$env') return machine => machine.environment
    return machine => machine.environment.get(name) ?? null
  }

  private unary(operator: string, operand: Evaluator): Evaluator {
    if (operator === '+') return operand
    if (operator === '-') return machine => negate(operand(machine))
    return machine => !truth(operand(machine))
  }

  private binary(node: BinaryNode): Evaluator {
    const left = this.compile(node.left)
    const pattern = node.operator === 'matches' && node.right.kind === 'string' ? node.right.value : undefined
    if (pattern !== undefined) return machine => matchesText(left(machine), pattern, this.dialect)
    const right = this.compile(node.right)
    switch (node.operator) {
      case 'or':
      case '||':
        return machine => {
          const value = left(machine)
          return truth(value) ? value : right(machine)
        }
      case 'and':
      case '&&':
        return machine => {
          const value = left(machine)
          return truth(value) ? right(machine) : value
        }
      case '??':
        return machine => {
          const value = left(machine)
          return isNil(value) ? right(machine) : value
        }
      case '==':
        return this.equality(node, left, right, false)
      case '!=':
        return this.equality(node, left, right, true)
    }
    const operation = operationOf(node.operator, this.dialect)
    return machine => {
      const a = left(machine)
      const between = machine.leftOver.length
      const b = right(machine)
      return operation(machine.leftOver.length > between ? firstOperand(machine, between, a) : a, b, machine)
    }
  }

  /** Where the checker saw two ints or two texts, upstream compares them as such, and fails if they are not. */
  private equality(node: BinaryNode, left: Evaluator, right: Evaluator, negated: boolean): Evaluator {
    const [a, b] = [node.left.nature?.type, node.right.nature?.type]
    const isTyped = a !== undefined && a === b && !(negated && this.dialect === '1.15')
    const wanted = isTyped && (a.name === 'int' || a.name === 'string') ? a.name : undefined
    const jsType = wanted === 'int' ? 'bigint' : wanted
    return machine => {
      const a = left(machine)
      const between = machine.leftOver.length
      const y = right(machine)
      const x = machine.leftOver.length > between ? firstOperand(machine, between, a) : a
      if (jsType && typeof x !== jsType) throw conversionProblem(x, wanted ?? '')
      if (jsType && typeof y !== jsType) throw conversionProblem(y, wanted ?? '')
      return equal(x, y, this.dialect, steps => machine.spend(steps)) !== negated
    }
  }

  private chain(inner: Node): Evaluator {
    const evaluate = this.compile(inner)
    return machine => {
      const value = evaluate(machine)
      if (this.dialect === '1.17') return value === chainLeft || isNil(value) ? null : value
      // A nil map stays one in 1.15.
      return value === chainLeft ? machine.chainEnd : value
    }
  }

  private member(node: MemberNode): Evaluator {
    const base = this.compile(node.base)
    const property = this.compile(node.property)
    // A method that the checker has found is taken by its number.
    const receiver = node.nature?.isMethod ? node.base.nature?.type : undefined
    return machine => {
      const from = base(machine)
      if (from === chainLeft) return chainLeft
      if (node.optional && isNil(from)) {
        machine.chainEnd = from
        return chainLeft
      }
      if (receiver && from !== null && typeOf(from) !== receiver)
        throw new Problem('reflect: Method index out of range')
      const stack = [from]
      push(stack, machine, property)
      const [actual = null, key = null] = takeFrom(stack, machine, 2)
      return fetchFrom(actual, key, this.dialect)
    }
  }

  private slice(node: SliceNode): Evaluator {
    const base = this.compile(node.base)
    const from = node.from && this.compile(node.from)
    const to = node.to && this.compile(node.to)
    return machine => {
      const stack = [base(machine)]
      push(stack, machine, to ?? (() => lengthOf(stack[0] ?? null)))
      push(stack, machine, from ?? (() => 0n))
      const [value = null, end = null, start = null] = takeFrom(stack, machine, 3)
      if (value instanceof Slice) machine.spend(value.items.length >> 4)
      return cut(value, start, end)
    }
  }

  private call(callee: Node, args: readonly Node[]): Evaluator {
    const inputs = args.map(arg => this.compile(arg))
    const target = this.compile(callee)
    return machine => {
      const stack: Value[] = []
      for (const input of inputs) push(stack, machine, input)
      push(stack, machine, target)
      if (stack.at(-1) === chainLeft) {
        takeFrom(stack, machine, 1)
        return chainLeft
      }
      const values = takeFrom(stack, machine, inputs.length + 1)
      return callFunction(values.pop() ?? null, values, callee.nature?.type, this.dialect)
    }
  }

  private builtin(name: string, args: readonly Node[]): Evaluator {
    const call = builtinCall(name, this.dialect)
    if (!call) throw new Problem(`unknown builtin ${name}`)
    const inputs = args.map(arg => this.compile(arg))
    return machine => {
      machine.spend(1)
      return call(operands(machine, inputs), machine)
    }
  }

  private conditional(node: ConditionalNode): Evaluator {
    const test = this.compile(node.test)
    const yes = this.compile(node.yes)
    const no = this.compile(node.no)
    return machine => (truth(test(machine)) ? yes(machine) : no(machine))
  }

  private variable(name: string, value: Node, body: Node): Evaluator {
    const evaluate = this.compile(value)
    const index = this.variableCount++
    this.scopes.push({ name, index })
    const inside = this.compile(body)
    this.scopes.pop()
    return machine => {
      machine.variables[index] = evaluate(machine)
      return inside(machine)
    }
  }

  private map(pairs: readonly [Evaluator, Evaluator][]): Evaluator {
    const parts = pairs.flat()
    return machine => {
      const values = operands(machine, parts)
      machine.grow(pairs.length)
      const entries = new Map<unknown, readonly [Value, Value]>()
      // Upstream fills the map from behind, so of equal keys the first wins.
      for (let at = values.length - 2; at >= 0; at -= 2) {
        const [key = null, value = null] = values.slice(at, at + 2)
        if (typeof key !== 'string') throw conversionProblem(key, 'string')
        entries.set(key, [key, value])
      }
      return new Dictionary(objectType, entries)
    }
  }
}

const constant =
  (value: Value): Evaluator =>
  () =>
    value

const integerValue = (value: bigint, type: GoType | undefined): Value =>
  type === undefined || type.name === 'int' ? value : new Integer(type, value)

const bytesValue = (text: string): Value =>
  new Slice(
    byteSlice,
    Array.from(bytesOf(text), byte => new Integer(uint8Type, BigInt(byte))),
  )

/** A bool, or the failure of Go's type assertion. */
export function truth(value: Value): boolean {
  if (typeof value !== 'boolean') throw conversionProblem(value, 'bool')
  return value
}

function pointer(name: string): Evaluator {
  if (name === 'index') return machine => BigInt(machine.scope().index)
  if (name === 'acc') return machine => machine.scope().accumulator
  return machine => element(machine.scope())
}
