import type { Host } from '../builtins/builtin.ts'
import type { Dialect } from '../dialect.ts'
import type { Dictionary, Value } from '../go/values.ts'
import { type Location, Problem } from '../problem.ts'

/** Elements that one evaluation may make, as upstream counts them. */
const memoryBudget = 1_000_000
/** Upstream has no limit of steps: nested loops over large ranges run for ever there. This takes about a second. */
const stepLimit = 50_000_000

/** One predicate at work on a list. */
export interface Scope {
  readonly items: readonly Value[]
  index: number
  accumulator: Value
}

/** A map has a length but no elements: looking at one fails. */
export class MapItems extends Array<Value> {}

/** `#` */
export function element({ items, index }: Scope): Value {
  if (items instanceof MapItems) throw new Problem('reflect: call of reflect.Value.Index on map Value')
  if (index >= items.length) throw new Problem('reflect: slice index out of range')
  return items[index] ?? null
}

/** The state of one evaluation. */
export class Machine implements Host {
  readonly dialect: Dialect
  readonly environment: Dictionary
  readonly variables: Value[] = []
  readonly scopes: Scope[] = []
  /**
   * What upstream's stack machine forgets to take off its stack, see {@link operands}: findLast leaves the outcome of each
   * of its bound checks, a chain that ends at nil the arguments of the calls in it.
   */
  readonly leftOver: Value[] = []
  /** The nil that ended the last chain. */
  chainEnd: Value = null
  private readonly clock: () => number
  private memory = 0
  private steps = 0

  constructor(dialect: Dialect, environment: Dictionary, clock: () => number) {
    this.dialect = dialect
    this.environment = environment
    this.clock = clock
  }

  nowMs(): number {
    return this.clock()
  }

  grow(size: number): void {
    this.memory += size
    if (this.memory >= memoryBudget) throw new Problem('memory budget exceeded')
    this.spend(size)
  }

  spend(steps: number): void {
    this.steps += steps
    if (this.steps > stepLimit) throw new Problem('step limit exceeded: the expression would take too long')
  }

  /** The scope of `#`. */
  scope(): Scope {
    const scope = this.scopes.at(-1)
    if (!scope) throw new Problem('cannot use pointer accessor outside predicate')
    return scope
  }
}

/** A compiled expression or part of one. */
export type Evaluator = (machine: Machine) => Value

/**
 * The operands of an operation, in order. Upstream takes as many values off its stack as there are operands; where
 * something was left over between them, it gets that instead of the first ones: `[1, findLast(x, true)]` is `[true, ...]`.
 */
export function operands(machine: Machine, evaluators: readonly Evaluator[]): Value[] {
  const stack: Value[] = []
  for (const evaluate of evaluators) push(stack, machine, evaluate)
  return takeFrom(stack, machine, evaluators.length)
}

/** Evaluates onto a stack, what is left over below the value. */
export function push(stack: Value[], machine: Machine, evaluate: Evaluator): void {
  const before = machine.leftOver.length
  const value = evaluate(machine)
  if (machine.leftOver.length > before) for (const each of machine.leftOver.splice(before)) stack.push(each)
  stack.push(value)
}

/** The first of two operands, where something was left over by the second since `between`, see {@link operands}. */
export function firstOperand({ leftOver }: Machine, between: number, first: Value): Value {
  const taken = leftOver.pop() ?? null
  leftOver.splice(between, 0, first)
  return taken
}

/** Takes `count` values off the stack and leaves the rest over. */
export function takeFrom(stack: Value[], machine: Machine, count: number): Value[] {
  const surplus = stack.length - count
  if (surplus > 0) for (const each of stack.splice(0, surplus)) machine.leftOver.push(each)
  return stack
}

/** Says where a problem arose, unless a part inside has said so. */
export function located(at: Location, evaluate: Evaluator): Evaluator {
  return machine => {
    try {
      return evaluate(machine)
    } catch (error) {
      if (error instanceof Problem && error.at === undefined) error.at = at
      throw error
    }
  }
}
