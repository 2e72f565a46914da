import { RE2JS, RE2JSSyntaxException } from 're2js'
import { type Location, Problem } from '../problem.ts'
import { hasStrayBytes, toValidText } from './strings.ts'

// Go's regexp is RE2, so neither JavaScript's syntax nor its backtracking will do.

const compiled = new Map<string, RE2JS>()

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern)
  if (known) return known
  const program = RE2JS.compile(pattern)
  if (compiled.size < 100) compiled.set(pattern, program)
  return program
}

/** @throws Problem with Go's message for a pattern that is none */
export function checkPattern(pattern: string, at?: Location): void {
  try {
    compile(toValidText(pattern))
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    // Go puts what is wrong behind it even when that is nothing.
    const isBare = /trailing backslash at end of expression$/.test(error.message)
    throw new Problem(isBare ? `${error.message}: \`\`` : error.message, at)
  }
}

/** Whether the pattern matches somewhere in the text, in time linear in its length (Go: regexp.MatchString). */
export function matches(pattern: string, text: string): boolean {
  checkPattern(pattern)
  // Go's engine reads a byte that is no text as U+FFFD, too.
  return compile(toValidText(pattern))
    .matcher(hasStrayBytes(text) ? toValidText(text) : text)
    .find()
}
