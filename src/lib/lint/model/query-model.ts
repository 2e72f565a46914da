import { describeQuery, type QueryDescription } from '../../promql/describe-query.ts'
import { parsePromql, type Query } from '../../promql/promql.ts'
import type { FilledText, Placeholder } from './templated-text.ts'
import { type TextProblem, tryText } from './trial.ts'

/** A PromQL query with stand-ins for its arguments. */
export interface QueryModel {
  text: string
  isRange: boolean
  filled: FilledText
  placeholders: readonly Placeholder[]
  /** absent where the query is wrong or unknown */
  query?: Query
  description?: QueryDescription
  problem?: TextProblem
}

/** What an argument outside of quotes can be: a number, a name, a duration, a matcher, nothing. */
const likely = ['1', 'x', '5m', 'x="x"', '']

export function readQuery(text: string, isRange: boolean, known: ReadonlyMap<string, string>): QueryModel {
  // Nothing can be said of a query that is wholly an argument, whatever its default is.
  if (/^\s*\{\{[^}]*\}\}\s*$/.test(text)) {
    const { filled, placeholders } = tryText<Query>(text, [''], new Map(), () => ({ message: '', start: 0, end: 0 }))
    return { text, isRange, filled, placeholders }
  }
  const { filled, placeholders, result, problem } = tryText<Query>(text, likely, known, read)
  return {
    text,
    isRange,
    filled,
    placeholders,
    ...(result ? { query: result, description: describeQuery(result) } : {}),
    ...(problem ? { problem } : {}),
  }
}

function read(text: string): { result: Query } | TextProblem {
  const parsed = parsePromql(text)
  if (parsed.kind === 'query') return { result: parsed }
  const { start = 0, end = text.length } = parsed.position ?? {}
  return { message: parsed.message.replace(/^(?:\d+:\d+|unknown position): parse error: /, ''), start, end }
}
