import type { Dialect } from '../dialect.ts'
import { conversionProblem, type Value } from '../go/values.ts'

/** What a builtin may reach while an expression is evaluated. */
export interface Host {
  readonly dialect: Dialect
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Counts elements against the memory budget. */
  grow(size: number): void
  /** Counts work against the step limit. */
  spend(steps: number): void
}

/** The value for the arguments, which the checker has counted. Throws Problem. */
export type BuiltinCall = (args: readonly Value[], host: Host) => Value

export const argument = (args: readonly Value[], at: number): Value => args[at] ?? null

/** Go's `args[at].(string)`. */
export function textArgument(args: readonly Value[], at: number): string {
  const value = argument(args, at)
  if (typeof value !== 'string') throw conversionProblem(value, 'string')
  return value
}
