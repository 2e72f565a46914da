import { describe, expect, it } from 'vitest'
import { natureName, natureOf } from '../../../src/lib/expr/check/nature.ts'
import { compile, resultType, run } from '../../../src/lib/expr/expr.ts'
import { float64Slice } from '../../../src/lib/expr/go/types.ts'
import { answer, noon } from './evaluate.ts'

describe('numbers', () => {
  it.each([
    ['1 / 2', '0.5 float64'],
    ['4 / 2', '2 float64'],
    ['7 % 3', '1 int'],
    ['-7 % 3', '-1 int'],
    ['2 ** 3', '8 float64'],
    ['1 == 1.0', 'true bool'],
    ['9223372036854775807 + 1', '-9223372036854775808 int'],
    ['9007199254740993 + 0', '9007199254740993 int'],
    ['-9223372036854775807 - 2', '9223372036854775807 int'],
    ['int(1e30)', '-9223372036854775808 int'],
    ['1 / 0', '+Inf float64'],
    ['0 / 0', 'NaN float64'],
    ['1e6', '1e+06 float64'],
    ['0.1 + 0.2', '0.30000000000000004 float64'],
    ['0x1F + 0b11 + 0o7', '41 int'],
    ['1_000', '1000 int'],
    ['bitshl(1, 63)', '-9223372036854775808 int'],
    ['bitushr(-1, 60)', '15 int'],
    ['round(-2.5)', '-3 float64'],
    ['7 % 0', 'compile: integer divide by zero'],
    [
      '9223372036854775808',
      'compile: invalid integer literal: strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
  ])('%s is %s', (source, expected) => expect(answer(source)).toBe(expected))
})

describe('a condition on a vector', () => {
  const names = { result: Float64Array.of(0.5, Number.NaN) }
  it.each([
    ['result[0] < 0.9', 'true bool'],
    ['result[-1] < 0.9', 'false bool'],
    ['result[2]', 'runtime: index out of range: 2 (array length is 2)'],
    ['result < 1', 'compile: invalid operation: < (mismatched types []float64 and int)'],
    ['result.x', 'compile: array elements can only be selected using an integer (got string)'],
    ['all(result, # < 1)', 'false bool'],
    ['count(result, # > 0) == 1', 'true bool'],
    ['results', 'compile: unknown name results'],
    ['result = 1', 'compile: unexpected token Operator("=")'],
    ['max(result)', '0.5 float64'],
    ['result == result', 'false bool'],
  ])('%s is %s', (source, expected) => expect(answer(source, names)).toBe(expected))
})

describe('the dialect of 1.15', () => {
  const names = { result: Float64Array.of(0.5) }
  it.each([
    ['max(result)', 'compile: invalid argument for max (type []float64)'],
    ['1 < 2 < 3', 'compile: invalid operation: < (mismatched types bool and int)'],
    ['1; 2', 'compile: unexpected token Operator(";")'],
    ['`a`', "compile: unrecognized character: U+0060 '`'"],
    ['uniq(result)', 'compile: unknown name uniq'],
    ['result == [0.5]', 'false bool'],
    ['result[5]', 'runtime: reflect: slice index out of range'],
    ['len("é")', '2 int'],
    ['nil.x', 'compile: unexpected token Operator(".")'],
  ])('%s is %s', (source, expected) => expect(answer(source, names, '1.15')).toBe(expected))
})

describe('text is bytes', () => {
  it.each([
    ['fromJSON("\\"é\\"")[0]', '195 uint8'],
    ['len("é日")', '2 int'],
    ['"é"[0:1] + "é"[1:2] == "é"', 'true bool'],
    ['indexOf("é日x", "x")', '5 int'],
    ['toJSON("é"[0:1])', '"\\ufffd" string'],
    ['"\\u{1F600}" == "😀"', 'true bool'],
    ['"z" < "é"', 'true bool'],
    ['"\\uFFFD" < "😀"', 'true bool'],
    ['upper("straße")', 'STRAßE string'],
  ])('%s is %s', (source, expected) => expect(answer(source)).toBe(expected))
})

describe('times', () => {
  it.each([
    ['now() - duration("5m")', '2026-01-02 11:55:00 +0000 UTC time.Time'],
    ['duration("1h30m").Hours()', '1.5 float64'],
    ['date("2024-02-29").AddDate(1, 0, 0).Format("Mon Jan _2 2006")', 'Sat Mar  1 2025 string'],
    ['date("2024-07-01 12:00:00", "2006-01-02 15:04:05", "Europe/Zurich").UTC().Hour()', '10 int'],
    ['date("2023-08-14") < now()', 'true bool'],
    ['duration("5x")', 'runtime: time: unknown unit "x" in duration "5x"'],
    ['duration("5")', 'runtime: time: missing unit in duration "5"'],
    ['date("2023-02-30", "2006-01-02")', 'runtime: parsing time "2023-02-30": day out of range'],
    ['timezone("Mars/Olympus")', 'runtime: unknown time zone Mars/Olympus'],
  ])('%s is %s', (source, expected) => expect(answer(source)).toBe(expected))
})

describe('regular expressions', () => {
  it.each([
    ['"aab" matches "^a+b$"', 'true bool'],
    ['"A" matches "(?i)a"', 'true bool'],
    ['"x" matches "["', 'compile: error parsing regexp: missing closing ]: `[`'],
    ['"x" matches "(?=x)"', 'compile: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['"x" matches "(a)\\\\1"', 'compile: error parsing regexp: invalid escape sequence: `\\1`'],
  ])('%s is %s', (source, expected) => expect(answer(source)).toBe(expected))

  it('takes time linear in the text', () => {
    expect(answer(`repeat("a", 20000) matches "^(a+)+$x"`)).toBe('false bool')
  })
})

describe('nothing of JavaScript can be reached', () => {
  it.each([
    ['{}.constructor', '<nil> <nil>'],
    ['{}["__proto__"]', '<nil> <nil>'],
    ['{a: 1}.toString', '<nil> <nil>'],
    ['"__proto__" in {}', 'false bool'],
    ['{"__proto__": 1}["__proto__"]', '1 int'],
    ['fromJSON("{\\"__proto__\\": {\\"x\\": 1}}").x', '<nil> <nil>'],
    ['[].length', 'compile: array elements can only be selected using an integer (got string)'],
    ['"a".length', 'compile: type string has no field length'],
    ['constructor', 'compile: unknown name constructor'],
    ['toString()', 'compile: unknown name toString'],
    ['hasOwnProperty("a")', 'compile: unknown name hasOwnProperty'],
    ['{}.constructor.constructor("return 1")()', 'compile: unexpected token Bracket("(")'],
    ['{}.constructor("return 1")', 'runtime: invalid operation: cannot call nil'],
  ])('%s is %s', (source, expected) => expect(answer(source)).toBe(expected))
})

describe('limits', () => {
  it.each([
    ['1..1000000', 'runtime: memory budget exceeded'],
    ['repeat("ab", 600000)', 'runtime: memory budget exceeded'],
    ['let r = 1..100000; count(r, all(r, # > 0)) > 0 and false', 'false bool'],
    ['let r = 1..900000; all(r, all(r, # > 0))', 'runtime: step limit exceeded: the expression would take too long'],
    ['let r = 1..100000; len(uniq(r))', 'runtime: step limit exceeded: the expression would take too long'],
    ['string(reduce(1..60, [#acc, #acc]))', 'runtime: memory budget exceeded'],
    ['toJSON(reduce(1..60, [#acc, #acc]))', 'runtime: memory budget exceeded'],
    [
      'let x = reduce(1..60, [#acc, #acc]); x == flatten([x])',
      'runtime: step limit exceeded: the expression would take too long',
    ],
    ['reduce(1..60, #acc + #acc, repeat("x", 100000))', 'runtime: memory budget exceeded'],
    [`${'('.repeat(5000)}1${')'.repeat(5000)}`, 'compile: expression is nested too deeply (at most 500 levels)'],
    [`${'-'.repeat(5000)}1`, 'compile: expression is nested too deeply (at most 500 levels)'],
    [Array(2000).fill('1').join(' + '), 'compile: expression is nested too deeply (at most 500 levels)'],
    [`[${Array(10_000).fill('1').join(',')}]`, 'compile: compilation failed: expression exceeds maximum allowed nodes'],
    [`${'('.repeat(40)}1${' ?: 1)'.repeat(40)}`, 'compile: non-bool expression (type int) used as condition'],
    [`${'('.repeat(40)}ok${' ?: ok)'.repeat(40)}`, 'compile: expression is too large'],
  ])('%#', (source, expected) => expect(answer(source, { ok: true })).toBe(expected))

  it('survives values nested more deeply than the stack', () => {
    expect(answer('string(reduce(1..100000, [#acc], 1))')).toBe('runtime: recursion depth exceeded')
  })
})

describe('positions', () => {
  it.each([
    ['1 +\n  foo', { offset: 6, line: 2, column: 3 }],
    ['"é" + 1', { offset: 4, line: 1, column: 5 }],
    ['result[0] = 1', { offset: 10, line: 1, column: 11 }],
  ])('%j', (source, position) => {
    expect(compile(source, new Map([['result', natureOf(float64Slice)]]), '1.17')).toMatchObject({ position })
  })

  it('names the place of a failure while evaluating', () => {
    const program = compile('1 < 2 and\n[1][3] > 0', new Map(), '1.17')
    if (program.kind !== 'program') throw new Error(program.message)
    expect(run(program, new Map(), () => noon)).toMatchObject({ position: { line: 2, column: 4 } })
  })
})

it('hands out the types that the checker found', () => {
  const program = compile('result[0] > 1', new Map([['result', natureOf(float64Slice)]]), '1.17')
  if (program.kind !== 'program' || program.tree.kind !== 'binary') throw new Error('should compile')
  expect(resultType(program)).toBe('bool')
  expect(natureName(program.tree.left.nature ?? {}, '1.17')).toBe('float64')
})
