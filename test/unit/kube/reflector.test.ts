import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReflectorEvent, type ReflectorOptions, reflect } from '../../../src/lib/kube/reflector.ts'
import { rollouts } from '../../../src/lib/kube/resource-types.ts'
import { Failure } from '../../../src/lib/values/failure.ts'
import { type FakeContext, fakeContext } from '../../fakes/context.ts'
import { FakeCollection, lost, refused, type Thing } from './fake-collection.ts'

type Event = ReflectorEvent<Thing>

/** Reads a reflector in the background and remembers what it gave. */
class Reader {
  readonly events: Event[] = []
  error: unknown
  readonly done: Promise<void>
  private readonly iterator: AsyncIterableIterator<Event>

  constructor(
    readonly server: FakeCollection,
    readonly context: FakeContext = fakeContext(),
    options: ReflectorOptions = {},
  ) {
    this.iterator = reflect<Thing>(server.client(), rollouts, { namespace: 'ns' }, context, options)
    this.done = this.read()
  }

  private async read(): Promise<void> {
    try {
      for await (const event of this.iterator) this.events.push(event)
    } catch (error) {
      this.error = error
    }
  }

  /** Lets everything happen that needs no time, and then what needs `ms` of it. */
  async pass(ms = 0): Promise<void> {
    await this.context.clock.advance(ms)
    for (let turn = 0; turn < 5; turn++) await new Promise<void>(resolve => setImmediate(resolve))
  }

  async stop(): Promise<void> {
    await this.iterator.return?.()
    await this.done
  }

  /** as `added a1` */
  get log(): string[] {
    return this.events.map(event => {
      if ('object' in event) return `${event.kind} ${event.object.metadata.name}${event.object.data}`
      return event.kind
    })
  }

  /** what the events add up to; throws where one makes no sense after those before it */
  get view(): Map<string, Thing> {
    const view = new Map<string, Thing>()
    for (const event of this.events) {
      if (!('object' in event)) continue
      const { name } = event.object.metadata
      const isThere = view.has(name)
      if (isThere !== (event.kind !== 'added'))
        throw new Error(`${event.kind} ${name}, which ${isThere ? 'is' : 'is not'} there`)
      if (event.kind === 'deleted') view.delete(name)
      else view.set(name, event.object)
    }
    return view
  }
}

async function started(options: ReflectorOptions = {}, names = ['a', 'b']): Promise<Reader> {
  const server = new FakeCollection()
  for (const name of names) server.write(name, 1)
  const reader = new Reader(server, fakeContext(), options)
  await reader.pass()
  return reader
}

describe('in quiet times', () => {
  it('gives what is there, page by page, and then every change', async () => {
    const reader = await started({ pageSize: 2 }, ['a', 'b', 'c'])
    expect(reader.log).toEqual(['added a1', 'added b1', 'added c1', 'synced'])
    expect(reader.server.lists).toBe(2)
    reader.server.write('a', 2)
    reader.server.remove('b')
    reader.server.write('d', 1)
    await reader.pass()
    expect(reader.log.slice(4)).toEqual(['modified a2', 'deleted b1', 'added d1'])
    await reader.stop()
  })

  it('asks for watches of 5 to 10 minutes from the resourceVersion of the list', async () => {
    const reader = await started()
    const [options] = reader.server.watchOptions
    expect(options).toMatchObject({ namespace: 'ns', resourceVersion: String(reader.server.version) })
    expect(options?.timeoutSeconds).toBeGreaterThanOrEqual(300)
    expect(options?.timeoutSeconds).toBeLessThan(600)
    await reader.stop()
  })

  it('goes on from the last bookmark when the server ends a watch', async () => {
    const reader = await started()
    reader.server.version += 50
    reader.server.bookmark()
    await reader.pass(6_000)
    reader.server.endWatches()
    await reader.pass()
    expect(reader.server.watchOptions.map(each => each.resourceVersion)).toEqual(['102', '152'])
    expect(reader.server.lists).toBe(1)
    expect(reader.log).toEqual(['added a1', 'added b1', 'synced'])
    await reader.stop()
  })

  it('ends at once when the reader leaves, although nothing happens', async () => {
    const reader = await started()
    await reader.stop()
    expect(reader.error).toBeUndefined()
    expect(reader.server.open).toHaveLength(0)
    expect(reader.context.clock.pending).toBe(0)
  })

  it.each(['of the context', 'of its options'])('rejects with the reason of the signal %s', async which => {
    const controller = new AbortController()
    const reader = await started({ signal: controller.signal })
    const reason = new Error('interrupted')
    if (which === 'of the context') reader.context.abort(reason)
    else controller.abort(reason)
    await reader.done
    expect(reader.error).toBe(reason)
    expect(reader.context.clock.pending).toBe(0)
  })
})

