import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ControllerVersion } from '../../../../src/lib/analysis/analysis.ts'
import { webProvider } from '../../../../src/lib/analysis/providers/web.ts'
import type { HttpClient } from '../../../../src/lib/context/http-client.ts'
import { HttpFailure } from '../../../../src/lib/http/http-failure.ts'
import { TlsServer } from '../../../fakes/tls-server.ts'
import { realTime } from '../../prometheus/scripted-prometheus.ts'
import { request } from './recorded-cases.ts'

let server: TlsServer
beforeEach(async () => {
  server = await TlsServer.start({ plain: true })
})
afterEach(() => server.stop())

const provider = (http?: HttpClient, version: ControllerVersion = '1.9') =>
  webProvider({ version }, realTime(http ? { http } : {}))

const metric = (web: object, more: object = {}) => ({
  name: 'm',
  provider: { web: { url: `${server.url}/x`, ...web } },
  ...more,
})

describe('a web metric', () => {
  it('fetches a token once for several measurements', async () => {
    server.on('POST', '/token', { body: { access_token: 't', expires_in: 3600 } }).on('GET', '/x', { body: { a: 1 } })
    const oauth2 = { tokenUrl: `${server.url}/token`, clientId: 'i', clientSecret: 's', scopes: ['x'] }
    const web = provider()
    for (let i = 0; i < 2; i++)
      expect(await web.measure(request(metric({ authentication: { oauth2 } })))).toMatchObject({ phase: 'Successful' })
    expect(server.seen.map(each => `${each.method} ${each.path} ${each.headers.authorization ?? ''}`)).toEqual([
      `POST /token Basic ${Buffer.from('i:s').toString('base64')}`,
      'GET /x Bearer t',
      'GET /x Bearer t',
    ])
  })

  it('takes no headers along to another host', async () => {
    const other = await TlsServer.start({ plain: true })
    other.on('GET', '/y', { body: { a: 1 } })
    server.on('GET', '/x', { status: 302, headers: { Location: `${other.url}/y` } })
    const headers = [{ key: 'X-Api-Key', value: 'secret' }]
    expect(await provider().measure(request(metric({ headers })))).toMatchObject({ phase: 'Successful' })
    expect(other.seen[0]?.headers['x-api-key']).toBeUndefined()
    await other.stop()
  })

  it.each([
    { seconds: undefined, limit: 10 },
    { seconds: -1, limit: 10 },
    { seconds: 3, limit: 3 },
  ])('may take $limit s when it says $seconds', async ({ seconds, limit }) => {
    let seen: number | undefined
    const http: HttpClient = {
      send: async ({ url, timeoutMs = 0 }) => {
        seen = Math.ceil(timeoutMs / 1000)
        return { status: 200, headers: {}, body: '1', url }
      },
    }
    await provider(http).measure(request(metric({ timeoutSeconds: seconds })))
    expect(seen).toBe(limit)
  })

  const deadline = 'context deadline exceeded'
  it.each([
    {
      at: 'before the answer',
      failure: new HttpFailure('Get "http://a"', deadline, { isTimeout: true }),
      says: `Get "http://a": ${deadline} (Client.Timeout exceeded while awaiting headers)`,
    },
    {
      at: 'within the answer',
      failure: new HttpFailure(undefined, deadline, { isTimeout: true, stage: 'body', status: 200 }),
      says: `Received no bytes in response: ${deadline} (Client.Timeout or context cancellation while reading body)`,
    },
    {
      at: 'within an answer that nobody reads',
      failure: new HttpFailure(undefined, deadline, { isTimeout: true, stage: 'body', status: 500 }),
      says: 'received non 2xx response code: 500',
    },
    {
      at: 'by the end of the connection',
      failure: new HttpFailure(undefined, 'unexpected EOF', { stage: 'body', status: 200 }),
      says: 'Received no bytes in response: unexpected EOF',
    },
  ])('that is cut off $at says so as the controller', async ({ failure, says }) => {
    const http: HttpClient = { send: () => Promise.reject(failure) }
    expect(await provider(http).measure(request(metric({})))).toEqual({ phase: 'Error', message: says })
  })

  it.each([
    { version: '1.9', phase: 'Successful' },
    { version: '1.10', phase: 'Failed' },
  ] as const)('that is no JSON is judged by its conditions from 1.10 on ($version)', async ({ version, phase }) => {
    server.on('GET', '/x', { body: 'hello' })
    const judged = await provider(undefined, version).measure(
      request(metric({}, { successCondition: 'result == "bye"' })),
    )
    expect(judged).toEqual({ phase, value: 'hello' })
  })
})
