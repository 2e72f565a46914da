/**
 * Where in a query an error is. `start` and `end` are UTF-16 offsets; `line` and `column` count from 1, the column in
 * bytes of UTF-8 as Prometheus counts.
 */
export interface Position {
  start: number
  end: number
  line: number
  column: number
}

/** A stretch of the query, in UTF-16 offsets; `end` is exclusive. */
export interface Span {
  start: number
  end: number
}

/**
 * Why a query has no answer: `parse` when it is refused before anything is evaluated (syntax, types, a range selector in a
 * range query), `eval` while evaluating. `message` is the engine's whole text, position included.
 */
export interface PromqlError {
  kind: 'promql-error'
  stage: 'parse' | 'eval'
  message: string
  position?: Position
}

/** A PromqlError on its way out; never leaves lib/promql. */
export class QueryProblem extends Error {
  readonly stage: 'parse' | 'eval'
  readonly span: Span | undefined

  constructor(stage: 'parse' | 'eval', message: string, span?: Span) {
    super(message)
    this.name = 'QueryProblem'
    this.stage = stage
    this.span = span
  }
}

/** A syntax or type error at a place of the query; prefixed with line and column when it is reported. */
export class SyntaxProblem extends QueryProblem {
  constructor(message: string, span?: Span) {
    super('parse', message, span)
  }
}

export function evalProblem(message: string): QueryProblem {
  return new QueryProblem('eval', message)
}

const ascii = /^[\x00-\x7f]*$/
const bytes = (text: string) => (ascii.test(text) ? text.length : new TextEncoder().encode(text).length)

/** Offset in bytes of UTF-8, which the messages of duration expressions use. */
export function byteOffset(query: string, offset: number): number {
  return bytes(query.slice(0, offset))
}

/** Line and column of a stretch of a query. */
export function positionOf(query: string, span: Span): Position {
  const before = query.slice(0, span.start)
  const lineStart = before.lastIndexOf('\n') + 1
  return {
    start: span.start,
    end: span.end,
    line: before.split('\n').length,
    column: bytes(before.slice(lineStart)) + 1,
  }
}

/** Runs `attempt` and turns what it throws on the way into a value. Anything that is no QueryProblem is a bug and passes. */
export function catching<T>(query: string, stage: 'parse' | 'eval', attempt: () => T): T | PromqlError {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      const position = error.span && positionOf(query, error.span)
      const where = position ? `${position.line}:${position.column}` : 'unknown position'
      return {
        kind: 'promql-error',
        stage: 'parse',
        message: `${where}: parse error: ${error.message}`,
        ...(position ? { position } : {}),
      }
    }
    if (error instanceof QueryProblem) {
      const position = error.span && positionOf(query, error.span)
      return { kind: 'promql-error', stage: error.stage, message: error.message, ...(position ? { position } : {}) }
    }
    // Only a stack that is used up ends in a RangeError here: array lengths are bounded by the sample limit.
    if (error instanceof RangeError) return { kind: 'promql-error', stage, message: 'query is nested too deeply' }
    throw error
  }
}
