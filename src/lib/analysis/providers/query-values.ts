import { toValidText } from '../../expr/go/strings.ts'

/** Go's url.QueryEscape. */
export const queryEscape = (text: string): string =>
  encodeURIComponent(toValidText(text))
    .replace(/%20/g, '+')
    .replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** Go's url.Values Encode: `name=value` by name, equal names in their order. */
export function encodeValues(values: readonly (readonly [name: string, value: string])[]): string {
  return [...values]
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([name, value]) => `${queryEscape(name)}=${queryEscape(value)}`)
    .join('&')
}

/** Go's url.ParseQuery where its error is ignored: pairs with a `;` or a wrong escape are left out. */
export function parseValues(query: string): [name: string, value: string][] {
  return query.split('&').flatMap(pair => {
    if (pair === '' || pair.includes(';')) return []
    const equals = pair.indexOf('=')
    const name = unescaped(equals < 0 ? pair : pair.slice(0, equals))
    const value = unescaped(equals < 0 ? '' : pair.slice(equals + 1))
    return name === undefined || value === undefined ? [] : [[name, value] as [string, string]]
  })
}

function unescaped(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined
  const bytes = Buffer.from(text.replace(/\+/g, ' '), 'utf8').toString('latin1')
  const decoded = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(decoded, 'latin1').toString('utf8')
}
