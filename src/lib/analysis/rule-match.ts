import { matches } from '../expr/go/regular-expression.ts'
import { Problem } from '../expr/problem.ts'

/**
 * Whether a dryRun or measurementRetention rule applies to a metric: an unanchored Go regular expression, so `total`
 * applies to `total-5xx`. One that cannot be compiled, such as `*`, applies to nothing.
 */
export function ruleMatches(rule: string, metricName: string): boolean {
  try {
    return matches(rule, metricName)
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}
