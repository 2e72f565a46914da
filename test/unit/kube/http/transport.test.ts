import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../../src/lib/kube/connection-options.ts'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { TlsServer, testAuthority } from '../../../fakes/tls-server.ts'
import { base64, connectTo, failureOf, type NetworkContext, networkContext } from '../connected.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

async function startServer(...given: Parameters<typeof TlsServer.start>): Promise<TlsServer> {
  const server = await TlsServer.start(...given)
  ended.push(() => server.stop())
  server.on('GET', '/ok', { body: { ok: true } })
  return server
}

async function startClient(server: TlsServer, how: Parameters<typeof connectTo>[1] = {}, context?: NetworkContext) {
  const client = await connectTo(server, how, context)
  ended.push(() => client.close())
  return client
}

let server: TlsServer
beforeEach(async () => {
  server = await startServer()
})

const get = (client: { raw(request: { path: string }): Promise<{ body: string }> }, path = '/ok') =>
  client.raw({ path })

describe('connections', () => {
  it('one serves all sequential requests (2.1: client-node opens 8 for 7)', async () => {
    const client = await startClient(server)
    for (let request = 0; request < 7; request++) await get(client)
    expect(server.seen).toHaveLength(7)
    expect(server.connections).toBe(1)
  })

  it('also when answers are compressed, refused or of another kind', async () => {
    server.on('GET', '/zip', { body: { ok: true }, gzip: true })
    server.on('PATCH', /./, { body: {} })
    const client = await startClient(server)
    await get(client, '/zip')
    await failureOf(get(client, '/nothing'))
    await client.patch(rollouts, { name: 'a' }, { type: 'merge', body: {} })
    await get(client)
    expect(server.connections).toBe(1)
  })

  it('a kept one that the server has closed meanwhile is replaced in silence', async () => {
    const client = await startClient(server)
    await get(client)
    server.next(exchange => {
      exchange.drop()
      return undefined
    })
    expect((await get(client)).body).toBe('{"ok":true}')
    expect(server.connections).toBe(2)
  })

  it('many at a time need several, and no warning of Node', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error) => warnings.push(warning.message)
    process.on('warning', onWarning)
    const client = await startClient(server)
    await Promise.all(Array.from({ length: 20 }, () => get(client)))
    await new Promise(resolve => setTimeout(resolve, 10))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    expect(server.seen).toHaveLength(20)
  })

  it('an http:// server needs no flag (2.1: client-node throws)', async () => {
    const plain = await startServer({ plain: true })
    expect((await get(await startClient(plain, { user: { token: 't' } }))).body).toBe('{"ok":true}')
    expect(plain.seen[0]?.headers.authorization).toBe('Bearer t')
  })

  it("the path of the server's address goes before each path", async () => {
    server.on('GET', '/k8s/clusters/c-1/version', { body: {} })
    const client = await startClient(server, { cluster: { server: `${server.url}/k8s/clusters/c-1/` } })
    await get(client, '/version')
    expect(server.seen[0]?.path).toBe('/k8s/clusters/c-1/version')
  })
})

describe('trust', () => {
  it.each([
    { what: 'an unknown authority', cluster: { 'certificate-authority-data': undefined }, reason: 'UnknownAuthority' },
    {
      what: 'a certificate for another name',
      cluster: { 'tls-server-name': 'elsewhere.example' },
      reason: 'CertificateHostname',
    },
  ])('$what is refused', async ({ cluster, reason }) => {
    expect(await failureOf(get(await startClient(server, { cluster })))).toMatchObject({ reason })
    expect(server.seen).toHaveLength(0)
  })

  it('tls-server-name is sent and checked', async () => {
    const pair = await (await testAuthority()).issue({ commonName: 'x', names: ['kubernetes.example'] })
    const named = await startServer({ certificate: pair })
    expect(await failureOf(get(await startClient(named)))).toMatchObject({ reason: 'CertificateHostname' })
    const client = await startClient(named, { cluster: { 'tls-server-name': 'kubernetes.example' } })
    expect((await get(client)).body).toBe('{"ok":true}')
  })

  it('insecure-skip-tls-verify takes any certificate', async () => {
    const cluster = { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true }
    expect((await get(await startClient(server, { cluster }))).body).toBe('{"ok":true}')
  })

  it.each([
    { what: 'has expired', days: [-10, -1], reason: 'CertificateExpired' },
    { what: 'is not valid yet', days: [1, 10], reason: 'CertificateNotYetValid' },
  ])('a certificate that $what is said to be so', async ({ days: [from = 0, to = 0], reason }) => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000)
    const pair = await (await testAuthority()).issue({ commonName: 'x', notBefore: day(from), notAfter: day(to) })
    const old = await startServer({ certificate: pair })
    expect(await failureOf(get(await startClient(old)))).toMatchObject({ reason })
  })
})

