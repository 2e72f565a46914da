import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpKubeClient } from '../../../src/lib/kube/client.ts'
import { convertedPages, listAll, pages } from '../../../src/lib/kube/pages.ts'
import { rollouts } from '../../../src/lib/kube/resource-types.ts'
import { statusAnswer, TlsServer } from '../../fakes/tls-server.ts'
import { connectTo, failureOf } from './connected.ts'
import { FakeCollection, type Thing } from './fake-collection.ts'

const rollout = (name: string, annotation?: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { annotations: { note: annotation ?? '' }, name, namespace: 'default' },
})
const listText = (names: string[], token?: string, annotation?: string) =>
  JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    items: names.map(name => rollout(name, annotation)),
    kind: 'RolloutList',
    metadata: { ...(token ? { continue: token, remainingItemCount: 1 } : {}), resourceVersion: '10' },
  })

let server: TlsServer
let client: HttpKubeClient
beforeEach(async () => {
  server = await TlsServer.start()
  client = await connectTo(server)
})
afterEach(async () => {
  client.close()
  await server.stop()
})

const tokens = () => server.seen.map(each => each.query.get('continue'))
const names = (items: readonly { metadata: { name: string } }[]) => items.map(each => each.metadata.name)

describe('over HTTPS', () => {
  it('each page continues the one before, on one connection', async () => {
    server.next({ body: listText(['a', 'b'], 't1') }, { body: listText(['c', 'd'], 't2') }, { body: listText(['e']) })
    const { items, resourceVersion } = await listAll(client, rollouts, { pageSize: 2, labelSelector: 'x=y' })
    expect(names(items)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(resourceVersion).toBe('10')
    expect(tokens()).toEqual([null, 't1', 't2'])
    expect(server.seen.map(each => [each.query.get('limit'), each.query.get('labelSelector')])).toEqual([
      ['2', 'x=y'],
      ['2', 'x=y'],
      ['2', 'x=y'],
    ])
    expect(server.connections).toBe(1)
  })

  it('500 at a time by default, and all at once with 0', async () => {
    server.next({ body: listText([]) }, { body: listText([]) })
    await listAll(client, rollouts)
    await listAll(client, rollouts, { pageSize: 0 })
    expect(server.seen.map(each => each.query.get('limit'))).toEqual(['500', null])
  })

  it('the next page is under way before this one is handed over', async () => {
    const asked = new Promise<void>(resolve => {
      server.next({ body: listText(['a'], 't1') }, () => {
        resolve()
        return { body: listText(['b']) }
      })
    })
    const reading = pages(client, rollouts)
    const first = await reading.next()
    expect(first.value && names(first.value.items)).toEqual(['a'])
    // nobody has asked for the second page yet
    await asked
    await reading.return()
  })

  it('a page that has expired makes the list start over, in one piece', async () => {
    server.next(
      { body: listText(['a', 'b'], 't1') },
      statusAnswer(410, 'Expired', 'The provided continue parameter is too old'),
      { body: listText(['b', 'c']) },
    )
    const seen: [string[], boolean][] = []
    for await (const page of pages(client, rollouts, { pageSize: 2 })) seen.push([names(page.items), page.startsOver])
    expect(seen).toEqual([
      [['a', 'b'], false],
      [['b', 'c'], true],
    ])
    expect(server.seen.map(each => each.query.get('limit'))).toEqual(['2', '2', null])
    expect(tokens()).toEqual([null, 't1', null])
  })

  it('and the list of all is that one', async () => {
    server.next({ body: listText(['a'], 't1') }, statusAnswer(410, 'Expired', 'old'), { body: listText(['b']) })
    expect(names((await listAll(client, rollouts)).items)).toEqual(['b'])
  })

  it.each([
    { what: 'the first page', answers: [statusAnswer(410, 'Expired', 'old')] },
    {
      what: 'the second start',
      answers: [
        { body: listText(['a'], 't1') },
        statusAnswer(410, 'Expired', 'old'),
        statusAnswer(410, 'Expired', 'old'),
      ],
    },
    {
      what: 'a page with another error',
      answers: [{ body: listText(['a'], 't1') }, statusAnswer(410, 'Expired', 'old')].slice(0, 1),
    },
  ])('$what fails as it says', async ({ answers }) => {
    server.next(...answers).on('GET', /./, statusAnswer(410, 'Expired', 'old'))
    expect(await failureOf(listAll(client, rollouts))).toMatchObject({ reason: 'Expired' })
  })

  it('the page in flight is ended when the reader leaves', async () => {
    let closed: Promise<void> | undefined
    const asked = new Promise<void>(resolve => {
      server.next({ body: listText(['a'], 't1') }, exchange => {
        closed = exchange.closed
        resolve()
        return undefined
      })
    })
    for await (const _ of pages(client, rollouts)) {
      await asked
      break
    }
    await closed
  })

  it('a signal ends it', async () => {
    const controller = new AbortController()
    server.next(() => {
      controller.abort(new Error('stop'))
      return undefined
    })
    await expect(listAll(client, rollouts, { signal: controller.signal })).rejects.toThrow('stop')
  })
})

it('objects are converted as they come', async () => {
  server.next({ body: listText(['a', 'b'], 't1') }, { body: listText(['c']) })
  const all: string[][] = []
  for await (const page of convertedPages(client, rollouts, object => object.metadata.name)) all.push(page.items)
  expect(all).toEqual([['a', 'b'], ['c']])
})

it('of a long page, what has arrived is handed over', async () => {
  const name = (index: number) => `rollout-${String(index).padStart(4, '0')}`
  const text = listText(Array.from({ length: 1200 }, (_, index) => name(index)))
  let goOn = () => {}
  server.next(async exchange => {
    exchange.open()
    const half = text.indexOf(name(700))
    exchange.write(text.slice(0, half))
    await new Promise<void>(resolve => {
      goOn = resolve
    })
    exchange.write(text.slice(half))
    exchange.end()
    return undefined
  })
  const all: string[] = []
  let batches = 0
  for await (const page of pages(client, rollouts, { pageSize: 0 })) {
    batches += 1
    expect(page.resourceVersion).toBe(page.items.at(-1)?.metadata.name === name(1199) ? '10' : '')
    all.push(...names(page.items))
    // the rest is sent only after the first part has been handed over
    goOn()
  }
  expect(batches).toBeGreaterThan(1)
  expect(all).toEqual(Array.from({ length: 1200 }, (_, index) => name(index)))
})

it('any client will do', async () => {
  const collection = new FakeCollection()
  for (const name of ['a', 'b', 'c']) collection.write(name, 1)
  const { items } = await listAll<Thing>(collection.client(), rollouts, { pageSize: 2 })
  expect(names(items)).toEqual(['a', 'b', 'c'])
  expect(collection.lists).toBe(2)
})