describe('when the watch breaks', () => {
  it('goes on without a list and without a word when the next attempt works', async () => {
    const reader = await started()
    reader.server.drop()
    reader.server.write('a', 2)
    await reader.pass(300)
    expect(reader.log.slice(3)).toEqual(['modified a2'])
    expect(reader.server.lists).toBe(1)
    await reader.stop()
  })

  it('says so when it does not, and when it works again', async () => {
    const reader = await started()
    await reader.pass(6_000)
    const droppedAtMs = reader.context.clock.now()
    reader.server.watchesLeftToFail = [refused(), refused()]
    reader.server.drop()
    reader.server.remove('b')
    await reader.pass(5_000)
    expect(reader.log.slice(3)).toEqual(['disconnected', 'disconnected', 'reconnected', 'deleted b1'])
    expect(reader.events[3]).toEqual({
      kind: 'disconnected',
      message: 'the connection was refused',
      sinceMs: droppedAtMs,
    })
    await reader.stop()
  })

  it('waits longer from attempt to attempt, and no longer than 15 s', async () => {
    const reader = await started({ giveUpAfterMs: Number.POSITIVE_INFINITY })
    reader.server.watchesLeftToFail = Array.from({ length: 30 }, refused)
    reader.server.drop()
    const attempts: number[] = []
    const startMs = reader.context.clock.now()
    for (let before = reader.server.watches; attempts.length < 10; ) {
      await reader.pass(50)
      if (reader.server.watches === before) continue
      before = reader.server.watches
      attempts.push(reader.context.clock.now() - startMs)
    }
    const waits = attempts.map((at, index) => at - (attempts[index - 1] ?? 0))
    expect(waits[0]).toBeLessThanOrEqual(300)
    for (const [index, wait] of waits.slice(1).entries()) {
      const base = Math.min(10_000, 500 * 2 ** index)
      expect(wait).toBeGreaterThanOrEqual(base - 50)
      expect(wait).toBeLessThanOrEqual(base * 1.5 + 50)
    }
    await reader.stop()
  })

  it('gives up after a time with the last failure', async () => {
    const reader = await started({ giveUpAfterMs: 60_000 })
    reader.server.watchesLeftToFail = Array.from({ length: 100 }, refused)
    reader.server.drop()
    await reader.pass(59_000)
    expect(reader.error).toBeUndefined()
    await reader.pass(20_000)
    expect(reader.error).toMatchObject({ reason: 'ConnectionRefused' })
  })

  it('takes a watch for dead that gives not even a bookmark', async () => {
    const reader = await started()
    reader.server.stall()
    reader.server.write('a', 2)
    await reader.pass(80_000)
    expect(reader.log.slice(3)).toEqual([])
    await reader.pass(15_000)
    expect(reader.log.slice(3)).toEqual(['modified a2'])
    expect(reader.server.lists).toBe(1)
    await reader.stop()
  })

  it('keeps a quiet watch whose bookmarks come', async () => {
    const reader = await started()
    for (let minute = 0; minute < 5; minute++) {
      await reader.pass(60_000)
      reader.server.bookmark()
      await reader.pass()
    }
    expect(reader.server.watches).toBe(1)
    await reader.stop()
  })

  it('does not ask in a tight loop when watches end as soon as they are open', async () => {
    const reader = await started()
    for (let turn = 0; turn < 200; turn++) {
      reader.server.endWatches()
      await reader.pass(50)
    }
    expect(reader.server.watches).toBeLessThan(12)
    await reader.stop()
  })
})

