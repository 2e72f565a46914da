import { Wrong } from './wrong.ts'

const longestPattern = 200

/**
 * The regular expression of `message=/RE/`, or of plain text that has to occur as it is. Messages come from the cluster
 * and patterns from scripts, so patterns that can take exponential time (a repeated group that repeats inside, a
 * reference back) are refused. RE2 syntax, which controllers use elsewhere, is not read: this is JavaScript's.
 *
 * @param at where `value` begins in the argument, for the error
 * @throws Wrong
 */
export function guardedPattern(at: number, value: string): RegExp {
  if (!value.startsWith('/')) return new RegExp(value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const end = value.lastIndexOf('/')
  const refuse = (where: number, why: string) => new Wrong(at + where, why, 'message=/timed out/i')
  if (end === 0) throw refuse(value.length, 'the closing / is missing')
  const source = value.slice(1, end)
  const flags = value.slice(end + 1)
  if (!/^[imsu]*$/.test(flags))
    throw refuse(end + 1, `unknown flag in ${JSON.stringify(flags)} (i, m, s and u are known)`)
  if (source === '') throw refuse(1, 'the pattern is empty')
  if (source.length > longestPattern) throw refuse(1, `the pattern has more than ${longestPattern} characters`)
  const danger = dangerAt(source)
  if (danger) throw refuse(1 + danger.at, danger.why)
  try {
    return new RegExp(source, flags)
  } catch (error) {
    throw refuse(1, error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error))
  }
}

/** What could make matching explode: `(a+)+`, `(a|b*)*`, `\1`. Cautious: some harmless patterns are refused, too. */
function dangerAt(source: string): { at: number; why: string } | undefined {
  // for each open group: whether something inside of it repeats without bound, or has alternatives
  const groups: { repeats: boolean }[] = []
  let inClass = false
  for (let at = 0; at < source.length; at++) {
    const letter = source[at]
    if (letter === '\\') {
      const next = source[++at] ?? ''
      if (/[1-9k]/.test(next) && !inClass) return { at: at - 1, why: 'references back are not allowed' }
    } else if (inClass) inClass = letter !== ']'
    else if (letter === '[') inClass = true
    else if (letter === '(') groups.push({ repeats: false })
    else if (letter === '|') {
      for (const group of groups) group.repeats = true
    } else if (letter === ')') {
      const group = groups.pop()
      if (group?.repeats && isUnbounded(source, at + 1)) {
        return { at: at + 1, why: 'a group that repeats inside must not be repeated itself' }
      }
    } else if (isUnbounded(source, at)) for (const group of groups) group.repeats = true
  }
  return undefined
}

function isUnbounded(source: string, at: number): boolean {
  return /^(?:[*+]|\{\d*,\d*\}|\{\d{3,}\})/.test(source.slice(at))
}
