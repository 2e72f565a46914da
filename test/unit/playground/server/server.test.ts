import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KubeClient } from '../../../../src/lib/context/kube-client.ts'
import { connect } from '../../../../src/lib/kube/connect.ts'
import * as types from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { type Playground, startPlayground } from '../../../../src/lib/playground/playground.ts'
import { seededRandom } from '../../../../src/lib/playground/random.ts'
import { forbidden, tooManyRequests } from '../../../../src/lib/playground/store/status-error.ts'
import { temporaryKubeconfig } from '../../../../src/lib/playground/temporary-kubeconfig.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { fakeContext } from '../../../fakes/context.ts'
import { aCanary, aService, ref } from '../../../fakes/simulated-cluster.ts'

let clock: VirtualClock
let playground: Playground
const endings: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  clock = new VirtualClock()
  const context = { ...fakeContext({ clock }), random: seededRandom(5) }
  const tokens = {
    reader: { name: 'jane', groups: ['system:authenticated'] },
    root: { name: 'root', groups: ['system:masters'] },
  }
  const authorizer = (user: { name: string }, { verb }: { verb: string }) =>
    user.name !== 'jane' || ['get', 'list', 'watch'].includes(verb)
  playground = await startPlayground({ clock, namespace: ref.namespace, tokens, authorizer }, context)
  endings.push(() => playground.stop())
})

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Clients use real time: their time-outs are not the cluster's. */
async function httpsClient(): Promise<KubeClient> {
  const { path, remove } = await temporaryKubeconfig(playground.kubeconfig, { env: {} })
  const context = {
    ...fakeContext(),
    clock: { now: Date.now, sleep: (ms: number) => new Promise<void>(done => setTimeout(done, ms)) },
  }
  const client = await connect({ kubeconfig: path }, { ...context, kube: async () => client })
  endings.push(remove, () => client.close())
  return client
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** One request with curl's means. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; token?: string } = {},
): Promise<Answer> {
  const { method = 'GET', body, token } = options
  const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return new Promise((resolve, reject) => {
    const sent = request(
      `${playground.url}${path}`,
      { method, headers, ca: playground.server.certificates.authority },
      answer => {
        const pieces: Buffer[] = []
        answer.on('data', piece => pieces.push(piece))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces).toString() }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

describe.each(['over HTTPS', 'in memory'])('a client %s', how => {
  const makeClient = (): Promise<KubeClient> =>
    how === 'in memory' ? Promise.resolve(playground.client()) : httpsClient()

  it('creates, reads, changes and deletes', async () => {
    const client = await makeClient()
    const created = await client.create(types.rollouts, aCanary([{ setWeight: 10 }]))
    expect(created.metadata).toMatchObject({ namespace: 'shop', generation: 1 })
    await client.patch(types.rollouts, ref, { type: 'merge', body: { spec: { paused: true } } })
    const status = { type: 'merge' as const, body: { status: { abort: true } }, subresource: 'status' as const }
    const patched = await client.patch<Rollout>(types.rollouts, ref, status)
    expect([patched.spec.paused, patched.status?.abort, patched.metadata.generation]).toEqual([true, true, 2])
    const managers = patched.metadata.managedFields?.map(each => `${each.manager} ${each.subresource ?? ''}`)
    expect(managers).toContain('kubectl-canary status')
    await client.delete(types.rollouts, ref)
    await expect(client.get(types.rollouts, ref)).rejects.toMatchObject({ reason: 'NotFound' })
  })

  it('is told of conflicts, and changes nothing with a dry run', async () => {
    const client = await makeClient()
    await client.create(types.rollouts, aCanary([]))
    const stale = { type: 'merge' as const, body: { metadata: { resourceVersion: '1' }, spec: { paused: true } } }
    await expect(client.patch(types.rollouts, ref, stale)).rejects.toMatchObject({
      reason: 'Conflict',
      message: expect.stringContaining('the object has been modified; please apply your changes to the latest version'),
    })
    const body = { spec: { replicas: 9 } }
    const tried = await client.patch<Rollout>(types.rollouts, ref, { type: 'merge', body }, { dryRun: true })
    expect([tried.spec.replicas, (await client.get<Rollout>(types.rollouts, ref)).spec.replicas]).toEqual([9, 4])
  })

  it('lists in pages and watches from there', async () => {
    const client = await makeClient()
    for (const name of ['a', 'b', 'c']) await client.create(types.services, aService(name))
    const first = await client.list(types.services, { limit: 2 })
    const second = await client.list(types.services, { limit: 2, continueToken: first.continueToken ?? '' })
    expect([...first.items, ...second.items].map(each => each.metadata.name)).toEqual(['a', 'b', 'c'])
    const controller = new AbortController()
    const seen: string[] = []
    const watched = (async () => {
      const options = { resourceVersion: second.resourceVersion }
      for await (const event of client.watch(types.services, options, controller.signal)) {
        if (event.type !== 'BOOKMARK') seen.push(`${event.type} ${event.object.metadata.name}`)
        if (seen.length === 2) return
      }
    })()
    await client.create(types.services, aService('d'))
    await client.delete(types.services, { namespace: 'shop', name: 'a' })
    await watched
    expect(seen).toEqual(['ADDED d', 'DELETED a'])
  })

  it('is told when a watch begins too far back', async () => {
    const client = await makeClient()
    await client.create(types.services, aService('a'))
    playground.store.history.compact(playground.store.revision)
    const watch = client.watch(types.services, { resourceVersion: '1' })[Symbol.asyncIterator]()
    await expect(watch.next()).rejects.toMatchObject({ reason: 'Expired' })
  })

  it('reads logs, and is refused those of a container that waits', async () => {
    const client = await makeClient()
    await client.create(types.rollouts, aCanary([]))
    await clock.advance(100)
    const pod = { name: (await client.list(types.pods)).items[0]?.metadata.name ?? '' }
    const read = async () => {
      const lines: string[] = []
      for await (const line of client.logs(pod, { tailLines: 1 })) lines.push(line)
      return lines
    }
    await expect(read()).rejects.toThrow('is waiting to start: ContainerCreating')
    await clock.advance(5000)
    expect(await read()).toEqual(['listening'])
  })

  it('meets the faults that are asked for', async () => {
    const client = await makeClient()
    playground.faults.failNext(1, () => forbidden({ user: 'me', verb: 'list', type: types.pods, namespace: 'shop' }))
    await expect(client.list(types.pods)).rejects.toMatchObject({ reason: 'Forbidden' })
    expect((await client.list(types.pods)).items).toEqual([])
  })

  it('asks anything else with raw requests', async () => {
    const client = await makeClient()
    const { body } = await client.raw({ path: '/apis/argoproj.io/v1alpha1' })
    expect(JSON.parse(body)).toMatchObject({ kind: 'APIResourceList', groupVersion: 'argoproj.io/v1alpha1' })
    await expect(client.raw({ path: '/apis/nothing.io/v1' })).rejects.toMatchObject({ reason: 'NotFound' })
  })
})

describe('the server', () => {
  it('lets in those with a credential, and says so', async () => {
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: 'ok' })
    expect((await ask('/api/v1/pods')).status).toBe(403)
    expect((await ask('/api/v1/pods', { token: 'wrong' })).status).toBe(401)
    expect((await ask('/api/v1/pods', { token: 'reader' })).status).toBe(200)
  })

  it('refuses what the user may not do, and answers reviews of it', async () => {
    const refused = await ask('/api/v1/namespaces/shop/pods/x', { method: 'DELETE', token: 'reader' })
    expect(JSON.parse(refused.body).message).toBe(
      'pods "x" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "shop"',
    )
    const review = (verb: string) =>
      ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        method: 'POST',
        token: 'reader',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ spec: { resourceAttributes: { verb, resource: 'pods', namespace: 'shop' } } }),
      })
    expect(JSON.parse((await review('get')).body).status.allowed).toBe(true)
    expect(JSON.parse((await review('delete')).body).status.allowed).toBe(false)
  })

  it.each([
    {
      what: 'a body that is protobuf',
      headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
      method: 'POST',
      status: 415,
    },
    {
      what: 'protobuf as the only answer',
      headers: { accept: 'application/vnd.kubernetes.protobuf' },
      method: 'GET',
      status: 406,
    },
  ])('does not speak protobuf: $what is $status', async ({ headers, method, status }) => {
    const admin = {
      method,
      headers: Object.fromEntries(Object.entries(headers)),
      token: 'reader',
      ...(method === 'POST' ? { body: 'k8s' } : {}),
    }
    const path = method === 'POST' ? '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' : '/api/v1/pods'
    expect((await ask(path, admin)).status).toBe(status)
  })

  it('prints tables', async () => {
    playground.apply([aCanary([{ setWeight: 10 }])])
    await clock.advance(60_000)
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const { body } = await ask('/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts', {
      token: 'reader',
      headers: { accept },
    })
    const table = JSON.parse(body)
    expect(table.columnDefinitions.map((each: { name: string }) => each.name)).toEqual([
      'Name',
      'Desired',
      'Current',
      'Up-to-date',
      'Available',
      'Age',
    ])
    expect(table.rows[0].cells).toEqual(['web', 4, 4, 4, 4, '60s'])
  })

  it('says how long to wait when it is busy', async () => {
    playground.faults.failNext(1, () => tooManyRequests(3))
    const answer = await ask('/api/v1/pods', { token: 'reader' })
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '3'])
  })

  it('refuses values of a wrong type as a CRD does', async () => {
    const wrong = { ...aCanary([]), spec: { ...aCanary([]).spec, replicas: 'many' } }
    expect(() => playground.apply([wrong as never])).toThrow(
      'Rollout.argoproj.io "web" is invalid: [spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string", <nil>',
    )
  })

  it('ends watches when it is stopped or its connections fail', async () => {
    const client = await httpsClient()
    const watch = client
      .watch(types.pods, { resourceVersion: String(playground.store.revision) })
      [Symbol.asyncIterator]()
    const next = watch.next()
    await expect.poll(() => playground.store.history.watches).toBe(1)
    playground.server.dropConnections()
    await next.catch(() => undefined)
    await expect.poll(() => playground.store.history.watches).toBe(0)
  })
})

interface Refusal {
  method: string
  path: string
  type?: string
  body?: unknown
  answer: { code: number; body: unknown }
}

/** What a kube-apiserver 1.34 answered to the same requests, with the Rollout `web` in the namespace `errors`. */
const refusals = readFileSync('test/fixtures/kube-apiserver/refusals.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Refusal)

it(`refuses ${refusals.length} requests word for word as a real API server does`, async () => {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'web:1' }] } }
  const spec = { replicas: 4, selector: { matchLabels: labels }, template, strategy: { canary: {} } }
  playground.apply([{ ...aCanary([]), metadata: { name: 'web', namespace: 'errors' }, spec } as never])
  for (const { method, path, type, body, answer } of refusals) {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const { status, body: given } = await ask(path, {
      method,
      token: 'root',
      headers: {
        ...(type ? { 'content-type': type } : {}),
        ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const parsed = given.startsWith('{') ? JSON.parse(given) : given
    expect({ path, code: status, body: parsed }).toEqual({ path, ...answer })
  }
})
