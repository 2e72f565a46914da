import { isIP } from 'node:net'
import type { Context } from '../context/context.ts'

/**
 * The proxy that the environment names for a server (Go: golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY
 * by the server's scheme, upper or lower case; never for localhost and loopback addresses, nor for what NO_PROXY lists.
 */
export function proxyFromEnvironment(server: URL, env: Context['env']): string | undefined {
  const isTls = server.protocol === 'https:'
  const proxy = isTls ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy
  if (!proxy) return undefined
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || /^127\./.test(host) || host === '::1') return undefined
  const port = server.port || (isTls ? '443' : '80')
  const exceptions = (env.NO_PROXY || env.no_proxy || '').split(',').map(each => each.trim().toLowerCase())
  if (exceptions.some(each => each !== '' && matchesException(each, host, port))) return undefined
  return /^[a-z0-9+.-]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`
}

function matchesException(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true
  if (exception.includes('/')) return isInRange(host, exception)
  const [, name = '', onlyPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(exception) ?? [undefined, exception]
  if (onlyPort !== undefined && onlyPort !== port) return false
  const bare = name.replace(/^\[|\]$/g, '')
  if (isIP(host) || isIP(bare)) return host === bare
  const domain = bare.replace(/^\*(?=\.)/, '')
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`)
}

/** IPv4 only: that is what NO_PROXY lists in practice; an IPv6 range matches nothing. */
function isInRange(host: string, range: string): boolean {
  const [base = '', bits = ''] = range.split('/')
  if (isIP(host) !== 4 || isIP(base) !== 4 || !/^\d+$/.test(bits) || Number(bits) > 32) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(asNumber(host) / size) === Math.floor(asNumber(base) / size)
}

const asNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
