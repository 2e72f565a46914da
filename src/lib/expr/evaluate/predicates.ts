import type { BuiltinNode, Node } from '../ast/node.ts'
import { sizeOf } from '../ast/walk.ts'
import { sortByKeys } from '../builtins/sorting.ts'
import { lengthOf } from '../go/fetch.ts'
import { add } from '../go/operators.ts'
import { bytesOf } from '../go/strings.ts'
import { groupsType, uint8Type } from '../go/types.ts'
import { anySliceOf, Dictionary, Integer, keyOf, kindName, Slice, type Value } from '../go/values.ts'
import { Problem } from '../problem.ts'
import { type Compiler, truth } from './compile.ts'
import { type Evaluator, element, type Machine, MapItems, push, type Scope, takeFrom } from './machine.ts'

type Loop = (machine: Machine, scope: Scope) => Value

/** The evaluator of a builtin with a predicate; undefined for the others. */
export function predicateEvaluator(compiler: Compiler, node: BuiltinNode): Evaluator | undefined {
  const [first, second, third] = node.args
  if (!first) return undefined
  const isOld = compiler.dialect === '1.15'
  if (isOld && (node.name === 'sum' || node.name === 'sortBy')) return undefined
  const loop = loopOf(compiler, node, second, third)
  if (!loop) return undefined
  const collection = compiler.compile(first)
  return machine => {
    const list = collection(machine)
    const scope: Scope = { items: itemsToLoop(list), index: 0, accumulator: null }
    machine.scopes.push(scope)
    const result = loop(machine, scope)
    machine.scopes.pop()
    return result
  }
}

/** Upstream takes the length of whatever it is given, and indexes only if there is something. */
function itemsToLoop(list: Value): readonly Value[] {
  if (list instanceof Slice) return list.items
  if (list === null) throw new Problem('reflect: call of reflect.Value.Len on zero Value')
  if (typeof list !== 'string' && !(list instanceof Dictionary))
    throw new Problem(`reflect: call of reflect.Value.Len on ${kindName(list)} Value`)
  if (lengthOf(list) === 0n) return []
  if (typeof list === 'string') return Array.from(bytesOf(list), byte => new Integer(uint8Type, BigInt(byte)))
  return MapItems.from({ length: Number(lengthOf(list)) }, () => null)
}

function loopOf(
  compiler: Compiler,
  node: BuiltinNode,
  second: Node | undefined,
  third: Node | undefined,
): Loop | undefined {
  const body = second ? compiler.compile(second) : undefined
  const cost = (second ? sizeOf(second) : 1) + 1
  const test = (machine: Machine, scope: Scope): Value => {
    machine.spend(cost)
    return body ? body(machine) : element(scope)
  }
  const mapped = node.mapped && compiler.compile(node.mapped)
  const chosen = (machine: Machine, scope: Scope) => (mapped ? mapped(machine) : element(scope))
  switch (node.name) {
    case 'all':
      return (machine, scope) => untilDecided(machine, scope, test, false)
    case 'none':
      return (machine, scope) => {
        for (; scope.index < scope.items.length; scope.index++) if (truth(test(machine, scope))) return false
        return true
      }
    case 'any':
      return (machine, scope) => untilDecided(machine, scope, test, true)
    case 'one':
      return (machine, scope) => countIf(machine, scope, test) === 1
    case 'count':
      return (machine, scope) => BigInt(countIf(machine, scope, test, node.threshold))
    case 'filter':
      return (machine, scope) => {
        const stack: Value[] = []
        let kept = 0
        forEach(scope, () => {
          push(stack, machine, () => test(machine, scope))
          if (!truth(stack.pop() ?? null)) return
          push(stack, machine, () => chosen(machine, scope))
          kept++
        })
        machine.grow(kept)
        return anySliceOf(takeFrom(stack, machine, kept))
      }
    case 'map':
      return (machine, scope) => {
        const stack: Value[] = []
        forEach(scope, () => push(stack, machine, () => test(machine, scope)))
        machine.grow(scope.items.length)
        return anySliceOf(takeFrom(stack, machine, scope.items.length))
      }
    case 'sum':
      return (machine, scope) => {
        scope.accumulator = 0n
        forEach(scope, () => {
          scope.accumulator = add(test(machine, scope), scope.accumulator)
        })
        return scope.accumulator
      }
    case 'find':
    case 'findIndex':
      return (machine, scope) => {
        for (; scope.index < scope.items.length; scope.index++)
          if (truth(test(machine, scope))) return found(node.name, machine, scope, chosen)
        return nothingFound(node)
      }
    case 'findLast':
    case 'findLastIndex':
      return (machine, scope) => {
        for (scope.index = scope.items.length - 1; scope.index >= 0; scope.index--) {
          machine.leftOver.push(true)
          if (truth(test(machine, scope))) return found(node.name, machine, scope, chosen)
        }
        machine.leftOver.push(false)
        return nothingFound(node)
      }
    case 'groupBy':
      return (machine, scope) => groups(machine, scope, test)
    case 'sortBy':
      return sortedBy(test, third && compiler.compile(third))
    case 'reduce':
      return reduced(test, third && compiler.compile(third))
    default:
      return undefined
  }
}

