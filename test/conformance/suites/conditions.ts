import { evaluateCondition } from '../../../src/lib/expr/condition.ts'
import type { Dialect } from '../../../src/lib/expr/dialect.ts'
import { fromWrapped } from '../go-json.ts'
import type { Case, Suite } from '../suite.ts'

interface Verdict {
  phase: string
  errorKind?: string
  message?: string
}

interface ConditionCase extends Case {
  result: unknown
  successCondition: string
  failureCondition: string
  expect: Verdict
  expectV1_9?: Verdict
}

/** Argo Rollouts' verdict on a result: phase, kind of error and its text, in the dialect of 1.10 and where given of 1.9. */
export const conditionsSuite: Suite<ConditionCase> = {
  compare(test) {
    const both = <T>(now: T, before: T | undefined) => ({ now, ...(before === undefined ? {} : { before }) })
    return {
      expected: both(test.expect, test.expectV1_9),
      actual: both(verdict(test, '1.17'), test.expectV1_9 && verdict(test, '1.15')),
    }
  },
}

export function verdict(
  test: Pick<ConditionCase, 'result' | 'successCondition' | 'failureCondition'>,
  dialect: Dialect,
): Verdict {
  const result = fromWrapped(test.result)
  const { phase, error } = evaluateCondition(result, test.successCondition, test.failureCondition, dialect, () => 0)
  return error ? { errorKind: error.kind, message: error.message, phase } : { phase }
}
