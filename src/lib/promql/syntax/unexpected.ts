import { SyntaxProblem } from '../problem.ts'
import { describe, type Token } from './lexer.ts'

/** The complaint about the first token that does not fit, with the words that promql/parser/generated_parser.y has for it. */
export function unexpectedToken(tokens: readonly Token[], failedAt: number): SyntaxProblem {
  let index = tokens.findIndex(token => token.start >= failedAt)
  if (index < 0) index = tokens.length - 1
  const token = tokens[index]
  if (!token) return new SyntaxProblem('no expression found in input')
  if (token.kind === 'error') return new SyntaxProblem(token.message ?? 'unexpected character', token)
  const [context, expected] = contextOf(tokens, index)
  const text = `unexpected ${describe(token)}${context ? ` in ${context}` : ''}${expected ? `, expected ${expected}` : ''}`
  return new SyntaxProblem(text, token)
}

type Context = readonly [context: string, expected: string]

const nothing: Context = ['', '']

function contextOf(tokens: readonly Token[], index: number): Context {
  const before = tokens[index - 1]
  if (!before) return nothing
  const open = innermostOpening(tokens, index)
  if (open?.text === '{') return inBraces(tokens, index)
  if (open?.text === '[') return inBrackets(tokens, index, open)
  if (open && isGroupingWord(tokens[tokens.indexOf(open) - 1]))
    return ['grouping opts', before === open || before.text === ',' ? 'label' : '"," or ")"']
  if (before.kind === 'keyword' && /^(?:by|without|on|ignoring)$/.test(before.word)) return ['grouping opts', '"("']
  if (before.word === 'offset' || (isSign(before) && tokens[index - 2]?.word === 'offset'))
    return ['offset', 'number, duration, step(), or range()']
  if (before.text === '@' || isAt(tokens, index)) return ['@', 'timestamp']
  return nothing
}

const isSign = (token: Token | undefined) => token?.text === '-' || token?.text === '+'

function isAt(tokens: readonly Token[], index: number): boolean {
  const signed = isSign(tokens[index - 1]) && tokens[index - 2]?.text === '@'
  const word = tokens[index - 1]?.kind === 'preprocessor' && tokens[index - 2]?.text === '@'
  const call = tokens[index - 1]?.text === '(' && tokens[index - 3]?.text === '@'
  return signed || word || call
}

function isGroupingWord(token: Token | undefined): boolean {
  return token?.kind === 'keyword' && /^(?:by|without|on|ignoring|group_left|group_right)$/.test(token.word)
}

function innermostOpening(tokens: readonly Token[], index: number): Token | undefined {
  const open: Token[] = []
  for (const token of tokens.slice(0, index)) {
    if (token.kind !== 'punctuation') continue
    if ('([{'.includes(token.text)) open.push(token)
    else if (')]}'.includes(token.text)) open.pop()
  }
  return open[open.length - 1]
}

function inBraces(tokens: readonly Token[], index: number): Context {
  const before = tokens[index - 1]
  if (before?.text === '{' || before?.text === ',') return ['label matching', 'identifier or "}"']
  if (before?.kind === 'identifier') return ['label matching', 'label matching operator']
  if (before && ['=', '!=', '=~', '!~'].includes(before.text)) return ['label matching', 'string']
  return ['label matching', '"," or "}"']
}

function inBrackets(tokens: readonly Token[], index: number, open: Token): Context {
  const before = tokens[index - 1]
  const start = tokens.indexOf(open)
  const hasColon = tokens.slice(start, index).some(token => token.text === ':')
  const wantsValue = before === open || before?.text === ':' || before?.kind === 'operator'
  if (hasColon && before?.text === ':') return ['subquery selector', 'number, duration, step(), range(), or "]"']
  if (hasColon) return ['subquery selector', wantsValue ? 'number, duration, step(), range(), or "]"' : '"]"']
  return wantsValue
    ? ['subquery or range selector', 'number, duration, step(), or range()']
    : ['subquery or range', '":" or "]"']
}
