import type { MatchOperator } from './labels/matcher.ts'
import { type Position, positionOf } from './problem.ts'
import type { Query } from './promql.ts'
import { keepsLabel, mayBeEmpty, mayBeSeveral } from './query-shape.ts'
import {
  type Aggregator,
  type BinaryOperator,
  type Duration,
  type Expr,
  type ValueType,
  type VectorSelector,
  withoutParens,
} from './syntax/ast.ts'
import { typeOf } from './syntax/check-types.ts'

export interface SelectorDescription {
  /** The metric, where one equality names it. */
  metric?: string
  /** Without the one for the metric's name. */
  matchers: { name: string; operator: MatchOperator; value: string }[]
  /** Of a range selector `x[5m]`; undefined also where the range is arithmetic that only a query's step decides. */
  rangeMs?: number
  isRange: boolean
  /** Ranges of the subqueries around it, innermost first. */
  subqueryRangesMs: number[]
  offsetMs?: number
  /** Functions, aggregations and operators around it, innermost first: `['rate', 'sum', '/']`. */
  within: string[]
  /** By the naming conventions: `_total`, `_count`, `_sum`, `_bucket`. */
  looksLikeCounter: boolean
  /** A counter whose level is used, though only its growth means something. */
  isCounterWithoutRate: boolean
  /** rate, irate or increase of something that is no counter by its name; undefined where the name is not known. */
  isRateOfGauge: boolean
  position: Position
}

export interface CallDescription {
  name: string
  position: Position
}

export interface AggregationDescription {
  operator: Aggregator
  /** `by` and `without` with nothing behind them differ: by () leaves one series. */
  without: boolean
  labels: string[]
  position: Position
}

export interface OperatorDescription {
  operator: BinaryOperator
  /** Between two vectors, matched by labels. */
  isBetweenVectors: boolean
  on: boolean
  labels: string[]
  position: Position
}

export interface HistogramQuantileDescription {
  /** Its buckets come from series named `_bucket`; a native histogram needs no `le`. */
  isClassic: boolean
  /** The label `le` is still there when the function sees the series. */
  hasLe: boolean
  /** The quantile, where it is a literal. */
  quantile?: number
  position: Position
}

/** What can be said of a query without evaluating it. Lists are in the order of the text. */
export interface QueryDescription {
  type: ValueType
  /** Of a vector: it can hold more than one series, as far as the query itself decides. */
  mayBeSeveral: boolean
  /** Of a vector: it is empty when the metrics are not there. */
  mayBeEmpty: boolean
  selectors: SelectorDescription[]
  calls: CallDescription[]
  aggregations: AggregationDescription[]
  operators: OperatorDescription[]
  histogramQuantiles: HistogramQuantileDescription[]
}

const counterName = /_(?:total|count|sum|bucket)$/
/** What says something about a counter without its growth, or makes its growth itself. */
const fineForCounters: ReadonlySet<string> = new Set([
  ...['rate', 'irate', 'increase', 'resets', 'changes', 'delta', 'idelta', 'deriv', 'predict_linear', 'timestamp'],
  ...['absent', 'absent_over_time', 'present_over_time', 'count_over_time', 'count', 'group'],
  ...['and', 'unless'],
])
const rates: ReadonlySet<string> = new Set(['rate', 'irate', 'increase'])

/** Describes a parsed query for those that check queries: its type, selectors, functions and operators. */
export function describeQuery(query: Query): QueryDescription {
  const description: QueryDescription = {
    type: typeOf(query.expr),
    mayBeSeveral: mayBeSeveral(query.expr),
    mayBeEmpty: mayBeEmpty(query.expr),
    selectors: [],
    calls: [],
    aggregations: [],
    operators: [],
    histogramQuantiles: [],
  }
  visit(query.expr, { query: query.text, description, within: [], subqueryRangesMs: [] })
  return description
}

interface Visit {
  query: string
  description: QueryDescription
  within: string[]
  subqueryRangesMs: number[]
  /** Inside of `x - x offset 5m`. */
  isDifference?: boolean
}

const ms = (duration: Duration | undefined) =>
  duration?.kind === 'number' ? Math.round(duration.value * 1000) : undefined