describe('when the server has forgotten (410)', () => {
  it.each(['inside the stream', 'at the next watch'])('lists again and gives the difference (%s)', async how => {
    const reader = await started()
    if (how === 'inside the stream') reader.server.expireWatches()
    else reader.server.drop()
    reader.server.write('a', 2)
    reader.server.remove('b')
    reader.server.write('c', 1)
    reader.server.compact()
    await reader.pass(300)
    expect(reader.log.slice(3)).toEqual(['modified a2', 'added c1', 'deleted b1', 'synced'])
    expect(reader.server.lists).toBe(2)
    await reader.stop()
  })

  it('gives an object that was made anew as deleted and added', async () => {
    const reader = await started({}, ['a'])
    reader.server.expireWatches()
    reader.server.remove('a')
    reader.server.write('a', 7)
    reader.server.compact()
    await reader.pass(300)
    expect(reader.log.slice(2)).toEqual(['deleted a1', 'added a7', 'synced'])
    await reader.stop()
  })

  it('starts over in the middle of a list', async () => {
    const server = new FakeCollection()
    for (const name of ['a', 'b', 'c', 'd']) server.write(name, 1)
    server.afterList = list => {
      if (list !== 1) return
      server.compact()
      server.remove('a')
      server.write('e', 1)
    }
    const reader = new Reader(server, fakeContext(), { pageSize: 2 })
    await reader.pass()
    expect(reader.log).toEqual(['added a1', 'added b1', 'added c1', 'added d1', 'added e1', 'deleted a1', 'synced'])
    expect(reader.view).toEqual(server.objects)
    await reader.stop()
  })

  it('waits when it happens again and again', async () => {
    const reader = await started()
    for (let turn = 0; turn < 100; turn++) {
      reader.server.expireWatches()
      await reader.pass(50)
    }
    expect(reader.server.lists).toBeLessThan(12)
    await reader.stop()
  })
})

describe('what is thrown and what is waited for', () => {
  const failure = (reason: string) => new Failure('error', `it is ${reason}`, { reason })

  it.each([
    'ConnectionRefused',
    'UnknownHost',
    'Timeout',
    'Forbidden',
    'Unauthorized',
    'NoMatch',
    'BadRequest',
    'UnknownAuthority',
    'InternalError',
  ])('a first list that fails with %s is thrown', async reason => {
    const server = new FakeCollection()
    server.listsLeftToFail = [failure(reason)]
    const reader = new Reader(server)
    await reader.pass()
    expect(reader.error).toMatchObject({ reason })
  })

  it.each(['TooManyRequests', 'ServiceUnavailable'])('a first list that fails with %s is tried again', async reason => {
    const server = new FakeCollection()
    server.write('a', 1)
    server.listsLeftToFail = [failure(reason), failure(reason)]
    const reader = new Reader(server)
    await reader.pass(2_000)
    expect(reader.log).toEqual(['disconnected', 'disconnected', 'reconnected', 'added a1', 'synced'])
    await reader.stop()
  })

  it('a patient reader waits for a server that is not there yet', async () => {
    const server = new FakeCollection()
    server.listsLeftToFail = [refused()]
    const reader = new Reader(server, fakeContext(), { isPatientAtStart: true })
    await reader.pass(2_000)
    expect(reader.log).toEqual(['disconnected', 'reconnected', 'synced'])
    await reader.stop()
  })

  it.each(['Forbidden', 'Unauthorized', 'NoMatch'])('%s out of the blue is thrown', async reason => {
    const reader = await started()
    reader.server.watchesLeftToFail = [failure(reason)]
    reader.server.endWatches()
    await reader.pass(2_000)
    expect(reader.error).toMatchObject({ reason })
  })

  it.each(['Forbidden', 'Unauthorized', 'NoMatch', 'InternalError'])(
    '%s from a server that is starting is waited out',
    async reason => {
      const reader = await started()
      reader.server.watchesLeftToFail = [refused(), failure(reason), failure(reason)]
      reader.server.drop()
      reader.server.write('a', 2)
      await reader.pass(10_000)
      expect(reader.error).toBeUndefined()
      expect(reader.log.at(-1)).toBe('modified a2')
      await reader.stop()
    },
  )

  it('what a server goes on refusing after an outage is thrown', async () => {
    const reader = await started()
    reader.server.watchesLeftToFail = [refused(), ...Array.from({ length: 50 }, () => failure('Forbidden'))]
    reader.server.drop()
    await reader.pass(60_000)
    expect(reader.error).toMatchObject({ reason: 'Forbidden' })
  })

  it('an event that cannot be read makes it list again, since what it said is lost', async () => {
    const reader = await started()
    reader.server.drop(failure('BadWatchEvent'))
    reader.server.write('a', 2)
    await reader.pass(1_000)
    expect(reader.server.lists).toBe(2)
    expect(reader.log.slice(3)).toEqual(['modified a2', 'synced'])
    await reader.stop()
  })
})

