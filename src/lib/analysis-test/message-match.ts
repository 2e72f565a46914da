import { matches } from '../expr/go/regular-expression.ts'

/** The pattern of an expected message that is written `/RE2/`. */
export function patternOf(expected: string): string | undefined {
  return expected.length > 2 && expected.startsWith('/') && expected.endsWith('/') ? expected.slice(1, -1) : undefined
}

/** Whether a message is the expected one: somewhere in it for a pattern, else exactly. */
export function messageMatches(expected: string, actual: string): boolean {
  const pattern = patternOf(expected)
  return pattern === undefined ? expected === actual : matches(pattern, actual)
}

/** What a test would say to be met by this message and no other. */
export function expectationOfMessage(actual: string): string {
  return patternOf(actual) === undefined ? actual : `/^${actual.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}$/`
}