function visit(expr: Expr, at: Visit): void {
  const { description } = at
  const inside = (name: string): Visit => ({ ...at, within: [name, ...at.within] })
  const position = positionOf(at.query, expr.span)
  switch (expr.kind) {
    case 'paren':
      visit(expr.expr, at)
      return
    case 'unary':
      visit(expr.expr, at)
      return
    case 'vector-selector':
      description.selectors.push(described(expr, at, position))
      return
    case 'matrix-selector': {
      const rangeMs = ms(expr.range)
      const selector = described(expr.vector, at, position)
      description.selectors.push({ ...selector, isRange: true, ...(rangeMs === undefined ? {} : { rangeMs }) })
      return
    }
    case 'subquery':
      visit(expr.expr, { ...at, subqueryRangesMs: [ms(expr.range) ?? Number.NaN, ...at.subqueryRangesMs] })
      return
    case 'call':
      description.calls.push({ name: expr.name, position })
      if (expr.name === 'histogram_quantile') description.histogramQuantiles.push(quantile(expr.args, position))
      for (const arg of expr.args) visit(arg, inside(expr.name))
      return
    case 'aggregate': {
      const { operator, without, grouping } = expr
      description.aggregations.push({ operator, without, labels: grouping, position })
      if (expr.param) visit(expr.param, at)
      visit(expr.expr, inside(operator))
      return
    }
    case 'binary': {
      const { operator, left, right, matching } = expr
      const isBetweenVectors = typeOf(left) === 'vector' && typeOf(right) === 'vector'
      const { on, labels } = matching
      description.operators.push({ operator, isBetweenVectors, on, labels, position })
      // `x - x offset 5m` is an increase made by hand.
      const isDifference = operator === '-' && isBetweenVectors && metricOf(left) === metricOf(right)
      const side = { ...inside(operator), ...(isDifference ? { isDifference } : {}) }
      // The left side of a set operator goes on as it is.
      visit(left, operator === 'and' || operator === 'unless' || operator === 'or' ? at : side)
      visit(right, operator === 'or' ? at : side)
    }
  }
}

function metricOf(expr: Expr): string | undefined {
  const inner = withoutParens(expr)
  return inner.kind === 'vector-selector'
    ? nameOf(inner)
    : inner.kind === 'aggregate'
      ? metricOf(inner.expr)
      : undefined
}

function nameOf({ name, matchers }: VectorSelector): string | undefined {
  return name ?? matchers.find(each => each.name === '__name__' && each.operator === '=')?.value
}

function described(selector: VectorSelector, at: Visit, position: Position): SelectorDescription {
  const metric = nameOf(selector)
  const looksLikeCounter = metric !== undefined && counterName.test(metric)
  const offsetMs = ms(selector.offset)
  return {
    ...(metric === undefined ? {} : { metric }),
    matchers: selector.matchers
      .filter(each => each.name !== '__name__' || each.operator !== '=')
      .map(({ name, operator, value }) => ({ name, operator, value })),
    isRange: false,
    subqueryRangesMs: at.subqueryRangesMs,
    ...(offsetMs === undefined ? {} : { offsetMs }),
    within: at.within,
    looksLikeCounter,
    isCounterWithoutRate:
      looksLikeCounter && at.isDifference !== true && !at.within.some(name => fineForCounters.has(name)),
    isRateOfGauge: metric !== undefined && !looksLikeCounter && rates.has(at.within[0] ?? ''),
    position,
  }
}

function quantile(args: readonly Expr[], position: Position): HistogramQuantileDescription {
  const [q, buckets] = args
  const literal = q && withoutParens(q)
  return {
    isClassic: buckets !== undefined && selectorsIn(buckets).some(each => nameOf(each)?.endsWith('_bucket') ?? false),
    hasLe: buckets === undefined || keepsLabel(buckets, 'le'),
    ...(literal?.kind === 'number' ? { quantile: literal.value } : {}),
    position,
  }
}

function selectorsIn(expr: Expr): VectorSelector[] {
  switch (expr.kind) {
    case 'vector-selector':
      return [expr]
    case 'matrix-selector':
      return [expr.vector]
    case 'paren':
    case 'unary':
    case 'subquery':
    case 'aggregate':
      return selectorsIn(expr.expr)
    case 'binary':
      return [...selectorsIn(expr.left), ...selectorsIn(expr.right)]
    case 'call':
      return expr.args.flatMap(selectorsIn)
    default:
      return []
  }
}
