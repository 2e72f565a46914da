/** An element of a layout of Go's time package. */
export type Element =
  | 'January'
  | 'Jan'
  | 'Monday'
  | 'Mon'
  | 'MST'
  | '01'
  | '02'
  | '03'
  | '04'
  | '05'
  | '06'
  | '002'
  | '2006'
  | '1'
  | '2'
  | '_2'
  | '__2'
  | '15'
  | '3'
  | '4'
  | '5'
  | 'PM'
  | 'pm'
  | 'offset'
  | 'fraction'

export interface Chunk {
  /** Literal text before the element. */
  prefix: string
  /** undefined at the end of the layout. */
  element: Element | undefined
  /** The element as written: `-07:00`, `.000`, `2006`. */
  text: string
}

const elementAt =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm|[-Z](?:07:00:00|070000|07:00|0700|07)|[.,](?:0+|9+)(?![0-9])/g

const cache = new Map<string, readonly Chunk[]>()

/** The layout cut into its elements (time/format.go, nextStdChunk). */
export function chunksOf(layout: string): readonly Chunk[] {
  const known = cache.get(layout)
  if (known) return known
  const chunks: Chunk[] = []
  let from = 0
  for (const match of layout.matchAll(elementAt)) {
    chunks.push({ prefix: layout.slice(from, match.index), element: elementOf(match[0]), text: match[0] })
    from = match.index + match[0].length
  }
  chunks.push({ prefix: layout.slice(from), element: undefined, text: '' })
  if (cache.size < 100) cache.set(layout, chunks)
  return chunks
}

function elementOf(text: string): Element {
  if (/^[-Z]/.test(text)) return 'offset'
  return /^[.,]/.test(text) ? 'fraction' : (text as Element)
}
