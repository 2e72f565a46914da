import { describe, expect, it } from 'vitest'
import { mathFunctions } from '../../../../src/lib/promql/functions/math-functions.ts'

/** Each line was printed by Go 1.26 on amd64; the last digit is the point. */
describe('functions as Go computes them', () => {
  it.each([
    ['sin', 1e22, -0.8522008497671889],
    ['cos', 1000000000000000, -0.5131937377869702],
    ['tan', 123456.789, -19.32678794321585],
    ['cos', -2.5, -0.8011436155469337],
    ['sin', 0.3, 0.29552020666133955],
    ['atan', 1.7, 1.039072259536091],
    ['asin', 0.77, 0.8788411516685797],
    ['acos', -0.2, 1.7721542475852274],
    ['sinh', 0.4, 0.41075232580281557],
    ['sinh', 3.3, 13.537877876628322],
    ['cosh', 30.1, 5905190462127.739],
    ['tanh', 0.3, 0.2913126124515909],
    ['tanh', 2.2, 0.9757431300314515],
    ['asinh', 0.9, 0.8088669356527824],
    ['asinh', 12.5, 3.220471998464453],
    ['acosh', 1.3, 0.7564329108569596],
    ['acosh', 9.1, 2.8983888713987622],
    ['exp', 1.1, 3.0041660239464334],
    ['exp', 709.6, Number.POSITIVE_INFINITY],
    ['exp', -740.5, 2.5e-322],
    ['ln', 3.7, 1.308332819650179],
    ['ln', 5e-324, -709.0895657128241],
    ['log2', 10.1, 3.3362833878644325],
    ['log10', 77.7, 1.890421018800914],
    ['year', 1000000000000000000, 31688740476],
    ['day_of_month', -1000000000000000, 29],
    ['month', Number.NaN, 12],
    ['day_of_year', 951868800, 61],
    ['days_in_month', 951868800, 31],
    ['day_of_week', -1, 3],
  ])('%s(%d) is %d', (name, value, expected) => {
    expect(mathFunctions[name]?.(value, [])).toBe(expected)
  })
})
