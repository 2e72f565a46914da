/**
 * The records of a CSV text as Go's encoding/csv reads them: quotes doubled within quotes, empty lines left out, records
 * of any length. Ends before the first record that is malformed.
 */
export function* csvRecords(text: string): Generator<string[], void> {
  let at = 0
  while (at < text.length) {
    const lineEnd = /\r?\n/y
    lineEnd.lastIndex = at
    if (lineEnd.test(text)) {
      at = lineEnd.lastIndex
      continue
    }
    const record: string[] = []
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at + 1) : bare(text, at)
      if (!field) return
      record.push(field.text)
      at = field.end
      if (text[at] !== ',') break
      at += 1
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    yield record
  }
}

interface Field {
  text: string
  /** of the comma or line break behind it */
  end: number
}

/** A quote in an unquoted field is an error. */
function bare(text: string, start: number): Field | undefined {
  const rest = /[^,\r\n]*(?:\r(?!\n)[^,\r\n]*)*/y
  rest.lastIndex = start
  const [found = ''] = rest.exec(text) ?? []
  return found.includes('"') ? undefined : { text: found, end: start + found.length }
}

function quoted(text: string, start: number): Field | undefined {
  const rest = /((?:[^"]|"")*)"(?=,|\r?\n|$)/y
  rest.lastIndex = start
  const [all, content = ''] = rest.exec(text) ?? []
  if (all === undefined) return undefined
  return { text: content.replaceAll('""', '"').replaceAll('\r\n', '\n'), end: start + all.length }
}
