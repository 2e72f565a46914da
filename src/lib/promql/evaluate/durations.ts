import { byteOffset, QueryProblem } from '../problem.ts'
import type { Duration } from '../syntax/ast.ts'

/** What step() and range() of a query are. */
export interface DurationContext {
  query: string
  stepSeconds: number
  rangeSeconds: number
}

const longestSeconds = 2 ** 63 / 1e9

/** Seconds of a duration, which arithmetic may have made invalid (promql/durations.go). A literal keeps nanoseconds. */
export function resolveSeconds(duration: Duration, context: DurationContext, mayBeNegative: boolean): number {
  if (duration.kind === 'number') return Math.round(duration.value * 1e9) / 1e9
  const seconds = evaluate(duration, context)
  const fail = (message: string, of: Duration = duration): never => {
    const { start, end } = of.span
    throw new QueryProblem(
      'parse',
      `${byteOffset(context.query, start)}:${byteOffset(context.query, end)}: ${message}`,
      of.span,
    )
  }
  if (!Number.isFinite(seconds)) fail('duration is NaN or infinite')
  if (seconds <= 0 && !mayBeNegative) fail('duration must be greater than 0')
  if (Math.abs(seconds) > longestSeconds) fail('duration is out of range')
  return Math.trunc(seconds * 1000) / 1000
}

function evaluate(duration: Duration, context: DurationContext): number {
  if (duration.kind === 'number') return duration.value
  const left = duration.left ? evaluate(duration.left, context) : 0
  const right = duration.right ? evaluate(duration.right, context) : 0
  const isZero = right === 0 && (duration.operator === '/' || duration.operator === '%')
  if (isZero) {
    const { start, end } = duration.span
    const where = `${byteOffset(context.query, start)}:${byteOffset(context.query, end)}`
    throw new QueryProblem(
      'parse',
      `${where}: ${duration.operator === '/' ? 'division' : 'modulo'} by zero`,
      duration.span,
    )
  }
  switch (duration.operator) {
    case 'step':
      return context.stepSeconds
    case 'range':
      return context.rangeSeconds
    case 'min_of':
      return Math.min(left, right)
    case 'max_of':
      return Math.max(left, right)
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      return left ** right
  }
}