describe('compression', () => {
  it('is asked for, unless switched off', async () => {
    await get(await startClient(server))
    await get(await startClient(server, { options: { disableCompression: true } }))
    await get(await startClient(server, { cluster: { 'disable-compression': true } }))
    expect(server.seen.map(each => each.headers['accept-encoding'])).toEqual(['gzip', undefined, undefined])
  })

  it('an error is decompressed too', async () => {
    server.next({ status: 403, gzip: true, body: { kind: 'Status', message: 'no', reason: 'Forbidden', code: 403 } })
    expect(await failureOf(get(await startClient(server)))).toMatchObject({ reason: 'Forbidden', message: 'no' })
  })
})

describe('impersonation (2.1: client-node knows the user only, and fetch merges groups)', () => {
  it('is sent in the bytes of UTF-8, also beside a body', async () => {
    server.on('POST', '/x', {})
    const client = await connectTo(server, { user: { as: 'jörg' } })
    await client.raw({ method: 'POST', path: '/x', body: 'größe' })
    const sent = String(server.seen.at(-1)?.headers['impersonate-user'])
    expect(Buffer.from(sent, 'latin1').toString('utf8')).toBe('jörg')
    expect(server.seen.at(-1)?.body).toBe('größe')
  })

  it('user, uid, each group on a line of its own, and extra fields', async () => {
    const options: ConnectionOptions = {
      as: 'jane',
      asUid: 'u-1',
      asGroup: ['dev', 'on call, today'],
      asUserExtra: ['scopes=a', 'scopes=b', 'example.com/Ä=✓'],
    }
    await get(await startClient(server, { options }))
    const raw = server.seen[0]?.rawHeaders ?? []
    const pairs = raw.flatMap((name, index) =>
      index % 2 === 0 && /^Impersonate/.test(name) ? [`${name}: ${raw[index + 1]}`] : [],
    )
    expect(pairs).toEqual([
      'Impersonate-User: jane',
      'Impersonate-Uid: u-1',
      'Impersonate-Group: dev',
      'Impersonate-Group: on call, today',
      'Impersonate-Extra-scopes: a',
      'Impersonate-Extra-scopes: b',
      `Impersonate-Extra-example.com%2F%C3%A4: ${Buffer.from('✓').toString('latin1')}`,
    ])
  })

  it('as the kubeconfig says', async () => {
    await get(await startClient(server, { user: { as: 'joe', 'as-groups': ['g'], 'as-user-extra': { k: ['v'] } } }))
    expect(server.seen[0]?.headers).toMatchObject({
      'impersonate-user': 'joe',
      'impersonate-group': 'g',
      'impersonate-extra-k': 'v',
    })
  })
})

