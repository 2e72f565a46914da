import { createHash, createHmac } from 'node:crypto'
import { encodeBytes, parseGoUrl } from './go-url.ts'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  /** of temporary credentials */
  sessionToken?: string | undefined
}

export interface SignableRequest {
  /** default `GET` */
  method?: string
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string
}

/** What proxies may change or the client writes itself (aws-sdk-go-v2 v4 IgnoredHeaders). */
const unsigned = /^(authorization|user-agent|x-amzn-trace-id|expect|transfer-encoding)$/

/**
 * The headers of a request with those that sign it added: `Authorization`, `X-Amz-Date` and, with temporary credentials,
 * `X-Amz-Security-Token`. AWS Signature Version 4 as all services but S3 expect it: the path is encoded twice.
 *
 * @param nowMs ms since 1970; AWS takes a signature for five minutes
 */
export function signV4(
  { method = 'GET', url, headers = {}, body = '' }: SignableRequest,
  credentials: AwsCredentials,
  region: string,
  service: string,
  nowMs: number,
): Record<string, string> {
  const parsed = parseGoUrl(url)
  if ('problem' in parsed) throw new Error(parsed.problem)
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const { sessionToken } = credentials
  const sent: Record<string, string> = {
    ...headers,
    'X-Amz-Date': time,
    ...(sessionToken ? { 'X-Amz-Security-Token': sessionToken } : {}),
  }
  const host = parsed.host.replace(parsed.scheme === 'https' ? /:443$/ : /:80$/, '')
  const signed = new Map([['host', host]])
  for (const [name, value] of Object.entries(sent)) {
    const lower = name.toLowerCase()
    if (!unsigned.test(lower)) signed.set(lower, value.trim().replace(/ +/g, ' '))
  }
  const names = [...signed.keys()].sort()
  const canonical = [
    method,
    encode(parsed.path || '/', '/'),
    canonicalQuery(parsed.query ?? ''),
    ...names.map(name => `${name}:${signed.get(name)}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n')
  const date = time.slice(0, 8)
  const scope = `${date}/${region}/${service}/aws4_request`
  const secret = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  )
  const signature = hmac(secret, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex')
  return {
    ...sent,
    Authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest()

/** RFC 3986's unreserved characters stay. */
const encode = (text: string, more = '') =>
  text.replace(/[^\w\-.~]+/g, part =>
    [...part].map(letter => (more.includes(letter) ? letter : encodeBytes(letter))).join(''),
  )

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const decode = (text: string) => {
    const spaced = text.replace(/\+/g, ' ')
    try {
      return decodeURIComponent(spaced)
    } catch {
      return spaced
    }
  }
  return query
    .split('&')
    .map(pair => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
      return [encode(decode(name)), encode(decode(value))] as const
    })
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
