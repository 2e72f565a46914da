import type { Labels } from './labels.ts'
import type { AnchoredRegex } from './regular-expression.ts'

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** One condition of a selector. A label that is not there counts as empty. */
export interface Matcher {
  name: string
  operator: MatchOperator
  value: string
  regex?: AnchoredRegex
}

export function matcherAccepts(matcher: Matcher, value: string): boolean {
  switch (matcher.operator) {
    case '=':
      return value === matcher.value
    case '!=':
      return value !== matcher.value
    case '=~':
      return matcher.regex?.matches(value) ?? false
    case '!~':
      return !(matcher.regex?.matches(value) ?? false)
  }
}

export function labelsMatch(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(matcher => matcherAccepts(matcher, labels.get(matcher.name)))
}
