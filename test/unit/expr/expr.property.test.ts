import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Node } from '../../../src/lib/expr/ast/node.ts'
import { print } from '../../../src/lib/expr/ast/print.ts'
import type { Dialect } from '../../../src/lib/expr/dialect.ts'
import { environmentTypes, toValue } from '../../../src/lib/expr/environment.ts'
import { compile, run } from '../../../src/lib/expr/expr.ts'
import { parse } from '../../../src/lib/expr/parser/parser.ts'
import { Problem } from '../../../src/lib/expr/problem.ts'

const environment = new Map(
  Object.entries({
    result: Float64Array.of(0.5, Number.NaN),
    map: { a: [1, 'x', null], b: 2.5 },
    n: 3n,
    s: 'é b',
    ok: true,
  }).map(([name, value]) => [name, toValue(value)]),
)
const types = environmentTypes(environment)

const leaf = fc.constantFrom(
  ...[
    '1',
    '0',
    '-2',
    '2.5',
    '1e3',
    '"a"',
    "'b c'",
    'nil',
    'true',
    'false',
    '[]',
    '{}',
    'result',
    'map',
    'n',
    's',
    'ok',
    '#',
    '.a',
    '#index',
    '#acc',
    '1..3',
    '$env',
    'duration("1h")',
    'now()',
  ],
)
const binary = fc.constantFrom(
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
    '==',
    '!=',
    '<',
    '>=',
    'in',
    'not in',
    'matches',
    'contains',
    'startsWith',
    '..',
    '??',
    'and',
    'or',
    '&&',
    '||',
  ],
)
const predicates = fc.constantFrom(
  'all',
  'any',
  'none',
  'one',
  'filter',
  'map',
  'count',
  'sum',
  'find',
  'findLast',
  'findIndex',
  'groupBy',
  'sortBy',
  'reduce',
)
const functions = fc.constantFrom(
  'len',
  'string',
  'int',
  'float',
  'type',
  'max',
  'median',
  'first',
  'last',
  'sort',
  'uniq',
  'flatten',
  'toJSON',
  'keys',
  'toPairs',
  'split',
  'trim',
  'abs',
  'unknown',
)

const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.tuple(tie('expression'), binary, tie('expression')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('expression'), binary, tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom('-', '!', 'not '), tie('expression')).map(([op, a]) => op + a),
    fc.tuple(predicates, tie('expression'), tie('expression')).map(([f, a, b]) => `${f}(${a}, {${b}})`),
    fc.tuple(functions, tie('expression')).map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}[${b}:]`),
    fc
      .tuple(tie('expression'), fc.constantFrom('.a', '?.a', '?.["b"]', '.Hours()', '?.x.y', '.not'))
      .map(([a, b]) => a + b),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `let v = ${a}; v == ${b}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}; ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `if ${a} {${b}} else {${a}}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{a: ${a}, (s): ${b}}`),
    fc.array(tie('expression'), { maxLength: 3 }).map(all => `[${all.join(', ')}]`),
    fc.tuple(tie('expression'), predicates, tie('expression')).map(([a, f, b]) => `${a} | ${f}({${b}})`),
  ),
}))

const broken = fc
  .tuple(
    expression,
    fc.nat(),
    fc.oneof(fc.constantFrom('(', ')', '"', '`', '?', '..', ',', ';', '\\', '/*', '{'), fc.string({ unit: 'binary' })),
  )
  .map(
    ([source, at, text]) => source.slice(0, at % (source.length + 1)) + text + source.slice(at % (source.length + 1)),
  )

const dialects = fc.constantFrom<Dialect>('1.15', '1.17')

function parsed(source: string, dialect: Dialect): Node | undefined {
  try {
    return parse(source, dialect)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** Without what depends on how the source was written. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape)
  if (typeof node === 'bigint') return `${node}n`
  if (typeof node !== 'object' || node === null) return Object.is(node, -0) ? '-0' : node
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => name !== 'at')
      .map(([name, value]) => [name, shape(value)]),
  )
}

describe('any expression', () => {
  it('is answered with a value or an error, in bounded time', () => {
    fc.assert(
      fc.property(fc.oneof(expression, broken, fc.string({ unit: 'binary' })), dialects, (source, dialect) => {
        const program = compile(source, types, dialect)
        if (program.kind === 'program') {
          const outcome = run(program, environment, () => 0)
          expect(['value', 'runtime-error']).toContain(outcome.kind)
        } else expect(program.message).not.toBe('')
      }),
      { numRuns: 3000 },
    )
  })

  it('is printed so that it parses to the same tree', () => {
    fc.assert(
      fc.property(expression, dialects, (source, dialect) => {
        const tree = parsed(`[${source}]`, dialect) ?? parsed(source, dialect)
        fc.pre(tree !== undefined)
        if (!tree) return
        const printed = print(tree)
        expect({ printed, tree: shape(parsed(printed, dialect)) }).toEqual({ printed, tree: shape(tree) })
      }),
      { numRuns: 3000 },
    )
  })
})
