import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import { type RolloutRow, rolloutRow } from '../../../../src/lib/rollouts/info/rollout-row.ts'
import {
  listRows,
  type RowEvent,
  rolloutRows,
  sortedRows,
  watchRows,
} from '../../../../src/lib/rollouts/observe/list.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { canary, healthy, paused, seconds } from '../builders.ts'

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => canary({ name: `web-${String(index).padStart(3, '0')}` }))
const signature = (row: RolloutRow) => `${row.phase} ${row.step}`

function server(objects: ReturnType<typeof many>) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects })
  return { clock, client, store, context: fakeContext({ client, clock }) }
}

describe('rolloutRow', () => {
  it('holds what a list shows, and no object', () => {
    const rollout = paused({
      steps: [{ setWeight: 20 }, { pause: { duration: '10m' } }],
      sinceMs: seconds(60),
      status: {
        canary: {
          currentStepAnalysisRunStatus: { name: 'run', status: 'Running' },
          currentBackgroundAnalysisRunStatus: { name: 'old', status: 'Successful' },
        },
      },
    })
    expect(rolloutRow(rollout)).toMatchObject({
      namespace: 'shop',
      name: 'web',
      strategy: 'Canary',
      phase: 'Paused',
      step: '1/2',
      weight: '20',
      images: ['shop/web:2.0'],
      analyses: ['run'],
      pausedSinceMs: expect.any(Number),
      pauseEndsAtMs: expect.any(Number),
    })
  })
})

describe('listRows', () => {
  it('gives pages as they come', async () => {
    const { context, client } = server(many(25))
    const sizes: number[] = []
    for await (const rows of listRows(rolloutRows, { allNamespaces: true, pageSize: 10 }, context))
      sizes.push(rows.length)
    expect(sizes).toEqual([10, 10, 5])
    expect(client.requests).toHaveLength(3)
  })

  it('repeats nothing when the list has to begin anew', async () => {
    const { context, client } = server(many(25))
    let requests = 0
    client.faults.failNext(
      1,
      () => new StatusError(410, 'Expired', 'too old'),
      () => {
        requests++
        return requests > 1
      },
    )
    const names: string[] = []
    for await (const rows of listRows(rolloutRows, { allNamespaces: true, pageSize: 10 }, context))
      names.push(...rows.map(row => row.name))
    expect(names).toEqual(many(25).map(each => each.metadata.name))
  })

  it('sorts when asked, which takes all pages', async () => {
    const { context } = server(many(12))
    const rows = await sortedRows(
      rolloutRows,
      { allNamespaces: true, pageSize: 5 },
      (a, b) => (a.name < b.name ? 1 : -1),
      context,
    )
    expect(rows.map(row => row.name)).toEqual(
      many(12)
        .map(each => each.metadata.name)
        .reverse(),
    )
  })
})

describe('watchRows', () => {
  /** What somebody who reads the lines knows: the last row of each object. */
  function reading(at: ReturnType<typeof server>) {
    const last = new Map<string, { phase: string; isDeleted: boolean }>()
    const events: RowEvent<RolloutRow>[] = []
    const lines: string[] = []
    void (async () => {
      for await (const event of watchRows(rolloutRows, { namespace: 'shop' }, signature, at.context)) {
        events.push(event)
        if (event.kind !== 'rows') continue
        for (const { row, isDeleted } of event.rows) {
          last.set(row.name, { phase: row.phase, isDeleted })
          lines.push(`${row.name} ${isDeleted ? 'deleted' : row.phase}`)
        }
      }
    })().catch(() => {})
    return { last, events, lines }
  }

  it('gives what is there, then what changes, and a deletion', async () => {
    const at = server([canary({ name: 'a' }), canary({ name: 'b' })])
    const { lines, events } = reading(at)
    await at.clock.advance(1000)
    expect(lines).toEqual(['a Progressing', 'b Progressing'])
    expect(events.map(event => event.kind)).toEqual(['rows', 'synced'])
    at.store.restore(paused({ name: 'a' }))
    at.store.delete(rollouts, { namespace: 'shop', name: 'b' })
    await at.clock.advance(1000)
    expect(lines.slice(2).sort()).toEqual(['a Paused', 'b deleted'])
    at.context.abort()
  })

  it('is silent about changes that no column shows', async () => {
    const at = server([canary({ name: 'a' })])
    const { lines } = reading(at)
    await at.clock.advance(1000)
    at.store.restore(canary({ name: 'a', annotations: { other: 'x' } }))
    await at.clock.advance(1000)
    expect(lines).toEqual(['a Progressing'])
    at.context.abort()
  })

  it('joins a burst, and always ends at the final state', async () => {
    type Change = { name: string; to: 'paused' | 'healthy' | 'deleted'; afterMs: number; trouble: boolean }
    const change = fc.record<Change>({
      name: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('paused', 'healthy', 'deleted'),
      afterMs: fc.constantFrom(0, 0, 10, 400),
      trouble: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), async changes => {
        const at = server([canary({ name: 'a' }), canary({ name: 'b' })])
        const { last } = reading(at)
        await at.clock.advance(1000)
        for (const { name, to, afterMs, trouble } of changes) {
          if (trouble) at.store.history.drop()
          const exists = at.store.find(rollouts, { namespace: 'shop', name })
          if (to === 'deleted') {
            if (exists) at.store.delete(rollouts, { namespace: 'shop', name })
          } else at.store.restore(to === 'paused' ? paused({ name }) : healthy({ name }))
          if (afterMs > 0) await at.clock.advance(afterMs)
        }
        await at.clock.advance(120_000)
        for (const name of ['a', 'b', 'c']) {
          const now = at.store.find<ReturnType<typeof canary>>(rollouts, { namespace: 'shop', name })
          const shown = last.get(name)
          if (now) expect(shown).toEqual({ phase: now.status?.phase, isDeleted: false })
          else if (shown) expect(shown.isDeleted).toBe(true)
        }
        at.context.abort()
        await at.clock.advance(0)
      }),
      { numRuns: 40 },
    )
  })

  it('does not give one object again and again in a burst', async () => {
    const at = server([canary({ name: 'a' })])
    const { lines } = reading(at)
    await at.clock.advance(1000)
    for (let step = 0; step < 50; step++) at.store.restore(canary({ name: 'a', step: step % 5 }))
    await at.clock.advance(1000)
    expect(lines.length).toBeLessThanOrEqual(2)
    at.context.abort()
  })
})