describe('retries (client-go: rest/with_retry.go)', () => {
  const busy = (status: number, retryAfter?: string) => ({
    status,
    headers: (retryAfter ? { 'Retry-After': retryAfter } : {}) as Record<string, string>,
    body: 'busy',
  })

  it.each([429, 500, 503])('%i with Retry-After is asked again after that time', async status => {
    const context = networkContext({ speed: 100 })
    server.next(busy(status, '2'), busy(status, '1'))
    await get(await startClient(server, {}, context))
    expect(server.seen).toHaveLength(3)
    expect(context.clock.sleeps.filter(ms => ms <= 5_000)).toEqual([2_000, 1_000])
    expect(server.connections).toBe(1)
  })

  it('also a write, which the server has not done then', async () => {
    server.next(busy(429, '1')).on('PATCH', /./, { body: {} })
    const client = await startClient(server, {}, networkContext({ speed: 100 }))
    await client.patch(rollouts, { name: 'a' }, { type: 'merge', body: { spec: {} } })
    expect(server.seen.map(each => each.body)).toEqual(['{"spec":{}}', '{"spec":{}}'])
  })

  it('ten times and no more', async () => {
    server.next(...Array.from({ length: 20 }, () => busy(429, '1')))
    const failure = await failureOf(get(await startClient(server, {}, networkContext({ speed: 1_000 }))))
    expect(failure).toMatchObject({
      reason: 'TooManyRequests',
      message: 'the server has received too many requests and has asked us to try again later',
    })
    expect(server.seen).toHaveLength(11)
  })

  it.each([
    { what: '429 without Retry-After', answer: busy(429) },
    { what: '503 without Retry-After', answer: busy(503) },
    { what: 'a Retry-After that is a date', answer: busy(429, 'Wed, 21 Oct 2015 07:28:00 GMT') },
    { what: '409 with Retry-After', answer: busy(409, '1') },
  ])('$what is an answer', async ({ answer }) => {
    server.next(answer)
    await failureOf(get(await startClient(server)))
    expect(server.seen).toHaveLength(1)
  })

  it('a reset connection is tried again for GET', async () => {
    const context = networkContext({ speed: 100 })
    server.next(
      exchange => void exchange.drop(),
      exchange => void exchange.drop(),
    )
    expect((await get(await startClient(server, {}, context))).body).toBe('{"ok":true}')
    expect(context.clock.sleeps.filter(ms => ms <= 5_000)).toEqual([1_000, 1_000])
  })

  it('but not for a write, which may have been done', async () => {
    server.next(exchange => void exchange.drop())
    const client = await startClient(server)
    const patching = client.patch(rollouts, { name: 'a' }, { type: 'merge', body: {} })
    expect(await failureOf(patching)).toMatchObject({ reason: 'ConnectionLost' })
    expect(server.seen).toHaveLength(1)
  })

  it('waiting for the next attempt ends with the signal', async () => {
    const context = networkContext()
    server.next(busy(429, '60'))
    const asking = get(await startClient(server, {}, context))
    setTimeout(() => context.abort(new Error('stop')), 50)
    await expect(asking).rejects.toThrow('stop')
  })

  it('a body that is cut off is an error', async () => {
    server.next(exchange => {
      exchange.open()
      exchange.write('{"half":')
      setTimeout(exchange.drop, 20)
      return undefined
    })
    expect(await failureOf(get(await startClient(server)))).toMatchObject({ reason: 'ConnectionLost' })
  })
})

describe('time limits', () => {
  it('--request-timeout ends a request and is told to the server', async () => {
    server.next(() => undefined)
    const failure = await failureOf(get(await startClient(server, { options: { requestTimeout: '200ms' } })))
    expect(failure).toMatchObject({ reason: 'Timeout' })
    expect(failure.message).toMatch(/^the API server 127\.0\.0\.1:\d+ \(context "test"\) did not answer within 200ms$/)
    server.on('GET', /rollouts/, { body: {} })
    await (await startClient(server, { options: { requestTimeout: '2' } })).get(rollouts, { name: 'a' })
    expect(server.seen.at(-1)?.query.get('timeout')).toBe('2s')
  })

  it('and its body', async () => {
    server.next(exchange => {
      exchange.open()
      exchange.write('{')
      return undefined
    })
    const client = await startClient(server, { options: { requestTimeout: '200ms' } })
    expect(await failureOf(get(client))).toMatchObject({ reason: 'Timeout' })
  })

  it('but not a watch that is open', async () => {
    server.next(exchange => {
      exchange.open()
      setTimeout(() => {
        exchange.event('BOOKMARK', { metadata: { resourceVersion: '2' } })
        exchange.end()
      }, 400)
      return undefined
    })
    const client = await startClient(server, { options: { requestTimeout: '200ms' } })
    const events = []
    for await (const event of client.watch(rollouts, { resourceVersion: '1' })) events.push(event)
    expect(events).toHaveLength(1)
  })

  it('leave no timer behind', async () => {
    const client = await startClient(server, { options: { requestTimeout: '1h' } })
    await get(client)
    await new Promise(resolve => setTimeout(resolve, 20))
    const timers = process.getActiveResourcesInfo().filter(each => each === 'Timeout')
    expect(timers.length).toBeLessThanOrEqual(1)
  })
})