type Test = (machine: Machine, scope: Scope) => Value

function forEach(scope: Scope, visit: () => unknown): void {
  for (; scope.index < scope.items.length; scope.index++) visit()
}

/** all and any: the value that decides, else the other one. */
function untilDecided(machine: Machine, scope: Scope, test: Test, decisive: boolean): boolean {
  for (; scope.index < scope.items.length; scope.index++) if (truth(test(machine, scope)) === decisive) return decisive
  return !decisive
}

function countIf(machine: Machine, scope: Scope, test: Test, threshold?: bigint): number {
  let count = 0
  for (; scope.index < scope.items.length; scope.index++) {
    if (truth(test(machine, scope))) count++
    if (threshold !== undefined && BigInt(count) >= threshold) break
  }
  return count
}

const found = (name: string, machine: Machine, scope: Scope, chosen: Test): Value =>
  name.endsWith('Index') ? BigInt(scope.index) : chosen(machine, scope)

function nothingFound(node: BuiltinNode): Value {
  if (node.throws) throw new Problem('reflect: slice index out of range')
  return null
}

function groups(machine: Machine, scope: Scope, test: Test): Value {
  const lists = new Map<unknown, { key: Value; items: Value[] }>()
  forEach(scope, () => {
    const key = test(machine, scope)
    const id = keyOf(key)
    const list = lists.get(id)
    if (list) list.items.push(element(scope))
    else lists.set(id, { key, items: [element(scope)] })
  })
  const entries = [...lists].map(([id, { key, items }]) => [id, [key, anySliceOf(items)] as const] as const)
  // In 1.15 the map is made by the first element.
  return new Dictionary(groupsType, new Map(entries), machine.dialect === '1.15' && scope.items.length === 0)
}

function sortedBy(test: Test, third: Evaluator | undefined): Loop {
  return (machine, scope) => {
    const order = third ? third(machine) : 'asc'
    if (typeof order !== 'string') throw new Problem('sortBy order argument must be a string')
    if (order !== 'asc' && order !== 'desc') throw new Problem('unknown order, use asc or desc')
    const items: { value: Value; key: Value }[] = []
    forEach(scope, () => {
      const key = test(machine, scope)
      items.push({ value: element(scope), key })
    })
    sortByKeys(items, order === 'desc', machine)
    machine.grow(scope.items.length)
    return anySliceOf(items.map(({ value }) => value))
  }
}

function reduced(test: Test, initial: Evaluator | undefined): Loop {
  return (machine, scope) => {
    if (initial) scope.accumulator = initial(machine)
    else if (scope.items.length === 0) {
      throw new Problem(
        machine.dialect === '1.17'
          ? 'reduce of empty array with no initial value'
          : 'reflect: slice index out of range',
      )
    } else {
      scope.accumulator = element(scope)
      scope.index++
    }
    forEach(scope, () => {
      scope.accumulator = test(machine, scope)
    })
    return scope.accumulator
  }
}
