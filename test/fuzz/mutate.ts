import type { Random } from './random.ts'

/** Cuts a text into words and signs, so that mutations keep some sense. */
const pieces = (text: string) => text.match(/[\w.]+|\s+|[^\w\s]/g) ?? []
const odd = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '`',
  '\\',
  '..',
  ',',
  ';',
  ':',
  '#',
  '/*',
  '//',
  '\n',
  '\0',
  'é',
  '😀',
  '\ud800',
]

/** A text with one to four things wrong, some of them taken from other texts of the corpus. */
export function mutated(random: Random, corpus: readonly string[]): string {
  let parts = [...pieces(random.pick(corpus))]
  for (let times = 1 + random.below(4); times > 0; times--) parts = mutatedOnce(random, parts, corpus)
  return parts.join('')
}

function mutatedOnce(random: Random, parts: string[], corpus: readonly string[]): string[] {
  const at = random.below(parts.length + 1)
  const other = pieces(random.pick(corpus))
  const from = random.below(other.length + 1)
  const slice = other.slice(from, from + 1 + random.below(6))
  switch (random.below(8)) {
    case 0:
      return parts.toSpliced(at, 1)
    case 1:
      return parts.toSpliced(at, 0, random.pick(odd))
    case 2:
      return parts.toSpliced(at, 0, ...slice)
    case 3:
      return parts.toSpliced(at, 1 + random.below(3), ...slice)
    case 4:
      return [...parts.slice(0, at), ...parts.slice(random.below(parts.length + 1))]
    case 5: {
      const swapped = [...parts]
      const with_ = random.below(parts.length || 1)
      const [a, b] = [parts[at], parts[with_]]
      if (a !== undefined && b !== undefined) {
        swapped[at] = b
        swapped[with_] = a
      }
      return swapped
    }
    case 6:
      return parts.slice(0, at)
    default: {
      const number = random.pick([
        '0',
        '-1',
        '1e308',
        '9223372036854775807',
        '9223372036854775808',
        '0x1F',
        '1_000',
        'NaN',
        '.5',
      ])
      return parts.map((part, index) => (/^\d/.test(part) && (index === at || random.chance(0.2)) ? number : part))
    }
  }
}
