import { describe, expect, it } from 'vitest'
import { natureOf } from '../../../src/lib/expr/check/nature.ts'
import { compileCondition, evaluateCondition, rangeEnvironment } from '../../../src/lib/expr/condition.ts'
import { toValue } from '../../../src/lib/expr/environment.ts'
import { float64Slice, float64Type } from '../../../src/lib/expr/go/types.ts'

const at = () => 0
const verdict = (result: unknown, success: string, failure: string) =>
  evaluateCondition(toValue(result), success, failure, '1.17', at)

describe.each([
  { success: '', failure: '', phase: 'Successful' },
  { success: 'result > 0.9', failure: '', phase: 'Successful' },
  { success: 'result > 0.99', failure: '', phase: 'Failed' },
  { success: '', failure: 'result > 0.9', phase: 'Failed' },
  { success: '', failure: 'result > 0.99', phase: 'Successful' },
  { success: 'result > 0.9', failure: 'result > 0.9', phase: 'Failed' },
  { success: 'result > 0.99', failure: 'result < 0.5', phase: 'Inconclusive' },
  { success: 'result > 0.9', failure: 'result < 0.5', phase: 'Successful' },
])('0.95 with success "$success" and failure "$failure"', ({ success, failure, phase }) => {
  it(`is ${phase}`, () => expect(verdict(0.95, success, failure)).toEqual({ phase }))
})

it.each([
  ['1', '', { field: 'successCondition', kind: 'notBool', message: 'expected bool, but got int' }],
  ['x', 'y', { field: 'successCondition', kind: 'compile', message: 'unknown name x' }],
  ['true', 'y', { field: 'failureCondition', kind: 'compile', message: 'unknown name y' }],
  [
    'asInt("1.1") > 0',
    '',
    { field: 'successCondition', kind: 'runtime', message: 'strconv.ParseInt: parsing "1.1": invalid syntax' },
  ],
  ['    ', '', { field: 'successCondition', kind: 'compile', message: 'unexpected token EOF' }],
] as const)('success "%s", failure "%s" is an Error', (success, failure, error) => {
  expect(verdict(0.95, success, failure)).toEqual({ phase: 'Error', error })
})

it.each([
  [null, 'isNil(result) and default(result, 7) == 7', 'Successful'],
  [Float64Array.of(), 'isNil(result)', 'Failed'],
  [Float64Array.of(), 'default(result[0], 0) == []', 'Error'],
  [{ a: null }, 'isNil(result.a)', 'Failed'],
  ['0.97', 'asFloat(result) > 0.9 and asInt(asFloat(result) * 100) == 97', 'Successful'],
  [Number.NaN, 'isNaN(result) and not isInf(result)', 'Successful'],
  [Number.NaN, 'asInt(result) == -9223372036854775807 - 1', 'Successful'],
] as const)('%j: %s is %s', (result, condition, phase) => {
  expect(verdict(result, condition, '').phase).toBe(phase)
})

it('checks a condition for a type of result, without one', () => {
  expect(compileCondition('result > 1', natureOf(float64Slice), '1.17').kind).toBe('compile-error')
  expect(compileCondition('result > 1', natureOf(float64Type), '1.17').kind).toBe('program')
})

it('gives range expressions two functions only', () => {
  expect([...rangeEnvironment().keys()]).toEqual(['isNaN', 'isInf'])
})
