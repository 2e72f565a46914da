import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpKubeClient } from '../../../src/lib/kube/client.ts'
import { pods, rollouts } from '../../../src/lib/kube/resource-types.ts'
import { statusAnswer, TlsServer, testAuthority } from '../../fakes/tls-server.ts'
import { base64, collect, connectTo, failureOf, networkContext } from './connected.ts'

const rollout = (name: string, resourceVersion = '1') => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, namespace: 'loans', resourceVersion },
})
const listOf = (items: unknown[], metadata: object = { resourceVersion: '10' }) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  items,
  kind: 'RolloutList',
  metadata,
})
const path = '/apis/argoproj.io/v1alpha1/namespaces/loans/rollouts'

let server: TlsServer
let client: HttpKubeClient
beforeEach(async () => {
  server = await TlsServer.start({ token: 'secret' })
  client = await connectTo(server, { user: { token: 'secret' }, options: { namespace: 'loans' } })
})
afterEach(async () => {
  client.close()
  await server.stop()
})

describe('one object', () => {
  it('is read with a bearer token', async () => {
    server.on('GET', `${path}/loans-api`, { body: rollout('loans-api') })
    expect(await client.get(rollouts, { name: 'loans-api' })).toEqual(rollout('loans-api'))
  })

  it.each([
    { type: 'merge', contentType: 'application/merge-patch+json', body: { spec: { paused: true } } },
    { type: 'json', contentType: 'application/json-patch+json', body: [{ op: 'remove', path: '/spec/paused' }] },
    { type: 'strategic', contentType: 'application/strategic-merge-patch+json', body: { spec: {} } },
  ] as const)('is patched with a $type patch', async ({ type, contentType, body }) => {
    server.on('PATCH', `${path}/loans-api/status`, { body: rollout('loans-api', '2') })
    const patched = await client.patch(
      rollouts,
      { name: 'loans-api' },
      { type, body, subresource: 'status' },
      { dryRun: true },
    )
    expect(patched.metadata.resourceVersion).toBe('2')
    const [seen] = server.seen
    expect(seen?.headers['content-type']).toBe(contentType)
    expect(JSON.parse(seen?.body ?? '')).toEqual(body)
    expect(Object.fromEntries(seen?.query ?? [])).toEqual({ dryRun: 'All', fieldManager: 'kubectl-canary' })
  })

  it('is created, replaced and deleted', async () => {
    server.on('POST', path, ({ request }) => ({ status: 201, body: JSON.parse(request.body) }))
    server.on('PUT', `${path}/a`, ({ request }) => ({ body: JSON.parse(request.body) }))
    server.on('DELETE', `${path}/a`, { body: { kind: 'Status', status: 'Success' } })
    expect(await client.create(rollouts, rollout('a'))).toEqual(rollout('a'))
    expect(await client.replace(rollouts, rollout('a'), { fieldManager: 'me' })).toEqual(rollout('a'))
    await client.delete(rollouts, { name: 'a' }, { propagationPolicy: 'Foreground', preconditions: { uid: 'u' } })
    expect(server.seen.map(each => each.query.get('fieldManager'))).toEqual(['kubectl-canary', 'me', null])
    expect(JSON.parse(server.seen[2]?.body ?? '')).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u' },
    })
  })
})

describe('lists', () => {
  it('are selected and paged', async () => {
    server.on('GET', path, {
      body: listOf([rollout('a')], { resourceVersion: '10', continue: 'more', remainingItemCount: 3 }),
    })
    const page = await client.list(rollouts, { labelSelector: 'app in (a,b)', limit: 1, continueToken: 'x=/' })
    expect(page).toEqual({ items: [rollout('a')], resourceVersion: '10', continueToken: 'more', remainingItemCount: 3 })
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
      labelSelector: 'app in (a,b)',
      limit: '1',
      continue: 'x=/',
    })
  })

  it('cover all namespaces', async () => {
    server.on('GET', '/apis/argoproj.io/v1alpha1/rollouts', { body: listOf([]) })
    expect((await client.list(rollouts, { allNamespaces: true, namespace: 'ignored' })).items).toEqual([])
  })

  it('of built-in types give their items a kind', async () => {
    server.on('GET', '/api/v1/namespaces/loans/pods', {
      body: {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '5' },
        items: [{ metadata: { name: 'p' } }],
      },
    })
    expect((await client.list(pods)).items).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }])
  })

  it('are decompressed', async () => {
    server.on('GET', path, { body: listOf([rollout('a')]), gzip: true })
    expect((await client.list(rollouts)).items).toHaveLength(1)
    expect(server.seen[0]?.headers['accept-encoding']).toBe('gzip')
  })
})

