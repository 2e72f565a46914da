import type { EnvironmentTypes } from './check/checker.ts'
import type { Nature } from './check/nature.ts'
import type { Dialect } from './dialect.ts'
import { type Environment, environmentTypes } from './environment.ts'
import { type CompileError, compile, type Program, run } from './expr.ts'
import { format } from './go/format.ts'
import { parseFloat64, parseInteger, truncateToInt } from './go/numbers.ts'
import { anyType, boolType, float64Type, funcOf, int64Type } from './go/types.ts'
import { builtinNumber, Dictionary, Func, Integer, Slice, typeName, type Value } from './go/values.ts'
import { Problem } from './problem.ts'

export type MeasurementPhase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error'

export type ConditionField = 'successCondition' | 'failureCondition'

/** A measurement's verdict. With `Error`: which condition could not be evaluated, and the cause in the library's words. */
export interface ConditionVerdict {
  readonly phase: MeasurementPhase
  readonly error?: {
    readonly field: ConditionField
    readonly kind: 'compile' | 'runtime' | 'notBool'
    readonly message: string
  }
}

/**
 * Argo Rollouts' judgement of a metric's result (utils/evaluate/evaluate.go): an empty condition says nothing; the success
 * condition alone makes everything else Failed; with both, Failed wins and neither is Inconclusive.
 *
 * @param result as the provider hands it over, see {@link toValue} in environment.ts
 * @param nowMs the clock of `now()`, in milliseconds since 1970
 */
export function evaluateCondition(
  result: Value,
  success: string,
  failure: string,
  dialect: Dialect,
  nowMs: () => number,
): ConditionVerdict {
  let isSuccess = false
  let isFailure = false
  const environment = conditionEnvironment(result)
  if (success !== '') {
    const outcome = truthOf(environment, success, dialect, nowMs)
    if (typeof outcome !== 'boolean') return { phase: 'Error', error: { field: 'successCondition', ...outcome } }
    isSuccess = outcome
  }
  if (failure !== '') {
    const outcome = truthOf(environment, failure, dialect, nowMs)
    if (typeof outcome !== 'boolean') return { phase: 'Error', error: { field: 'failureCondition', ...outcome } }
    isFailure = outcome
  }
  return { phase: phaseOf(success === '' ? undefined : isSuccess, failure === '' ? undefined : isFailure) }
}

/** What the outcomes of both conditions come to together; undefined is a condition that is not there. */
export function phaseOf(success: boolean | undefined, failure: boolean | undefined): MeasurementPhase {
  if (success === undefined) return failure ? 'Failed' : 'Successful'
  if (failure === undefined) return success ? 'Successful' : 'Failed'
  if (failure) return 'Failed'
  return success ? 'Successful' : 'Inconclusive'
}

function truthOf(environment: Environment, condition: string, dialect: Dialect, nowMs: () => number) {
  const program = compiled(condition, environment, dialect)
  if (program.kind === 'compile-error') return { kind: 'compile' as const, message: program.message }
  const outcome = run(program, environment, nowMs)
  if (outcome.kind === 'runtime-error') return { kind: 'runtime' as const, message: outcome.message }
  if (typeof outcome.value === 'boolean') return outcome.value
  return { kind: 'notBool' as const, message: `expected bool, but got ${typeName(outcome.value)}` }
}

/** A run asks the same of every measurement; what compiling looks at of a result is its type alone. */
const programs = new Map<string, Program | CompileError>()
const mostPrograms = 500

function compiled(condition: string, environment: Environment, dialect: Dialect): Program | CompileError {
  const result = environment.get('result') ?? null
  const key = `${dialect} ${result === null ? 'nil' : typeName(result)} ${condition}`
  const known = programs.get(key)
  if (known) return known
  const program = compile(condition, environmentTypes(environment), dialect)
  if (programs.size >= mostPrograms) programs.clear()
  programs.set(key, program)
  return program
}

/** Compiles a condition for a result of which only the type is known, for instance to lint a template. */
export function compileCondition(condition: string, result: Nature, dialect: Dialect): Program | CompileError {
  return compile(condition, conditionTypes(result), dialect)
}

/** The environment of a condition on a result of that nature. */
export function conditionTypes(result: Nature): EnvironmentTypes {
  return new Map([...environmentTypes(conditionEnvironment(null)), ['result', result]])
}

const isNilValue = (value: Value) =>
  value === null || ((value instanceof Slice || value instanceof Dictionary) && value.isNil)

const types = {
  asInt: funcOf([anyType], [int64Type]),
  asFloat: funcOf([anyType], [float64Type]),
  isNumber: funcOf([float64Type], [boolType]),
  isNil: funcOf([anyType], [boolType]),
  default: funcOf([anyType, anyType], [anyType]),
}
/** What does not look at the result. */
const constant: readonly (readonly [string, Value])[] = [
  ['asInt', new Func(types.asInt, ([value = null]) => asInt(value))],
  ['asFloat', new Func(types.asFloat, ([value = null]) => asFloat(value))],
  ['isNaN', new Func(types.isNumber, ([value]) => Number.isNaN(value))],
  ['isInf', new Func(types.isNumber, ([value]) => isInfinite(value))],
]

/** What a condition can use. `isNil` and `default` look at the whole result, whatever their argument is. */
export function conditionEnvironment(result: Value): Environment {
  const whole = isNilValue(result) ? null : result
  return new Map<string, Value>([
    ['result', whole],
    ...constant,
    ['isNil', new Func(types.isNil, () => whole === null)],
    ['default', new Func(types.default, ([, fallback = null]) => whole ?? fallback)],
  ])
}

const isInfinite = (value: Value | undefined) =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY

/** The environment of `rangeQuery` start and end, which must yield a time. */
export function rangeEnvironment(): Environment {
  return new Map([...conditionEnvironment(null)].filter(([name]) => name === 'isNaN' || name === 'isInf'))
}

function asInt(value: Value): Value {
  if (typeof value === 'string') {
    const parsed = parseInteger(value, 10)
    if ('error' in parsed) throw new Problem(parsed.error)
    return new Integer(int64Type, parsed.value)
  }
  const number = builtinNumber(value)
  if (number === undefined) throw unsupported('asInt', value)
  return new Integer(int64Type, typeof number === 'bigint' ? number : truncateToInt(number))
}

function asFloat(value: Value): Value {
  if (typeof value === 'string') {
    const parsed = parseFloat64(value)
    if ('error' in parsed) throw new Problem(parsed.error)
    return parsed.value
  }
  const number = builtinNumber(value)
  if (number === undefined) throw unsupported('asFloat', value)
  return Number(number)
}

const unsupported = (name: string, value: Value) =>
  new Problem(`${name}() not supported on ${typeName(value)} ${format(value)}`)
