const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\f': '\\f',
  '\b': '\\b',
  '\u0007': '\\a',
}

/** A string as Go's strconv.Quote writes it: in double quotes, control characters escaped. */
export function goQuote(text: string): string {
  const escaped = text.replace(
    /["\\\u0000-\u001f\u007f]/g,
    letter => escapes[letter] ?? `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `"${escaped}"`
}

/** A single letter as Go's %q writes a rune: in single quotes. */
export function goQuoteRune(letter: string): string {
  if (letter === "'") return "'\\''"
  if (letter === '"') return "'\"'"
  return `'${goQuote(letter).slice(1, -1)}'`
}