describe('warnings', () => {
  const warn = (...texts: string[]) => ({ headers: { Warning: texts }, body: {} })

  it('go to stderr, each once', async () => {
    const context = networkContext()
    server.on('GET', '/a', warn('299 - "v1 is old"', '299 - "say \\"v2\\", please"'))
    server.on(
      'GET',
      '/b',
      warn('299 - "v1 is old", 299 - "another" "Wed, 21 Oct 2015 07:28:00 GMT"', '199 - "not for people"'),
    )
    const client = await startClient(server, { options: { warningsAsErrors: true } }, context)
    for (const path of ['/a', '/b', '/a']) await get(client, path)
    expect(context.stderr.text).toBe('Warning: v1 is old\nWarning: say "v2", please\nWarning: another\n')
    expect(context.stdout.text).toBe('')
    expect(client.warningsFailure()).toMatchObject({ outcome: 'error', message: '3 warnings received' })
  })

  it('are yellow on a terminal, and without control characters', async () => {
    const context = networkContext({ color: true })
    server.on('GET', '/a', warn('299 - "a\u009b31mb"'))
    await get(await startClient(server, {}, context), '/a')
    expect(context.stderr.text).toBe('\x1b[33;1mWarning:\x1b[0m ab\n')
  })

  it('are no errors unless that is asked for', async () => {
    server.on('GET', '/a', warn('299 - "v1 is old"'))
    const client = await startClient(server)
    await get(client, '/a')
    expect(client.warningsFailure()).toBeUndefined()
  })

  it('there are none', async () => {
    const client = await startClient(server, { options: { warningsAsErrors: true } })
    await get(client)
    expect(client.warningsFailure()).toBeUndefined()
  })
})

describe('a client for clean-up', () => {
  it('goes on after Ctrl-C, where the client itself does not', async () => {
    const context = networkContext()
    const client = await startClient(server, {}, context)
    const cleanUp = client.forCleanUp()
    context.abort(new Error('interrupted'))
    await expect(get(client)).rejects.toThrow('interrupted')
    await get(cleanUp)
    expect(client.forCleanUp()).toBe(cleanUp)
    client.close()
  })
})

describe('credentials', () => {
  it('a password', async () => {
    await get(await startClient(server, { user: { username: 'jane', password: 'p:w' } }))
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${base64('jane:p:w')}`)
  })

  it('nothing on stderr and no warning of Node (2.1: DEP0040, DEP0169)', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error) => warnings.push(warning.message)
    process.on('warning', onWarning)
    const context = networkContext()
    await get(await startClient(server, { user: { token: 't' } }, context))
    await new Promise(resolve => setTimeout(resolve, 10))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    expect(context.stderr.text).toBe('')
  })
})

describe('-v', () => {
  const lines = async (verbosity: number, body = '{"a":1}') => {
    const context = networkContext()
    server.on('POST', '/x', { body: '{"answer":42}' })
    const client = await startClient(server, { user: { token: 'hush' }, options: { verbosity } }, context)
    await client.raw({ method: 'POST', path: '/x?y=z', headers: { 'Content-Type': 'application/json' }, body })
    expect(context.stderr.text).not.toContain('hush')
    return context.stderr.lines.map(line =>
      line.replace(/\d+ milliseconds/, 'N milliseconds').replace(server.url, 'SERVER'),
    )
  }

  it('5 says nothing', async () => expect(await lines(5)).toEqual([]))

  it('6 says each request', async () => {
    expect(await lines(6)).toEqual(['POST SERVER/x?y=z 200 OK in N milliseconds'])
  })

  it('7 adds headers, without credentials', async () => {
    const text = (await lines(7)).join('\n')
    expect(text).toContain('Request Headers:')
    expect(text).toContain('    Authorization: Bearer <masked>')
    expect(text).toContain('Response Status: 200 OK in N milliseconds')
    expect(text).not.toContain('Body')
  })

  it('8 adds bodies, cut off', async () => {
    const text = (await lines(8, `"${'x'.repeat(2_000)}"`)).join('\n')
    expect(text).toContain('Response Body: {"answer":42}')
    expect(text).toMatch(/Request Body: "x{1023} \[truncated 978 chars\]/)
  })
})
