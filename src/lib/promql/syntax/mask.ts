import type { Token } from './lexer.ts'

/**
 * The query as the grammar package reads it: of the same length, every token in its place, but
 *
 * - numbers in expressions are names (the grammar cannot tell `-5 ^ 2` from `(-5) ^ 2`), digits elsewhere;
 * - strings have no escapes, comments and other alphabets are gone;
 * - words have one spelling, and every function is one that the grammar knows.
 *
 * What the tokens really are is read from the tokens again.
 */
export function maskedText(query: string, tokens: readonly Token[]): string {
  const durations = durationTokens(tokens)
  let text = ''
  for (const [index, token] of tokens.entries()) {
    text = text.padEnd(token.start, ' ')
    if (token.kind !== 'error' && token.kind !== 'end') text += masked(token, tokens[index + 1], durations.has(index))
  }
  return text.padEnd(query.length, ' ')
}

function masked(token: Token, next: Token | undefined, inDuration: boolean): string {
  const length = token.end - token.start
  switch (token.kind) {
    case 'number':
    case 'duration':
      return (inDuration ? '1' : 'n').repeat(length)
    case 'string':
      return `"${'s'.repeat(length - 2)}"`
    case 'identifier':
      // Function names are case-sensitive and many; `ln` stands for all of them.
      if (next?.text === '(' && next.kind === 'punctuation') return 'ln'.slice(0, length).padEnd(length, ' ')
      return /^[a-z]\w*$/.test(token.text) ? token.text : token.text.replace(/[^\w]/g, '_')
    case 'preprocessor':
      if (!inDuration && next?.text === '(') return 'ln'.padEnd(length, ' ')
      return token.word
    case 'keyword':
    case 'operator':
    case 'aggregator':
      return token.word
    default:
      return token.text
  }
}

/** Indexes of the tokens that belong to a duration, a timestamp or a fill value. */
function durationTokens(tokens: readonly Token[]): Set<number> {
  const found = new Set<number>()
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (!token) break
    if (token.text === '[' && token.kind === 'punctuation') {
      while (index < tokens.length && tokens[index]?.text !== ']') found.add(index++)
    } else if (
      token.word === '@' ||
      (token.kind === 'keyword' && /^(?:offset|fill|fill_left|fill_right)$/.test(token.word))
    )
      index = afterDuration(tokens, index + 1, found) - 1
  }
  return found
}

function afterDuration(tokens: readonly Token[], start: number, found: Set<number>): number {
  let index = start
  let depth = 0
  for (; index < tokens.length; index++) {
    const token = tokens[index]
    if (!token || token.kind === 'end' || token.kind === 'error') break
    const isSign = token.text === '-' || token.text === '+'
    if (depth === 0 && isSign && index > start) break
    found.add(index)
    if (token.text === '(') depth++
    else if (token.text === ')') depth--
    const isOpening = token.kind === 'preprocessor' && tokens[index + 1]?.text === '('
    if (depth < 0) {
      found.delete(index)
      break
    }
    if (depth === 0 && !isSign && !isOpening) return index + 1
  }
  return index
}
