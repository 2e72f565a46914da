import type { Stretch } from '../sources/locate.ts'
import { type FilledText, fill, type Placeholder, placeholdersOf } from './templated-text.ts'

/** What is wrong with a text, in offsets of the template. */
export interface TextProblem extends Stretch {
  message: string
}

export interface Tried<T> {
  filled: FilledText
  placeholders: Placeholder[]
  /** absent where the text is wrong, or too much of it is an argument */
  result?: T
  problem?: TextProblem
}

/** The stand-in for an argument inside of quotes: recognised by {@link argumentsIn}, and harmless in a regular expression. */
export const standIn = (index: number) => `qarg${index}q`

/** The arguments that a text with stand-ins contains. */
export function argumentsIn(text: string, placeholders: readonly Placeholder[]): string[] {
  return [...text.matchAll(/qarg(\d+)q/g)].flatMap(([, index]) => placeholders[Number(index)]?.argument ?? [])
}

/**
 * Reads a text in which arguments are still open. Inside of quotes a stand-in serves; elsewhere an argument can be a
 * number, a name, a duration or an operator, so what is likely is tried in turn. A problem is only reported when it does
 * not depend on what is tried.
 * Where all that fits fails at the same place, that place is wrong.
 *
 * @param likely for a placeholder outside of quotes, the best first
 * @param known default values by argument
 */
export function tryText<T>(
  template: string,
  likely: readonly string[],
  known: ReadonlyMap<string, string>,
  read: (text: string) => { result: T } | { message: string; start: number; end: number },
): Tried<T> {
  const { list } = placeholdersOf(template)
  const quoted = list.map(({ start }) => isQuoted(template, start))
  const isOpen = quoted.includes(false)
  const choices = isOpen ? [undefined, ...likely] : [undefined]
  let problem: TextProblem | undefined
  let isCertain = true
  let first: FilledText | undefined
  for (const choice of choices) {
    const values = list.map(({ argument = '' }, index) =>
      quoted[index] ? standIn(index) : (choice ?? known.get(argument) ?? likely[0] ?? ''),
    )
    const filled = fill(template, list, values)
    first ??= filled
    const outcome = read(filled.text)
    if ('result' in outcome) return { filled, placeholders: list, result: outcome.result }
    // Complaints about what was filled in, or what follows it, say that this is no choice here.
    if (isOpen && isAboutFilling(filled, outcome.start)) continue
    const found = { message: outcome.message, ...stretch(filled, outcome.start, outcome.end) }
    problem ??= found
    isCertain &&= problem.start === found.start
  }
  return { filled: first ?? fill(template, [], []), placeholders: list, ...(isCertain && problem ? { problem } : {}) }
}

function isAboutFilling(filled: FilledText, start: number): boolean {
  let at = start
  while (at > 0 && !filled.isFilledIn(at) && /\s/.test(filled.text[at - 1] ?? '')) at--
  return filled.isFilledIn(start) || filled.isFilledIn(at - 1) || filled.isGap(at)
}

export function stretch(filled: FilledText, start: number, end: number): Stretch {
  const from = filled.toTemplate(start)
  return { start: from, end: Math.max(from, end > start ? filled.toTemplate(end - 1) + 1 : from) }
}

/** Whether an offset lies within quotes, with escapes in those of the double and single kind. */
function isQuoted(text: string, offset: number): boolean {
  let quote = ''
  for (let at = 0; at < offset; at++) {
    const letter = text[at] ?? ''
    if (quote === '') {
      if (letter === '"' || letter === "'" || letter === '`') quote = letter
      else if (letter === '#') {
        const lineEnd = text.indexOf('\n', at)
        if (lineEnd < 0 || lineEnd >= offset) return false
        at = lineEnd
      }
    } else if (letter === '\\' && quote !== '`') at++
    else if (letter === quote) quote = ''
  }
  return quote !== ''
}
