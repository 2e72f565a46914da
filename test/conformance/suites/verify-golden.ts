import { asymptoticHalfWidth, mixtureScale, tEvidence } from '../../../src/lib/stats/anytime-mean.ts'
import { logBetaBinomialEvidence } from '../../../src/lib/stats/beta-binomial.ts'
import { addCounts, countLogLikelihood } from '../../../src/lib/verify/engine/count-kernel.ts'
import { effectGrid } from '../../../src/lib/verify/engine/effect-grid.ts'
import { effectWeights } from '../../../src/lib/verify/engine/effect-prior.ts'
import type { Case, Suite } from '../suite.ts'
import { documentCases, near } from './document-cases.ts'

type Entry = Record<string, number>

/** Exact formulas of the verification engine, computed independently; relative tolerance 1e-9. */
export const verifyGoldenSuite: Suite = {
  cases: text => documentCases(JSON.parse(text) as Record<string, Entry[]>, (_entry, index) => String(index)),
  compare: test => {
    const answer = answers[String(test.part)]?.(test as unknown as Entry) ?? {}
    const expected = Object.fromEntries(Object.keys(answer).map(key => [key, test[key]]))
    return {
      expected,
      actual: Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, near(value, test[key], 1e-9)])),
    }
  },
}

const answers: Record<string, (entry: Entry) => Record<string, number>> = {
  betaBinomial: entry => ({ e: betaBinomial(entry, false) }),
  betaBinomialOneSided: entry => ({ e: betaBinomial(entry, true) }),
  gridExp: entry => ({ e: gridEvidence(entry as unknown as GridCase) }),
  asympCS: ({ t = 0, sigma = 0, alpha = 0 }) => ({
    half: asymptoticHalfWidth(t, sigma, alpha),
    rho: mixtureScale(alpha, 60),
  }),
  tE: ({ n = 0, t = 0, c = 0 }) => ({ e: tEvidence(n, t, c) }),
}

function betaBinomial({ kc = 0, ks = 0, pi0 = 0, a = 0, b = 0 }: Entry, oneSided: boolean): number {
  return Math.exp(logBetaBinomialEvidence({ canary: kc, stable: ks, share: pi0 }, { a, b, oneSided }))
}

interface GridCase extends Case {
  steps: [number, number, number, number][]
  theta0?: number
}

function gridEvidence({ steps, theta0 = 1 }: GridCase): number {
  const from = Math.log(theta0)
  const logLikelihood = new Float64Array(effectGrid.length)
  let atNull = 0
  for (const [canaryEvents, stableEvents, canaryExposure, stableExposure] of steps) {
    const step = { canaryEvents, stableEvents, canaryExposure, stableExposure }
    addCounts(logLikelihood, step, 1)
    atNull += countLogLikelihood(step, from, 1)
  }
  // the pods' part of the prior does not enter here
  const { beyond } = effectWeights({ omega: 1, degrees: 1, drawn: [] }, from, from)
  return beyond.reduce((sum, weight, j) => sum + weight * Math.exp((logLikelihood[j] ?? 0) - atNull), 0)
}
