import { distance } from 'fastest-levenshtein'

/**
 * The candidate that `text` is most likely a slip of, or undefined when none is near enough to be worth saying:
 * one edit for words of up to four letters, two up to eight, three beyond. A longer candidate that begins with the
 * text counts as near too (`--namesp`). Case is ignored.
 */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = text.toLowerCase()
  const limit = wanted.length <= 4 ? 1 : wanted.length <= 8 ? 2 : 3
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase()
    const isPrefix = wanted.length >= 3 && lower.startsWith(wanted)
    const edits = isPrefix ? 1 : editDistance(wanted, lower)
    if (edits <= limit && edits < bestDistance) {
      best = candidate
      bestDistance = edits
    }
  }
  return best
}

/** Levenshtein's distance, with two neighbours that changed places counted as one edit: the commonest slip of a hand. */
function editDistance(a: string, b: string): number {
  const edits = distance(a, b)
  if (edits !== 2 || a.length !== b.length) return edits
  const first = [...a].findIndex((letter, index) => letter !== b[index])
  return a[first] === b[first + 1] && a[first + 1] === b[first] ? 1 : edits
}
