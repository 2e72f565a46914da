import { checkPattern, matches } from '../expr/go/regular-expression.ts'
import { Problem } from '../expr/problem.ts'
import { globToRegularExpression } from './glob-pattern.ts'

/** A pattern that is none; the message is what Kargo's own parser says, as far as we know it. */
export class PatternError extends Error {}

/**
 * Whether a Stage's name meets the name of a policy: exact, `glob:` (the whole name) or `regex:`/`regexp:` (anywhere in
 * the name, Go's syntax).
 *
 * @throws PatternError for a glob or an expression that cannot be read
 * @see Kargo pkg/pattern/matcher.go ParseNamePattern
 */
export function matchesNamePattern(pattern: string, name: string): boolean {
  const [, kind, rest = ''] = /^(glob|regexp?):([\s\S]*)$/.exec(pattern) ?? []
  if (kind === undefined) return pattern === name
  const expression = kind === 'glob' ? globToRegularExpression(rest) : rest
  if (expression === undefined) throw new PatternError('syntax error in pattern')
  try {
    checkPattern(expression)
  } catch (error) {
    if (error instanceof Problem) throw new PatternError(error.message)
    throw error
  }
  return matches(expression, name)
}
