import type { Matcher } from '../labels/matcher.ts'
import type { Span } from '../problem.ts'

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string'

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '</'
  | '>/'
  | 'and'
  | 'or'
  | 'unless'

export type Aggregator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio'

/** Seconds, or arithmetic that can only be worked out when range and step of the query are known. */
export type Duration =
  | NumberLiteral
  | {
      kind: 'duration'
      operator: '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of'
      left?: Duration
      right?: Duration
      span: Span
    }

/** What `offset` and `@` say about the time that is looked at. */
export interface TimeModifiers {
  offset?: Duration
  at?: { kind: 'time'; timeMs: number } | { kind: 'start' } | { kind: 'end' }
}

export interface NumberLiteral {
  kind: 'number'
  value: number
  span: Span
}

export interface StringLiteral {
  kind: 'string'
  value: string
  span: Span
}

export interface VectorSelector extends TimeModifiers {
  kind: 'vector-selector'
  /** The name written before the braces. */
  name?: string
  matchers: Matcher[]
  extension?: 'anchored' | 'smoothed'
  span: Span
}

export interface MatrixSelector {
  kind: 'matrix-selector'
  vector: VectorSelector
  range: Duration
  span: Span
}

export interface Subquery extends TimeModifiers {
  kind: 'subquery'
  expr: Expr
  range: Duration
  /** Absent: the default evaluation interval. */
  step?: Duration
  span: Span
}

export interface Call {
  kind: 'call'
  name: string
  args: Expr[]
  span: Span
}

export interface Aggregate {
  kind: 'aggregate'
  operator: Aggregator
  param?: Expr
  expr: Expr
  grouping: string[]
  without: boolean
  span: Span
}

export interface VectorMatching {
  card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  on: boolean
  labels: string[]
  include: string[]
}

export interface Binary {
  kind: 'binary'
  operator: BinaryOperator
  left: Expr
  right: Expr
  bool: boolean
  matching: VectorMatching
  span: Span
}

export interface Unary {
  kind: 'unary'
  operator: '+' | '-'
  expr: Expr
  span: Span
}

export interface Paren {
  kind: 'paren'
  expr: Expr
  span: Span
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren

export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '>', '<=', '>='])
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless'])

export function withoutParens(expr: Expr): Expr {
  return expr.kind === 'paren' ? withoutParens(expr.expr) : expr
}
