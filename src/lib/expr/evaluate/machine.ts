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

/** The state of one evaluation. */
export class Machine implements Host {
  readonly dialect: Dialect
  readonly environment: Dictionary
  readonly variables: Value[] = []
  readonly scopes: Scope[] = []
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
