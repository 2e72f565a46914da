import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFreightAvailable, isPromotionAccepted } from '../../../src/lib/kargo/admission.ts'
import { listAvailableFreight } from '../../../src/lib/kargo/available-freight.ts'
import type { Freight } from '../../../src/lib/kargo/freight.ts'
import { hasSoakedIn, longestSoakNanos, soakEndsAtMs } from '../../../src/lib/kargo/soak-time.ts'
import type { FreightSources, Stage } from '../../../src/lib/kargo/stage.ts'

const nowMs = Date.parse('2026-08-15T12:00:00Z')
const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString()
const origin = { kind: 'Warehouse', name: 'web' }
const stage = (sources: FreightSources, steps = [{ uses: 'compose-output' }]): Stage => ({
  metadata: { name: 'prod', namespace: 'shop' },
  spec: { requestedFreight: [{ origin, sources }], promotionTemplate: { spec: { steps } } },
})
const freight = (status: Freight['status'] = {}): Freight => ({
  metadata: { name: 'f', namespace: 'shop' },
  origin,
  status,
})
const warehouse = { metadata: { name: 'web', namespace: 'shop' } }

const upstreams = fc.subarray(['dev', 'qa', 'uat'])
const records = upstreams.map(names => Object.fromEntries(names.map(name => [name, {}])))
const anyFreight = fc
  .record({ verifiedIn: records, approvedFor: fc.constantFrom<Record<string, object>>({}, { prod: {} }, { dev: {} }) })
  .map(status => freight(status))

describe('the two algorithms', () => {
  it('agree without soak time, MatchUpstream and missing Warehouses', () => {
    const strategy = fc.constantFrom('All', 'OneOf', '')
    const anySources = fc.record({ stages: upstreams, availabilityStrategy: strategy, direct: fc.boolean() })
    fc.assert(
      fc.property(anySources, anyFreight, (sources, each) => {
        const list = listAvailableFreight(stage(sources), [warehouse], [each], nowMs)
        const listed = 'freight' in list && list.freight.length === 1
        expect(isFreightAvailable(stage(sources), each, nowMs)).toBe(listed)
      }),
    )
  })

  it('take more with an approval, never less', () => {
    fc.assert(
      fc.property(upstreams, anyFreight, (stages, each) => {
        const approved = freight({ ...each.status, approvedFor: { prod: {} } })
        for (const availabilityStrategy of ['All', 'OneOf'])
          expect(
            isFreightAvailable(stage({ stages, availabilityStrategy, requiredSoakTime: '1h' }), approved, nowMs),
          ).toBe(true)
      }),
    )
  })
})

describe('admission', () => {
  const approved = freight({ approvedFor: { prod: {} } })
  const other: Stage = { ...stage({}), spec: { ...stage({}).spec, requestedFreight: [] } }

  it.each([
    ['1.9', true],
    ['1.10', true],
    ['1.11', false],
  ] as const)('of %s takes approved Freight of an origin that is not requested: %s', (version, expected) => {
    expect(isFreightAvailable(other, approved, nowMs, version)).toBe(expected)
  })

  it('takes nothing for a Stage without steps, nor of another namespace', () => {
    expect(isPromotionAccepted(stage({ direct: true }, []), freight(), nowMs)).toBe(false)
    const elsewhere = { ...freight(), metadata: { name: 'f', namespace: 'other' } }
    expect(isFreightAvailable(stage({ direct: true }), elsewhere, nowMs)).toBe(false)
  })
})

describe('soak time', () => {
  it.each([
    { at: 'not verified', status: { currentlyIn: { dev: { since: ago(100) } } }, seconds: 0 },
    { at: 'there now', status: { verifiedIn: { dev: {} }, currentlyIn: { dev: { since: ago(100) } } }, seconds: 100 },
    {
      at: 'a longer stay before',
      status: { verifiedIn: { dev: { longestSoak: '3m' } }, currentlyIn: { dev: { since: ago(100) } } },
      seconds: 180,
    },
    { at: 'not there any more', status: { verifiedIn: { dev: { longestSoak: '90s' } } }, seconds: 90 },
    {
      at: 'there since the future',
      status: { verifiedIn: { dev: { longestSoak: '5s' } }, currentlyIn: { dev: { since: ago(-60) } } },
      seconds: 5,
    },
  ])('$at', ({ status, seconds }) => {
    expect(longestSoakNanos(freight(status), 'dev', nowMs)).toBe(BigInt(seconds) * 1_000_000_000n)
  })

  it('is unknown, and not enough, where the arrival is not recorded', () => {
    const each = freight({ verifiedIn: { dev: { longestSoak: '9h' } }, currentlyIn: { dev: {} } })
    expect(longestSoakNanos(each, 'dev', nowMs)).toBeUndefined()
    expect(hasSoakedIn(each, 'dev', '1s', nowMs)).toBe(false)
  })

  it('ends when the stay is long enough, and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7200 }), fc.integer({ min: 1, max: 7200 }), (stay, required) => {
        const each = freight({ verifiedIn: { dev: {} }, currentlyIn: { dev: { since: ago(stay) } } })
        const endsAt = soakEndsAtMs(each, 'dev', `${required}s`) ?? Number.NaN
        expect(hasSoakedIn(each, 'dev', `${required}s`, endsAt)).toBe(true)
        expect(hasSoakedIn(each, 'dev', `${required}s`, endsAt - 1)).toBe(false)
      }),
    )
  })
})
