import type { Node } from './ast/node.ts'
import { Checker, type EnvironmentTypes } from './check/checker.ts'
import { type Nature, natureName } from './check/nature.ts'
import type { Dialect } from './dialect.ts'
import { type Environment, environmentMap } from './environment.ts'
import { Compiler } from './evaluate/compile.ts'
import { type Evaluator, Machine } from './evaluate/machine.ts'
import type { Value } from './go/values.ts'
import { optimize } from './optimize/optimize.ts'
import { parse } from './parser/parser.ts'
import { type Position, Problem, positionOf } from './problem.ts'

/** An expression that fits its environment's types. */
export interface Program {
  readonly kind: 'program'
  readonly source: string
  readonly dialect: Dialect
  /** The syntax tree, each node with the nature that the checker found. */
  readonly tree: Node
  /** What is known of the result. */
  readonly result: Nature
  readonly evaluate: Evaluator
}

/** Found before evaluation: syntax, unknown names, types that do not fit. */
export interface CompileError {
  readonly kind: 'compile-error'
  /** expr-lang's own words, without its snippet of the source. */
  readonly message: string
  readonly position: Position
}

export interface RuntimeError {
  readonly kind: 'runtime-error'
  readonly message: string
  readonly position: Position
}

/** A value of the language; it is wrapped, since it can be anything. */
export interface Result {
  readonly kind: 'value'
  readonly value: Value
}

/**
 * Compiles an expression against the types of its environment, as expr.Compile does with expr.Env.
 *
 * Sources: expr-lang v1.17.8 and v1.15.5. Beyond upstream's limits (10,000 nodes in 1.17) an expression that is nested
 * more than 500 levels deep is refused.
 */
export function compile(source: string, environment: EnvironmentTypes, dialect: Dialect): Program | CompileError {
  try {
    const tree = parse(source, dialect, name => environment.has(name))
    const result = new Checker(environment, dialect).visit(tree)
    const evaluate = new Compiler(dialect).compile(optimize(tree, dialect))
    return { kind: 'program', source, dialect, tree, result, evaluate }
  } catch (error) {
    const problem = problemOf(error)
    return { kind: 'compile-error', message: problem.message, position: positionOf(source, problem.at) }
  }
}

/**
 * Evaluates a program. It ends: loops are counted, and lists and texts are limited.
 *
 * @param nowMs the clock of `now()`, in milliseconds since 1970
 */
export function run(program: Program, environment: Environment, nowMs: () => number): Result | RuntimeError {
  try {
    const machine = new Machine(program.dialect, environmentMap(environment), nowMs)
    return { kind: 'value', value: program.evaluate(machine) }
  } catch (error) {
    const problem = problemOf(error)
    return { kind: 'runtime-error', message: problem.message, position: positionOf(program.source, problem.at) }
  }
}

/** The only other thing that an expression can bring about is an exhausted stack, by values nested a thousand deep. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof RangeError) return new Problem('recursion depth exceeded')
  throw error
}

/** What a program's result is called in Go: `bool`, `[]float64`, `unknown`. */
export const resultType = (program: Program): string => natureName(program.result, program.dialect)
