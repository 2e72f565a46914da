import { goQuote } from '../expr/go/quote.ts'
import type { Hop } from './redirects.ts'

/** net/http reqWriteExcludeHeader: written by the client itself, whatever a request says. */
const own = /^(host|content-length|transfer-encoding|trailer)$/i
const token = /^[\w!#$%&'*+\-.^`|~]+$/

/**
 * The headers of a request on the wire, or what net/http says of one that cannot be sent. Authorization comes from
 * `user:password@` in the address when there is no other.
 */
export function headersOf({
  method,
  url,
  headers,
  body,
}: Hop): { values: Record<string, string> } | { problem: string } {
  const values: Record<string, string> = { Host: url.host.replace(/:$/, '') }
  const given = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    if (!token.test(name)) return { problem: `net/http: invalid header field name ${goQuote(name)}` }
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
      return { problem: `net/http: invalid header field value for ${goQuote(name)}` }
    if (own.test(name)) continue
    given.add(name.toLowerCase())
    values[name] = latin1(value.replace(/^[ \t]+|[ \t]+$/g, ''))
  }
  if (!given.has('user-agent')) values['User-Agent'] = 'kubectl-canary'
  if (!given.has('accept-encoding')) values['Accept-Encoding'] = 'gzip'
  if (url.userInfo !== undefined && !given.has('authorization')) values.Authorization = basic(url.userInfo)
  if (body !== undefined || /^(POST|PUT|PATCH)$/.test(method))
    values['Content-Length'] = String(Buffer.byteLength(body ?? ''))
  return { values }
}

/** Go sends the bytes of UTF-8; Node takes one character for one byte. */
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

function basic(userInfo: string): string {
  const [user = '', password = ''] = userInfo.split(/:(.*)/s).map(decodeURIComponent)
  return basicAuthorization(user, password)
}

export const basicAuthorization = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`
