import { goQuote } from '../expr/go/quote.ts'

/** A URL as Go's net/url takes it apart. */
export interface GoUrl {
  /** lower case; empty when there is none */
  scheme: string
  /** `user:password` as written */
  userInfo?: string
  /** with the port; an IPv6 address in brackets */
  host: string
  opaque: string
  /** encoded */
  path: string
  /** as written, without `?`; undefined when there is no `?` */
  query?: string
  fragment?: string
}

/**
 * Takes a URL apart by the rules of Go's net/url Parse, which are not those of browsers: `prometheus:9090` has the scheme
 * `prometheus` and no host. What Go says of an invalid one is the `problem`.
 */
export function parseGoUrl(text: string): GoUrl | { problem: string } {
  const problem = (why: string) => ({ problem: `parse ${goQuote(text)}: ${why}` })
  if (/[\x00-\x1f\x7f]/.test(text)) return problem('net/url: invalid control character in URL')
  const [, beforeFragment = '', fragment] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? []
  if (beforeFragment.startsWith(':')) return problem('missing protocol scheme')
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(beforeFragment)?.[1] ?? ''
  const afterScheme = scheme === '' ? beforeFragment : beforeFragment.slice(scheme.length + 1)
  const [, rest = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(afterScheme) ?? []
  const url: GoUrl = {
    scheme: scheme.toLowerCase(),
    host: '',
    opaque: '',
    path: '',
    ...(query === undefined ? {} : { query }),
    ...(fragment ? { fragment } : {}),
  }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...url, opaque: rest }
    if (/^[^/]*:/.test(rest)) return problem('first path segment in URL cannot contain colon')
  }
  const [, authority, path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [undefined, undefined, rest]
  const badEscape = invalidEscape(path)
  if (authority !== undefined) {
    const at = authority.lastIndexOf('@')
    const host = authority.slice(at + 1)
    const wrong = hostProblem(host)
    if (wrong) return problem(wrong)
    if (at >= 0) {
      if (!/^[\w\-.!$&'()*+,;=:%@~]*$/.test(authority.slice(0, at))) return problem('net/url: invalid userinfo')
      url.userInfo = authority.slice(0, at)
    }
    url.host = host
  }
  if (badEscape !== undefined) return problem(`invalid URL escape ${goQuote(badEscape)}`)
  return { ...url, path: encodePath(path) }
}

/** As Go prints it, the password hidden: for messages. */
export function goUrlText(url: GoUrl): string {
  const scheme = url.scheme ? `${url.scheme}:` : ''
  const [user = '', password] = url.userInfo?.split(/:(.*)/s) ?? []
  const userInfo = url.userInfo === undefined ? '' : `${user}${password === undefined ? '' : ':***'}@`
  const hasAuthority =
    (url.scheme !== '' || url.host !== '' || user !== '') && (url.host !== '' || url.path !== '' || user !== '')
  const query = url.query === undefined ? '' : `?${url.query}`
  const fragment = url.fragment === undefined ? '' : `#${url.fragment}`
  if (url.opaque) return `${scheme}${url.opaque}${query}${fragment}`
  return `${scheme}${hasAuthority ? `//${userInfo}${url.host}` : ''}${url.path}${query}${fragment}`
}

/** Whether argo-rollouts takes a text for an address (metricproviders/prometheus IsUrl): scheme and host are there. */
export function isAddress(text: string): boolean {
  const url = parseGoUrl(text)
  return !('problem' in url) && url.scheme !== '' && url.host !== ''
}

function hostProblem(host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    if (end < 0) return "missing ']' in host"
    return portProblem(host.slice(end + 1))
  }
  const badEscape = invalidEscape(host) ?? /%[0-9a-f]{2}/i.exec(host)?.[0]
  if (badEscape !== undefined && !/^%[89a-f]/i.test(badEscape)) return `invalid URL escape ${goQuote(badEscape)}`
  const wrong = [...host].find(letter => /[\x00-\x20\\^`{|}]/.test(letter))
  const colon = host.lastIndexOf(':')
  const port = colon < 0 ? undefined : portProblem(host.slice(colon))
  if (port) return port
  return wrong === undefined ? undefined : `invalid character ${goQuote(wrong)} in host name`
}

const portProblem = (port: string) =>
  port === '' || /^:\d*$/.test(port) ? undefined : `invalid port ${goQuote(port)} after host`

/** The first `%` that no two hexadecimal digits follow, with what follows it. */
function invalidEscape(text: string): string | undefined {
  return /%(?![0-9a-f]{2}).{0,2}/is.exec(text)?.[0]
}

const encodePath = (path: string) => path.replace(/[^\w\-.~!$&'()*+,;=:@[\]/%]+/g, encodeBytes)

/** Every byte of the text's UTF-8. */
export const encodeBytes = (text: string): string =>
  [...Buffer.from(text, 'utf8')].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
