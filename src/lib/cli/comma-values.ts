/**
 * One value of a StringSlice flag as pflag reads it: fields of one line of CSV (Go encoding/csv), so that
 * `a,"b,c"` is two values. An empty text is no value at all.
 *
 * @returns undefined when a quote is not closed or stands in the middle of a field
 */
export function splitCommaValues(text: string): string[] | undefined {
  if (text === '') return []
  const fields: string[] = []
  let rest = text
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest)
    const plain = quoted ?? /^([^",]*)(,|$)/.exec(rest)
    if (plain === null) return undefined
    const [all = '', field = '', separator = ''] = plain
    fields.push(quoted === null ? field : field.replaceAll('""', '"'))
    if (separator === '') return fields
    rest = rest.slice(all.length)
  }
}
