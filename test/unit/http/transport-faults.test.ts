import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpFailure } from '../../../src/lib/http/http-failure.ts'
import { startRawServer } from '../../fakes/raw-server.ts'
import { TlsServer, testAuthority } from '../../fakes/tls-server.ts'
import { httpContext } from './http-context.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

/** What Go 1.26 says was observed by running it against the same servers. */
const faults: { at: string; answer: (socket: Socket) => void; says: string }[] = [
  { at: 'closed without an answer', answer: socket => socket.end(), says: 'EOF' },
  {
    at: 'reset',
    answer: socket => socket.resetAndDestroy(),
    says: 'read tcp 127.0.0.1:LOCAL->127.0.0.1:PORT: read: connection reset by peer',
  },
  {
    at: 'not HTTP',
    answer: socket => socket.end('hello there\nmore'),
    says: 'net/http: HTTP/1.x transport connection broken: malformed HTTP status code "there"',
  },
  {
    at: 'TLS bytes',
    answer: socket => socket.write('\x15\x03\x01\x00\x02\x02\r\n\r\n'),
    says: 'net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
  },
  {
    at: 'a status that is no number',
    answer: socket => socket.end('HTTP/1.1 2x0 OK\r\n\r\n'),
    says: 'net/http: HTTP/1.x transport connection broken: malformed HTTP status code "2x0"',
  },
  {
    at: 'a header without a colon',
    answer: socket => socket.end('HTTP/1.1 200 OK\r\nfoo bar\r\n\r\n'),
    says: 'net/http: HTTP/1.x transport connection broken: malformed MIME header: missing colon: "foo bar"',
  },
  {
    at: 'no answer within the time limit',
    answer: () => {},
    says: 'context deadline exceeded',
  },
]

describe('an exchange that brings no answer', () => {
  it.each(faults)('$at', async ({ answer, says }) => {
    const server = await startRawServer(answer)
    ended.push(server.stop)
    const failure = await failureOf({ method: 'POST', url: `${server.url}/x?q=1`, body: 'a=b', timeoutMs: 200 })
    expect(failure.stage).toBe('request')
    expect(failure.isTimeout).toBe(says === 'context deadline exceeded')
    expect(failure.message.replace(/:\d+->/, ':LOCAL->')).toBe(
      `Post "${server.url}/x?q=1": ${says.replace('PORT', String(server.port))}`,
    )
  })

  it('nothing listens', async () => {
    const server = await startRawServer(() => {})
    await server.stop()
    const failure = await failureOf({ url: server.url })
    expect(failure.message).toBe(`Get "${server.url}": dial tcp 127.0.0.1:${server.port}: connect: connection refused`)
    expect(failure.reason).toBe('ConnectionRefused')
  })

  it('the name is not known', async () => {
    const failure = await failureOf({ url: 'http://no.such.host.invalid/' })
    expect(failure.message).toMatch(
      /^Get "http:\/\/no\.such\.host\.invalid\/": dial tcp: lookup no\.such\.host\.invalid( on \S+:53)?: (no such host|server misbehaving)$/,
    )
  })

  it('the caller has no more interest', async () => {
    const server = await startRawServer(() => controller.abort(new Error('enough')))
    ended.push(server.stop)
    const controller = new AbortController()
    const { client } = httpContext()
    await expect(client.send({ url: server.url, signal: controller.signal })).rejects.toThrow('enough')
    await expect(client.send({ url: server.url, signal: controller.signal })).rejects.toThrow('enough')
  })

  it('the command is interrupted', async () => {
    const { client, abort } = httpContext()
    const server = await startRawServer(() => abort(new Error('interrupted')))
    ended.push(server.stop)
    await expect(client.send({ url: server.url })).rejects.toThrow('interrupted')
  })
})

