import { conditionEnvironment } from '../../expr/condition.ts'
import { environmentTypes } from '../../expr/environment.ts'
import { compile, run } from '../../expr/expr.ts'
import { format } from '../../expr/go/format.ts'
import { encodeJson } from '../../expr/go/json-encode.ts'
import { Slice, typeName, type Value } from '../../expr/go/values.ts'
import { type Position, Problem } from '../../expr/problem.ts'
import { usage } from '../../values/failure.ts'
import type { ControllerVersion } from '../analysis.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import { json, samples } from './result-of-value.ts'

export const resultTypes = ['vector', 'scalar', 'json'] as const
export type ResultType = (typeof resultTypes)[number]

/** What an expression makes of a result, and what it would mean as a condition of a metric. */
export interface Evaluation {
  expression: string
  controllerVersion: ControllerVersion
  /** Go's name of the result's type, such as `[]float64` */
  resultType: string
  /** as text: JSON where the value has one; absent when it cannot be evaluated */
  value?: string
  /** Go's name of the value's type */
  valueType?: string
  error?: { kind: 'compile' | 'runtime'; message: string; position: Position }
  /** the measurement with this condition alone, as the controller would record it */
  asSuccessCondition: Measured
  asFailureCondition: Measured
  /** the measurement with this success condition and the given failure condition */
  together?: Measured
}

/**
 * The result that a provider would hand to the conditions.
 *
 * @param type absent: a list of numbers is a Prometheus vector, everything else JSON
 * @throws Failure `usage`
 */
export function parseResult(text: string, type: ResultType | undefined): Value {
  const asSamples = samples(text)
  const isList = asSamples instanceof Slice
  if (type === 'vector' || type === 'scalar') {
    if (asSamples !== undefined && isList === (type === 'vector')) return asSamples
    const example = type === 'vector' ? '[0.98] or [0.98,NaN]' : '0.98 or NaN'
    throw usage(`the result is no ${type}`, { reason: 'InvalidResult', hints: [`a ${type} is written ${example}`] })
  }
  const value = type === 'json' ? json(text) : (asSamples ?? json(text))
  if (value !== undefined) return value
  throw usage('the result is no JSON', {
    reason: 'InvalidResult',
    hints: ['text is written in quotes, as JSON has it', 'numbers that JSON has not: --type scalar or vector'],
  })
}

/** Evaluates an expression as the condition of a metric. @param nowMs the clock of `now()` */
export function evaluate(
  expression: string,
  result: Value,
  version: ControllerVersion,
  nowMs: number,
  failureCondition?: string,
): Evaluation {
  const dialect = version === '1.9' ? '1.15' : '1.17'
  const environment = conditionEnvironment(result)
  const program = compile(expression, environmentTypes(environment), dialect)
  const as = (conditions: { successCondition?: string; failureCondition?: string }) =>
    judge(result, textOf(result), { name: 'result', ...conditions }, version, nowMs)
  const common = {
    expression,
    controllerVersion: version,
    resultType: typeName(result),
    asSuccessCondition: as({ successCondition: expression }),
    asFailureCondition: as({ failureCondition: expression }),
    ...(failureCondition === undefined ? {} : { together: as({ successCondition: expression, failureCondition }) }),
  }
  if (program.kind === 'compile-error')
    return { ...common, error: { kind: 'compile', message: program.message, position: program.position } }
  const outcome = run(program, environment, () => nowMs)
  if (outcome.kind === 'runtime-error')
    return { ...common, error: { kind: 'runtime', message: outcome.message, position: outcome.position } }
  return { ...common, value: textOf(outcome.value), valueType: typeName(outcome.value) }
}

/** On one line: JSON, or as Go prints what JSON cannot say, such as NaN. */
function textOf(value: Value): string {
  try {
    return encodeJson(value)
      .replace(/([[{])\n\s*/g, '$1')
      .replace(/\n\s*([\]}])/g, '$1')
      .replace(/\n\s*/g, ' ')
  } catch (error) {
    if (error instanceof Problem) return format(value)
    throw error
  }
}
