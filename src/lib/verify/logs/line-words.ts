import { softSpace, variable } from './masks.ts'

/** What a word is beside its letters; several may hold. */
export const wordRole = {
  /** `=` follows: the name of something, never a value */
  key: 1,
  /** stands where values stand: behind `=`, or alone in quotes */
  value: 2,
  /** behind `=` */
  assigned: 4,
} as const

/** A line as words and gaps: variables and punctuation are no part of what is looked up. */
export interface LineWords {
  words: string[]
  roles: number[]
  /** whether a variable was seen before each word, and behind the last */
  gaps: boolean[]
  /** text between the words, with `<*>` for variables: one more than there are words */
  glue: () => string[]
}

const mostWords = 120
const longestPeriod = 6
/** words whose values are names of cases and tell messages apart */
const namesOfCases = new Set(
  'level lvl severity msg message err error reason event method status state type kind op action'.split(' '),
)
const constants = new Set(['true', 'false', 'null', 'none', 'nil', 'NaN'])
const strippedBefore = new Set('.!?*#-/\\')

const space = 0
const inRun = 1
const single = 2
const letter = 3
const digit = 4
const classes = new Uint8Array(128).map((_, code) => {
  const char = String.fromCharCode(code)
  if (/[A-Za-z]/.test(char)) return letter
  if (/[0-9]/.test(char)) return digit
  if (/[_$@%.+\-*#&~!?/\\^]/.test(char)) return inRun
  return /\s/.test(char) || char === softSpace ? space : single
})
const classAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at)
  return code < 128 ? (classes[code] as number) : letter
}

/** Words of a masked line (reference: log-miner, steps 2-5). */
export function lineWords(text: string, original: string): LineWords {
  const words: string[] = []
  const roles: number[] = []
  const gaps: boolean[] = []
  const bounds: number[] = []
  let gap = false
  let separator = ''
  let at = 0
  while (at < text.length && words.length < mostWords) {
    const kind = classAt(text, at)
    if (kind === space) {
      at++
      continue
    }
    if (kind === single) {
      const char = text[at] as string
      if (char === variable) {
        gap = true
        separator = ''
      } else separator += char
      at++
      continue
    }
    const start = at
    let hasLetter = false
    let hasDigit = false
    for (; at < text.length; at++) {
      const next = classAt(text, at)
      if (next === space || next === single) break
      if (next === letter) hasLetter = true
      else if (next === digit) hasDigit = true
    }
    if (!hasLetter) {
      if (hasDigit) {
        gap = true
        separator = ''
      } else separator += text.slice(start, at)
      continue
    }
    const [from, to] = stripped(text, start, at)
    let word = text.slice(from, to)
    const next = nextToken(text, at)
    const isKey = next === '='
    if (hasDigit && !isKey) {
      gap = true
      separator = ''
      continue
    }
    const last = separator.at(-1)
    if ((last === '=' || last === ':') && constants.has(word)) {
      gap = true
      separator = ''
      continue
    }
    if (hasDigit) word = word.replace(/\d+/g, '#')
    const isAssigned = separator.includes('=')
    let role = (isKey ? wordRole.key : 0) | (isAssigned ? wordRole.assigned : 0)
    const isQuoted = (last === '"' || last === "'") && next === last
    if (!gap && (separator === '=' || isQuoted) && !namesOfCases.has((words.at(-1) ?? '').toLowerCase()))
      role |= wordRole.value
    words.push(word)
    roles.push(role)
    gaps.push(gap)
    bounds.push(from, to)
    gap = false
    separator = ''
  }
  gaps.push(gap)
  if (words.length === 0) return wordless(original)
  const kept = foldLists(words, gaps)
  if (kept === undefined) return { words, roles, gaps, glue: () => glueOf(text, bounds) }
  return {
    words: kept.map(index => words[index] as string),
    roles: kept.map(index => roles[index] as number),
    gaps,
    glue: () => glueOf(text, bounds, kept),
  }
}

function stripped(text: string, start: number, end: number): [number, number] {
  let from = start
  let to = end
  while (from < to && strippedBefore.has(text[from] as string)) from++
  while (to > from && strippedBefore.has(text[to - 1] as string)) to--
  return [from, to]
}

function nextToken(text: string, from: number): string | undefined {
  let at = from
  while (at < text.length && classAt(text, at) === space) at++
  return text[at]
}

/**
 * Drops the repetitions of a list: a block of words with a variable that follows an equal one.
 *
 * @param gaps of all the words; those that are left when it returns
 * @returns the indices of the words that are left; undefined when that is all of them
 */
function foldLists(words: readonly string[], gaps: boolean[]): number[] | undefined {
  if (words.length < 2 || new Set(words).size === words.length) return undefined
  const kept = words.map((_, index) => index)
  for (let period = 1; period <= longestPeriod; period++)
    for (let at = period; at + period <= kept.length; )
      if (isRepeated(words, kept, gaps, at, period)) {
        for (let offset = 0; offset < period; offset++) {
          gaps[at - period + offset] ||= offset > 0 && (gaps[at + offset] as boolean)
        }
        gaps[at] ||= gaps[at + period] as boolean
        gaps.splice(at + 1, period)
        kept.splice(at, period)
      } else at++
  return kept.length === words.length ? undefined : kept
}

function isRepeated(
  words: readonly string[],
  kept: readonly number[],
  gaps: readonly boolean[],
  at: number,
  period: number,
): boolean {
  let hasGap = gaps[at] as boolean
  for (let offset = 0; offset < period; offset++) {
    if (words[kept[at - period + offset] as number] !== words[kept[at + offset] as number]) return false
    if (offset > 0) hasGap ||= gaps[at - period + offset] as boolean
  }
  return hasGap
}

const gap = '<*>'
const isVariable = /[\w$@%.+\-*#&~!?/\\^\u0080-\uffff]*[A-Za-z0-9\u0080-\uffff][\w$@%.+\-*#&~!?/\\^\u0080-\uffff]*/g
const softSpaces = new RegExp(softSpace, 'g')
const variables = new RegExp(variable, 'g')

/** Text before, between and behind the words: where a word was left out, it was a variable. */
function glueOf(text: string, bounds: readonly number[], kept?: readonly number[]): string[] {
  const indices = kept ?? Array.from({ length: bounds.length / 2 }, (_, index) => index)
  const between = (from: number, to: number) =>
    text.slice(from, to).replace(isVariable, gap).replace(softSpaces, '').replace(variables, gap)
  const glue = indices.map((index, order) => {
    const before = indices[order - 1]
    if (before !== undefined && before + 1 !== index) return ` ${gap} `
    return between(before === undefined ? 0 : (bounds[2 * before + 1] as number), bounds[2 * index] as number)
  })
  const last = indices.at(-1) as number
  return [...glue, between(bounds[2 * last + 1] as number, text.length)]
}

/** A line of variables alone: what letters it has, if they are few. */
function wordless(original: string): LineWords {
  const runs = original.match(/[A-Za-z]+/g) ?? []
  const words = runs.length < 6 ? runs : []
  return {
    words,
    roles: words.map(() => 0),
    gaps: [...words.map(() => true), true],
    glue: () => [],
  }
}