describe('an answer that breaks off', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const gzipped = gzipSync('a'.repeat(2000))
  it.each<{ at: string; answer: (socket: Socket) => void; says: string }>([
    { at: 'early', answer: socket => socket.end(`${head}Content-Length: 10\r\n\r\nabc`), says: 'unexpected EOF' },
    {
      at: 'within a chunk',
      answer: socket => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`),
      says: 'unexpected EOF',
    },
    {
      at: 'with a chunk that has no length',
      answer: socket => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nab`),
      says: 'invalid byte in chunk length',
    },
    {
      at: 'with something that is not gzip',
      answer: socket => socket.end(`${head}Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\nhello there!`),
      says: 'gzip: invalid header',
    },
    {
      at: 'within gzip',
      answer: socket => {
        socket.write(`${head}Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n`)
        socket.end(gzipped.subarray(0, 20))
      },
      says: 'unexpected EOF',
    },
    {
      at: 'late',
      answer: socket => socket.write(`${head}Content-Length: 10\r\n\r\nabc`),
      says: 'context deadline exceeded',
    },
  ])('$at', async ({ answer, says }) => {
    const server = await startRawServer(answer)
    ended.push(server.stop)
    const failure = await failureOf({ url: server.url, timeoutMs: 200 })
    expect(failure.message).toBe(says)
    expect(failure.stage).toBe('body')
  })

  it('by the reset of its connection', async () => {
    const server = await startRawServer(socket => {
      socket.write(`${head}Content-Length: 10\r\n\r\nabc`)
      setTimeout(() => socket.resetAndDestroy(), 50)
    })
    ended.push(server.stop)
    expect((await failureOf({ url: server.url })).message).toMatch(/connection reset by peer$|unexpected EOF$/)
  })

  it.each([
    { how: 'said', answer: `${head}Content-Length: 3000\r\n\r\n` },
    { how: 'seen', answer: `${head}\r\n${'x'.repeat(3000)}` },
    { how: 'seen after decoding', answer: gzipped, isGzip: true },
  ])('because it is too large, as $how', async ({ answer, isGzip }) => {
    const server = await startRawServer(socket => {
      if (isGzip) socket.write(`${head}Content-Encoding: gzip\r\n\r\n`)
      socket.end(answer)
    })
    ended.push(server.stop)
    const failure = await failureOf({ url: `${server.url}/x`, maxBytes: 1000 })
    expect(failure.message).toBe(`the answer of ${server.url}/x is larger than 1000 bytes`)
    expect(failure.reason).toBe('AnswerTooLarge')
  })
})

describe('a server that cannot be trusted', () => {
  const untrusted = 'tls: failed to verify certificate: x509:'
  const hour = 3600_000
  it.each([
    { at: 'signed by nobody we know', subject: {}, says: `${untrusted} certificate signed by unknown authority` },
    {
      at: 'of other names',
      subject: { names: ['a.example', 'b.example'] },
      host: 'localhost',
      says: `${untrusted} certificate is valid for a.example, b.example, not localhost`,
    },
    {
      at: 'of names where an address is asked for',
      subject: { names: ['a.example'] },
      says: `${untrusted} cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs`,
    },
    {
      at: 'of other addresses',
      subject: { names: ['10.0.0.1', 'a.example'] },
      says: `${untrusted} certificate is valid for 10.0.0.1, not 127.0.0.1`,
    },
    {
      at: 'out of date',
      subject: { notBefore: new Date(0), notAfter: new Date(hour) },
      says: `${untrusted} certificate has expired or is not yet valid: current time NOW is after 1970-01-01T01:00:00Z`,
    },
    {
      at: 'of the future',
      subject: { notBefore: new Date(4e12), notAfter: new Date(4e12 + hour) },
      says: `${untrusted} certificate has expired or is not yet valid: current time NOW is before 2096-10-02T07:06:40Z`,
    },
  ])('$at', async ({ subject, host = '127.0.0.1', says }) => {
    const pair = await (await testAuthority()).issue({ commonName: 'server', ...subject })
    const server = await TlsServer.start({ certificate: pair })
    ended.push(() => server.stop())
    const url = `https://${host}:${server.port}/`
    const failure = await failureOf({ url })
    expect(failure.message.replace(/current time \S+/, 'current time NOW')).toBe(`Get "${url}": ${says}`)
  })

  it('unless it is asked for', async () => {
    const server = await TlsServer.start()
    ended.push(() => server.stop())
    server.on('GET', '/ok', { body: {} })
    const { client } = httpContext()
    expect(await client.send({ url: `${server.url}/ok`, insecure: true })).toMatchObject({ status: 200 })
    await expect(client.send({ url: `${server.url}/ok` })).rejects.toThrow(/unknown authority/)
  })

  it('because it does not speak TLS', async () => {
    const server = await TlsServer.start({ plain: true })
    ended.push(() => server.stop())
    const url = server.url.replace('http', 'https')
    expect((await failureOf({ url })).message).toBe(`Get "${url}": http: server gave HTTP response to HTTPS client`)
  })
})

async function failureOf(request: Parameters<ReturnType<typeof httpContext>['client']['send']>[0]) {
  const error = await httpContext()
    .client.send(request)
    .catch((error: unknown) => error)
  if (!(error instanceof HttpFailure)) throw new Error(`no HttpFailure: ${JSON.stringify(error)}`, { cause: error })
  return error
}