/** What can happen to a server and the way to it. */
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      data: fc.nat(9),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 100, 1_000, 20_000, 100_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'drop' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'end' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stall' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'compact' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'bookmark' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), lists: fc.nat(2), watches: fc.nat(2) }) },
)

async function perform(each: typeof action extends fc.Arbitrary<infer A> ? A : never, reader: Reader): Promise<void> {
  const { server } = reader
  switch (each.do) {
    case 'write':
      return server.write(each.name, each.data)
    case 'remove':
      return server.remove(each.name)
    case 'pass':
      return reader.pass(each.ms)
    case 'drop':
      return server.drop()
    case 'end':
      return server.endWatches()
    case 'stall':
      return server.stall()
    case 'compact':
      return server.compact()
    case 'expire':
      return server.expireWatches()
    case 'bookmark':
      return server.bookmark()
    case 'fail':
      server.listsLeftToFail = Array.from({ length: each.lists }, refused)
      server.watchesLeftToFail = Array.from({ length: each.watches }, lost)
  }
}

describe('whatever happens', () => {
  it('the events add up to the state of the server, each once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), fc.nat(3), async (actions, pageSize) => {
        const server = new FakeCollection()
        const reader = new Reader(server, fakeContext(), {
          pageSize,
          isPatientAtStart: true,
          giveUpAfterMs: Number.POSITIVE_INFINITY,
        })
        for (const each of actions) await perform(each, reader)
        // long enough for a stalled watch to be given up and for every wait to be over
        await reader.pass(400_000)
        expect(reader.error).toBeUndefined()
        expect(reader.view).toEqual(server.objects)
        expectOnceAndInOrder(reader)
        await reader.stop()
        expect(reader.context.clock.pending).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('without a list in between, nothing is left out', async () => {
    const harmless = action.filter(each => !/^(compact|expire)$/.test(each.do))
    await fc.assert(
      fc.asyncProperty(fc.array(harmless, { maxLength: 60 }), async actions => {
        const reader = await started({ isPatientAtStart: true, giveUpAfterMs: Number.POSITIVE_INFINITY })
        const before = reader.server.history.length
        for (const each of actions) await perform(each, reader)
        await reader.pass(400_000)
        expect(reader.server.lists).toBe(1)
        const expected = reader.server.history
          .slice(before)
          .map(({ type, object }) => `${type} ${object.metadata.resourceVersion}`)
        const kinds = { added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' }
        const given = reader.events
          .slice(3)
          .flatMap(event =>
            'object' in event ? [`${kinds[event.kind]} ${event.object.metadata.resourceVersion}`] : [],
          )
        expect(given).toEqual(expected)
        await reader.stop()
      }),
      { numRuns: 100 },
    )
  })
})

/** For each object its versions only grow, and none is given twice; reports of being out of touch alternate. */
function expectOnceAndInOrder(reader: Reader): void {
  const versions = new Map<string, number>()
  let isLost = false
  for (const event of reader.events) {
    if (event.kind === 'disconnected') isLost = true
    if (event.kind === 'reconnected') {
      expect(isLost).toBe(true)
      isLost = false
    }
    if (event.kind !== 'added' && event.kind !== 'modified') continue
    const { name, resourceVersion } = event.object.metadata
    expect(Number(resourceVersion)).toBeGreaterThan(versions.get(name) ?? 0)
    versions.set(name, Number(resourceVersion))
  }
  expect(isLost).toBe(false)
}