describe('watches', () => {
  it('give events and bookmarks, and end when the server ends them', async () => {
    let opened = 0
    server.on('GET', path, exchange => {
      exchange.open()
      exchange.event('ADDED', rollout('a', '11'))
      exchange.event('BOOKMARK', { kind: 'Rollout', metadata: { resourceVersion: '15' } })
      exchange.event('DELETED', rollout('a', '16'))
      exchange.end()
      return undefined
    })
    const events = await collect(
      client.watch(rollouts, { resourceVersion: '10', timeoutSeconds: 300, onOpen: () => void opened++ }),
    )
    expect(events).toEqual([
      { type: 'ADDED', object: rollout('a', '11') },
      { type: 'BOOKMARK', resourceVersion: '15' },
      { type: 'DELETED', object: rollout('a', '16') },
    ])
    expect(opened).toBe(1)
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
      timeoutSeconds: '300',
    })
  })

  it('put characters together that chunks cut apart', async () => {
    const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: rollout('größe-✓') })}\r\n`)
    server.on('GET', path, async exchange => {
      exchange.open()
      for (const byte of line) {
        exchange.write(Buffer.from([byte]))
        await new Promise(resolve => setImmediate(resolve))
      }
      exchange.end()
      return undefined
    })
    expect(await collect(client.watch(rollouts, { resourceVersion: '1' }))).toEqual([
      { type: 'ADDED', object: rollout('größe-✓') },
    ])
  })

  it.each([
    {
      what: 'an ERROR event',
      line: { type: 'ERROR', object: statusAnswer(410, 'Expired', 'too old resource version: 1 (2)').body },
      reason: 'Expired',
      message: 'too old resource version: 1 (2)',
    },
    {
      what: 'a line that is not JSON',
      line: '{"type":"ADDED","obj',
      reason: 'BadWatchEvent',
      message: /cannot be read: \{"type":"ADDED","obj/,
    },
    {
      what: 'an unknown event type',
      line: { type: 'SURPRISE', object: rollout('a') },
      reason: 'BadWatchEvent',
      message: /SURPRISE/,
    },
    { what: 'an event without an object', line: { type: 'ADDED' }, reason: 'BadWatchEvent', message: /ADDED/ },
  ])('fail on $what', async ({ line, reason, message }) => {
    server.on('GET', path, { body: `${typeof line === 'string' ? line : JSON.stringify(line)}\n` })
    const failure = await failureOf(collect(client.watch(rollouts, { resourceVersion: '1' })))
    expect(failure).toMatchObject({ outcome: 'error', reason })
    expect(failure.message).toMatch(message)
  })

  it('fail with the Status that the server answers', async () => {
    server.on('GET', path, statusAnswer(410, 'Expired', 'too old resource version: 1 (2)'))
    const failure = await failureOf(collect(client.watch(rollouts, { resourceVersion: '1' })))
    expect(failure).toMatchObject({ reason: 'Expired', message: 'too old resource version: 1 (2)' })
  })

  it('fail when the connection is lost', async () => {
    server.on('GET', path, exchange => {
      exchange.open()
      exchange.event('ADDED', rollout('a'))
      setTimeout(exchange.drop, 20)
      return undefined
    })
    const got: unknown[] = []
    const failure = await failureOf(
      (async () => {
        for await (const event of client.watch(rollouts, { resourceVersion: '1' })) got.push(event)
      })(),
    )
    expect(got).toHaveLength(1)
    expect(failure.reason).toBe('ConnectionLost')
  })

  it('end the request when the reader leaves', async () => {
    let closed: Promise<void> | undefined
    server.on('GET', path, exchange => {
      closed = exchange.closed
      exchange.open()
      exchange.event('ADDED', rollout('a'))
      return undefined
    })
    for await (const _ of client.watch(rollouts, { resourceVersion: '1' })) break
    await closed
  })

  it.each(['of the call', 'of the context'])('reject with the reason of the signal %s', async which => {
    const context = networkContext()
    const own = await connectTo(server, { user: { token: 'secret' }, options: { namespace: 'loans' } }, context)
    const controller = new AbortController()
    server.on('GET', path, exchange => {
      exchange.open()
      exchange.event('ADDED', rollout('a'))
      return undefined
    })
    const reason = new Error('enough')
    const reading = (async () => {
      for await (const _ of own.watch(rollouts, { resourceVersion: '1' }, controller.signal)) {
        if (which === 'of the call') controller.abort(reason)
        else context.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
    own.close()
  })
})

it('signs in with a client certificate', async () => {
  const own = await TlsServer.start({ requireClientCertificate: true })
  const me = await (await testAuthority()).issue({ commonName: 'jane' })
  const user = { 'client-certificate-data': base64(me.certificate), 'client-key-data': base64(me.key) }
  const jane = await connectTo(own, { user })
  own.on('GET', '/version', { body: { major: '1' } })
  expect((await jane.raw({ path: '/version' })).body).toBe('{"major":"1"}')
  expect(own.seen[0]?.clientName).toBe('jane')
  jane.close()
  await own.stop()
})

describe('logs', () => {
  it('come as lines, with the options that were given', async () => {
    server.on('GET', '/api/v1/namespaces/loans/pods/p/log', exchange => {
      exchange.open(200, { 'Content-Type': 'text/plain' })
      exchange.write('one\ntw')
      exchange.write('o\n\nthree')
      exchange.end()
      return undefined
    })
    const options = {
      container: 'app',
      follow: true,
      previous: false,
      tailLines: 5,
      sinceSeconds: 60,
      timestamps: true,
    }
    expect(await collect(client.logs({ name: 'p' }, options))).toEqual(['one', 'two', '', 'three'])
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
      container: 'app',
      follow: 'true',
      tailLines: '5',
      sinceSeconds: '60',
      timestamps: 'true',
    })
  })

  it('fail as the server says', async () => {
    server.on(
      'GET',
      /log$/,
      statusAnswer(400, 'BadRequest', 'container "app" in pod "p" is waiting to start: ContainerCreating'),
    )
    const failure = await failureOf(collect(client.logs({ name: 'p' }, {})))
    expect(failure.message).toBe('container "app" in pod "p" is waiting to start: ContainerCreating')
  })
})
