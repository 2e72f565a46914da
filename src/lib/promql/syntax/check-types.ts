import { metricName } from '../labels/labels.ts'
import { matcherAccepts } from '../labels/matcher.ts'
import { goQuote } from '../labels/quote.ts'
import { type Span, SyntaxProblem } from '../problem.ts'
import { type Aggregate, type Binary, type Call, comparisons, type Expr, setOperators, type ValueType } from './ast.ts'
import { functionSignatures } from './function-signatures.ts'

const documented: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
}

/** The type that an expression has by its form. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'vector-selector':
    case 'aggregate':
      return 'vector'
    case 'matrix-selector':
    case 'subquery':
      return 'matrix'
    case 'call':
      return functionSignatures.get(expr.name)?.returns ?? 'vector'
    case 'paren':
    case 'unary':
      return typeOf(expr.expr)
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
  }
}

/**
 * The rules of parser.checkAST, in its order, so that the first problem is the server's first.
 *
 * @returns the type of the expression
 */
export function checkTypes(query: string, expr: Expr): ValueType {
  switch (expr.kind) {
    case 'aggregate':
      checkAggregate(query, expr)
      break
    case 'binary':
      checkBinary(query, expr)
      break
    case 'call':
      checkCall(query, expr)
      break
    case 'paren':
      checkTypes(query, expr.expr)
      break
    case 'unary': {
      const type = checkTypes(query, expr.expr)
      if (type === 'scalar' || type === 'vector') break
      const got = goQuote(documented[type])
      fail(`unary expression only allowed on expressions of type scalar or instant vector, got ${got}`, expr.span)
      break
    }
    case 'subquery': {
      const type = checkTypes(query, expr.expr)
      if (type !== 'vector') fail(`subquery is only allowed on instant vector, got ${type} instead`, expr.span)
      break
    }
    case 'matrix-selector':
      checkTypes(query, expr.vector)
      break
    case 'vector-selector': {
      const { name, matchers } = expr
      if (name !== undefined) {
        const twice = matchers.slice(0, -1).find(matcher => matcher.name === metricName)
        if (twice) fail(`metric name must not be set twice: ${goQuote(name)} or ${goQuote(twice.value)}`, expr.span)
      } else if (!matchers.some(matcher => !matcherAccepts(matcher, '')))
        fail('vector selector must contain at least one non-empty matcher', expr.span)
    }
  }
  return typeOf(expr)
}

function fail(message: string, span: Span): never {
  throw new SyntaxProblem(message, span)
}

function expectType(query: string, expr: Expr, wanted: ValueType, context: string): void {
  const type = checkTypes(query, expr)
  if (type !== wanted) fail(`expected type ${documented[wanted]} in ${context}, got ${documented[type]}`, expr.span)
}

function checkAggregate(query: string, { operator, expr, param }: Aggregate): void {
  expectType(query, expr, 'vector', 'aggregation expression')
  if (param) expectType(query, param, operator === 'count_values' ? 'string' : 'scalar', 'aggregation parameter')
}

function checkBinary(query: string, expr: Binary): void {
  const { operator, left, right, matching } = expr
  const types = [checkTypes(query, left), checkTypes(query, right)] as const
  const isComparison = comparisons.has(operator)
  const isSet = setOperators.has(operator)
  // Where the operator stands, without the space around it.
  const between = query.slice(left.span.end, right.span.start)
  const operatorSpan = {
    start: left.span.end + (between.length - between.trimStart().length),
    end: right.span.start - (between.length - between.trimEnd().length),
  }
  if (expr.bool && !isComparison) fail('bool modifier can only be used on comparison operators', operatorSpan)
  if (isComparison && !expr.bool && types[0] === 'scalar' && types[1] === 'scalar')
    fail('comparisons between scalars must use BOOL modifier', operatorSpan)
  const both = matching.on ? matching.labels.find(label => matching.include.includes(label)) : undefined
  if (both !== undefined) fail(`label ${goQuote(both)} must not occur in ON and GROUP clause at once`, operatorSpan)
  for (const [side, type] of [left, right].map((each, index) => [each, types[index]] as const))
    if (type !== 'scalar' && type !== 'vector')
      fail('binary expression must contain only scalar and instant vector types', side.span)
  const areVectors = types[0] === 'vector' && types[1] === 'vector'
  if (!areVectors && matching.labels.length > 0) fail('vector matching only allowed between instant vectors', expr.span)
  if (!isSet) return
  if (areVectors && matching.card !== 'one-to-one')
    fail(`no grouping allowed for ${goQuote(operator)} operation`, expr.span)
  if (!areVectors) fail(`set operator ${goQuote(operator)} not allowed in binary scalar expression`, expr.span)
}

function checkCall(query: string, { name, args, span }: Call): void {
  const signature = functionSignatures.get(name)
  if (!signature) fail(`unknown function with name ${goQuote(name)}`, span)
  const wanted = signature.args.length
  const got = args.length
  const call = `in call to ${goQuote(name)}, got ${got}`
  if (signature.variadic === 0 && got !== wanted) fail(`expected ${wanted} argument(s) ${call}`, span)
  if (signature.variadic !== 0) {
    const least = wanted - 1
    const most = signature.variadic > 0 ? least + signature.variadic : Number.POSITIVE_INFINITY
    if (got < least) fail(`expected at least ${least} argument(s) ${call}`, span)
    if (got > most) fail(`expected at most ${most} argument(s) ${call}`, span)
  }
  for (const [index, arg] of args.entries()) {
    const type = signature.args[Math.min(index, wanted - 1)]
    if (type) expectType(query, arg, type, `call to function ${goQuote(name)}`)
  }
}
