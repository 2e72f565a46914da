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

/** What an argument outside of quotes can be: a number, a name, a duration, a matcher, nothing, an operator, a
 * function. */
const likely = ['1', 'x', '5m', 'x="x"', '', '+', 'sum', 'rate', 'x[5m]']

/** A query that could be read, or why not. */
export type ParsedQuery = { result: { query: Query; description: QueryDescription } } | TextProblem

/** @param parse reads the query with stand-ins for its arguments, see {@link parseQuery} */
export function readQuery(
  text: string,
  isRange: boolean,
  known: ReadonlyMap<string, string>,
  parse: (text: string) => ParsedQuery,
): QueryModel {
  // Nothing can be said of a query that is wholly an argument, whatever its default is.
  const isOpen = /^\s*\{\{[^}]*\}\}\s*$/.test(text)
  const { filled, placeholders, result, problem } = tryText<{ query: Query; description: QueryDescription }>(
    text,
    isOpen ? [''] : likely,
    known,
    isOpen ? () => ({ message: '', start: 0, end: 0 }) : parse,
  )
  return { text, isRange, filled, placeholders, ...result, ...(problem && !isOpen ? { problem } : {}) }
}

export function parseQuery(text: string): ParsedQuery {
  const parsed = parsePromql(text)
  if (parsed.kind === 'query') return { result: { query: parsed, description: describeQuery(parsed) } }
  const { start = 0, end = text.length } = parsed.position ?? {}
  return { message: parsed.message.replace(/^(?:\d+:\d+|unknown position): parse error: /, ''), start, end }
}
