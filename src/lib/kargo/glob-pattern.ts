/**
 * A glob as Go's doublestar reads it, as an anchored expression for Go's regexp: `*`, `**`, `?`, `[a-z]`, `[^a]` or `[!a]`,
 * `{a,b}` (nested too) and `\` before a letter.
 *
 * @returns undefined for a pattern that is none: something is open, closed or escaped that has no other end
 * @see github.com/bmatcuk/doublestar/v4 ValidatePattern, Match
 */
export function globToRegularExpression(glob: string): string | undefined {
  const letters = [...glob]
  let expression = ''
  let depth = 0
  let at = 0
  while (at < letters.length) {
    const letter = letters[at] ?? ''
    if (letter === '*') {
      const wild = wildcard(letters, at)
      expression += wild.expression
      at = wild.next
      continue
    }
    at++
    if (letter === '?') expression += '[^/]'
    else if (letter === '\\') {
      const escaped = letters[at++]
      if (escaped === undefined) return undefined
      expression += quote(escaped)
    } else if (letter === '{') {
      depth++
      expression += '(?:'
    } else if (letter === '}') {
      if (depth-- === 0) return undefined
      expression += ')'
    } else if (letter === ',' && depth > 0) expression += '|'
    else if (letter === '[') {
      const set = characterClass(letters, at)
      if (!set) return undefined
      expression += set.expression
      at = set.next
    } else expression += quote(letter)
  }
  return depth === 0 ? `(?s)\\A(?:${expression})\\z` : undefined
}

/** Two stars that fill a part of a path stand for any parts; any other stars stay within one. */
function wildcard(letters: readonly string[], at: number): { expression: string; next: number } {
  let next = at
  while (letters[next] === '*') next++
  const fillsPart = next - at === 2 && (at === 0 || letters[at - 1] === '/')
  if (fillsPart && letters[next] === '/') return { expression: '(?:.*/)?', next: next + 1 }
  if (fillsPart && next === letters.length) return { expression: '.*', next }
  return { expression: '[^/]*', next }
}

function characterClass(letters: readonly string[], from: number): { expression: string; next: number } | undefined {
  let at = from
  const isNegated = letters[at] === '^' || letters[at] === '!'
  if (isNegated) at++
  if (letters[at] === ']') return undefined
  let members = ''
  while (at < letters.length) {
    let letter = letters[at++] ?? ''
    if (letter === ']') return { expression: isNegated ? `[^/${members}]` : `[${members}]`, next: at }
    if (letter === '-' && members !== '' && letters[at] !== ']') {
      members += '-'
      continue
    }
    if (letter === '\\') {
      const escaped = letters[at++]
      if (escaped === undefined) return undefined
      letter = escaped
    }
    members += quote(letter)
  }
  return undefined
}

/** A letter that means itself, within brackets too. */
function quote(letter: string): string {
  return /^[\p{L}\p{N}_\s]$/u.test(letter) || letter.length > 1 || letter > '\x7f' ? letter : `\\${letter}`
}
