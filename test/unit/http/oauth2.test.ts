import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpClient } from '../../../src/lib/context/http-client.ts'
import { OAuthTokens } from '../../../src/lib/http/oauth2.ts'
import { type Answer, TlsServer } from '../../fakes/tls-server.ts'
import { httpContext } from './http-context.ts'

let server: TlsServer
let nowMs = 1_000_000
let tokens: OAuthTokens
const { client, context } = httpContext()
const http = async (): Promise<HttpClient> => client
const credentials = () => ({
  tokenUrl: `${server.url}/token`,
  clientId: 'me&you',
  clientSecret: 's%',
  scopes: ['a', 'b'],
})

beforeEach(async () => {
  server = await TlsServer.start({ plain: true })
  nowMs = 1_000_000
  tokens = new OAuthTokens({ http, clock: { ...context.clock, now: () => nowMs } })
})
afterEach(() => server.stop())

describe('a token of the client credentials flow', () => {
  it('is asked for with the client in the header, and kept until shortly before it expires', async () => {
    server.on('POST', '/token', () => ({ body: { access_token: `t${server.seen.length}`, expires_in: 60 } }))
    expect((await tokens.token(credentials())).authorization).toBe('Bearer t1')
    expect(server.seen[0]).toMatchObject({
      headers: {
        authorization: `Basic ${Buffer.from('me%26you:s%25').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=a+b',
    })
    nowMs += 49_000
    expect((await tokens.token(credentials())).authorization).toBe('Bearer t1')
    nowMs += 2_000
    expect((await tokens.token(credentials())).authorization).toBe('Bearer t2')
  })

  it('is asked for with the client in the form where the header is refused, and from then on', async () => {
    server.on('POST', '/token', ({ request }) =>
      request.headers.authorization
        ? { status: 401 }
        : { body: { access_token: 't', token_type: 'mac', expires_in: '1' } },
    )
    expect((await tokens.token(credentials())).authorization).toBe('MAC t')
    await tokens.token(credentials())
    expect(server.seen.map(each => each.body)).toEqual([
      'grant_type=client_credentials&scope=a+b',
      'client_id=me%26you&client_secret=s%25&grant_type=client_credentials&scope=a+b',
      'client_id=me%26you&client_secret=s%25&grant_type=client_credentials&scope=a+b',
    ])
  })

  it('may come as a form', async () => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
    server.on('POST', '/token', { headers, body: 'access_token=t&expires_in=5' })
    expect(await tokens.token(credentials())).toEqual({ authorization: 'Bearer t', expiresAtMs: nowMs + 5000 })
  })

  it.each<{ at: string; answer: Answer; says: string }>([
    {
      at: 'refused',
      answer: { status: 401, headers: { 'Content-Type': 'text/html' }, body: '<html>no</html>' },
      says: 'oauth2: cannot fetch token: 401 Unauthorized\nResponse: <html>no</html>',
    },
    {
      at: 'refused with a reason',
      answer: { status: 400, body: { error: 'invalid_client', error_description: 'who?', error_uri: 'http://x' } },
      says: 'oauth2: "invalid_client" "who?" "http://x"',
    },
    { at: 'refused with success', answer: { body: { error: 'x' } }, says: 'oauth2: "x"' },
    {
      at: 'not JSON',
      answer: { body: '<html>' },
      says: `oauth2: cannot parse json: invalid character '<' looking for beginning of value`,
    },
    {
      at: 'cut off',
      answer: { body: '{"access_token":' },
      says: 'oauth2: cannot parse json: unexpected end of JSON input',
    },
    { at: 'empty', answer: { body: {} }, says: 'oauth2: server response missing access_token' },
  ])('fails when $at', async ({ answer, says }) => {
    server.on('POST', '/token', answer)
    await expect(tokens.token(credentials())).rejects.toThrow(expect.objectContaining({ message: says }))
  })

  it('is never asked of another origin, since the form holds the secret', async () => {
    const other = await TlsServer.start({ plain: true })
    server.on('POST', '/token', { status: 307, headers: { Location: `${other.url}/token` } })
    await expect(tokens.token(credentials())).rejects.toThrow(/^oauth2: cannot fetch token: 307 Temporary Redirect/)
    expect(other.seen).toEqual([])
    await other.stop()
  })
})
