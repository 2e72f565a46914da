import { encodeBytes, type GoUrl, parseGoUrl } from './go-url.ts'

/** One request of a call that redirects may make into several. */
export interface Hop {
  method: string
  url: GoUrl
  headers: Readonly<Record<string, string>>
  body?: string
}

/** net/http gives up instead of sending an eleventh request. */
export const maxRequests = 10

/** Says nothing about whoever asks, and is needed to understand the body or the answer. */
const harmless = /^(accept|accept-encoding|content-type|user-agent)$/i

/**
 * The request that a redirect asks for, by the rules of Go's net/http (redirectBehavior): after 301, 302 and 303 a GET
 * without body unless it was GET or HEAD, after 307 and 308 the same again; undefined when the answer is none. To another
 * origin no header goes along that could be a credential, which is stricter than Go.
 */
export function redirectedHop(
  { method, url, headers, body }: Hop,
  status: number,
  location: string | undefined,
): Hop | { problem: string } | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !location) return undefined
  const target = resolveReference(url, location)
  if ('problem' in target) return target
  const repeats = status >= 307
  const isRead = method === 'GET' || method === 'HEAD'
  const kept = isSameOrigin(url, target) ? headers : only(headers, harmless)
  return {
    method: repeats || isRead ? method : 'GET',
    url: target,
    headers: repeats ? kept : without(kept, /^content-/i),
    ...(repeats && body !== undefined ? { body } : {}),
  }
}

/** net/url ResolveReference, on the WHATWG rules where a path has to be joined. */
function resolveReference(base: GoUrl, location: string): GoUrl | { problem: string } {
  const reference = parseGoUrl(location)
  if ('problem' in reference || reference.scheme !== '') return reference
  const joined = new URL(location.replace(/[^\x21-\x7e]+/g, encodeBytes), `${base.scheme}://${base.host}${base.path}`)
  const host = reference.host || base.host
  return {
    scheme: base.scheme,
    ...(reference.host || base.userInfo === undefined ? {} : { userInfo: base.userInfo }),
    host,
    opaque: '',
    path: joined.pathname,
    ...(reference.query === undefined ? {} : { query: reference.query }),
  }
}

/** Scheme, host and port are the same. */
export function isSameOrigin(one: GoUrl, other: GoUrl): boolean {
  return one.scheme === other.scheme && hostAndPort(one) === hostAndPort(other)
}

const hostAndPort = ({ scheme, host }: GoUrl) =>
  /:\d+$/.test(host) ? host.toLowerCase() : `${host.toLowerCase().replace(/:$/, '')}:${scheme === 'https' ? 443 : 80}`

type Headers = Readonly<Record<string, string>>
const only = (headers: Headers, names: RegExp) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.test(name)))
const without = (headers: Headers, names: RegExp) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)))
