import { mannWhitneyShift, standardizedShift } from '../../../src/lib/stats/mann-whitney.ts'
import { normalQuantile } from '../../../src/lib/stats/normal.ts'
import { iqrOutliers, sigmaOutliers } from '../../../src/lib/stats/outliers.ts'
import { classifyByMean, classifyMetric, type MetricRules } from '../../../src/lib/verify/kayenta/classify-metric.ts'
import { type ClassifiedMetric, summaryScore } from '../../../src/lib/verify/kayenta/score-metrics.ts'
import type { Case, Comparison, Suite } from '../suite.ts'
import { documentCases, near } from './document-cases.ts'

type Arrays = Record<'classifier' | 'mannWhitney' | 'scorer' | 'detector', Record<string, unknown>[]>

/** The numbers and labels of Kayenta's own tests. */
export const kayentaJudgeSuite: Suite = {
  cases: text => {
    const { classifier, mannWhitney, scorer, detector } = JSON.parse(text) as Arrays
    return documentCases({ classifier, mannWhitney, scorer, detector }, each => String(each.name))
  },
  compare: test => comparisons[String(test.part)]?.(test) ?? { expected: 'a known part', actual: test.part },
}

const comparisons: Record<string, (test: Case) => Comparison> = {
  classifier: test => {
    const { experiment, control, classifier } = test as unknown as ClassifierCase
    const answer: Record<string, unknown> =
      classifier === 'MeanInequalityClassifier'
        ? { classification: classifyByMean(experiment, control) }
        : classified(test as unknown as ClassifierCase)
    const expected = test.expect as Record<string, unknown>
    return {
      expected,
      actual: Object.fromEntries(Object.keys(expected).map(key => [key, asExpected(answer[key], expected[key])])),
    }
  },
  mannWhitney: test => mannWhitneyComparisons[String(test.fn)]?.(test) ?? { expected: 'a known fn', actual: test.fn },
  scorer: ({ metrics, groupWeights, expect }) => ({
    expected: expect,
    actual: { summaryScore: summaryScore(metrics as ClassifiedMetric[], groupWeights as Record<string, number>) },
  }),
  detector: ({ detector, arg, data, expect }) => ({
    expected: expect,
    actual: (detector === 'IQR' ? iqrOutliers : sigmaOutliers)(data as number[], arg as number),
  }),
}

interface ClassifierCase extends MetricRules {
  classifier: string
  experiment: number[]
  control: number[]
  confLevel: number
}

function classified({ experiment, control, confLevel, ...rules }: ClassifierCase): Record<string, unknown> {
  const answer = classifyMetric(experiment, control, { ...rules, confidenceLevel: confLevel })
  const { deviation } = answer
  return {
    ...answer,
    deviation: Number.isNaN(deviation) ? 'NaN' : deviation,
    reasonNonEmpty: Boolean(answer.reason),
  }
}

const asExpected = (actual: unknown, expected: unknown) => near(actual, expected, 1e-9)

interface Samples {
  x: number[]
  y: number[]
  confLevel: number
}

const mannWhitneyComparisons: Record<string, (test: Case) => Comparison> = {
  wilcoxonDiff: test => {
    const { x, y } = test as unknown as Samples
    const expected = test.expect as { mu: number; quantile: number; value: number }[]
    const actual = expected.map(({ mu, quantile, value }) => ({
      mu,
      quantile,
      value: within(standardizedShift(mu, quantile, x, y), value, test.tol as number),
    }))
    return { expected, actual }
  },
  normalQuantile: ({ p, expect, tol }) => ({
    expected: expect,
    actual: within(normalQuantile(p as number), expect as number, tol as number),
  }),
  mannWhitneyUTest: test => {
    const { x, y, confLevel } = test as unknown as Samples
    const expected = test.expect as { ciLow: number; ciHigh: number; estimate: number }
    const { low, high, estimate } = mannWhitneyShift(x, y, confLevel)
    const actual = {
      ciLow: within(low, expected.ciLow, test.tolCI as number),
      ciHigh: within(high, expected.ciHigh, test.tolCI as number),
      estimate: within(estimate, expected.estimate, test.tolEstimate as number),
    }
    return { expected, actual }
  },
  intermediate: test => {
    const { x, y, confLevel } = test as unknown as Samples
    const expected = test.expect as Record<string, number>
    const low = Math.min(...x) - Math.max(...y)
    const high = Math.max(...x) - Math.min(...y)
    const z = -normalQuantile((1 - confLevel) / 2)
    const f = (shift: number, at: number) => standardizedShift(shift, at, x, y)
    const interval = mannWhitneyShift(x, y, confLevel)
    const values: Record<string, number> = {
      rMumin: low,
      rMumax: high,
      rZqLower: z,
      rZqUpper: -z,
      rFlower1: f(low, z),
      rFupper1: f(high, z),
      rFlower2: f(low, -z),
      rFupper2: f(high, -z),
      rCil: interval.low,
      rCiu: interval.high,
      rEst: interval.estimate,
    }
    const actual = Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        within(values[key] ?? Number.NaN, value, test.tol as number),
      ]),
    )
    return { expected, actual }
  },
}

/** The expected number where the actual one is that near, so that the two compare as equal. */
const within = (actual: number, expected: number, tolerance: number) =>
  Math.abs(actual - expected) <= tolerance ? expected : actual
