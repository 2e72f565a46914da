import { describe, expect, it } from 'vitest'
import type { Freight } from '../../../../src/lib/kargo/freight.ts'
import type { Promotion } from '../../../../src/lib/kargo/promotion.ts'
import type { FreightSources, Stage } from '../../../../src/lib/kargo/stage.ts'
import { blocksTo } from '../../../../src/lib/kargo/trace/blocks.ts'
import { type ProjectObjects, ProjectView } from '../../../../src/lib/kargo/trace/project-objects.ts'
import { traceFreight } from '../../../../src/lib/kargo/trace/trace.ts'

const nowMs = Date.parse('2026-08-15T12:00:00Z')
const [early, late] = ['2026-08-15T11:00:00Z', '2026-08-15T11:30:00Z']
const origin = { kind: 'Warehouse', name: 'web' }
const namespace = 'shop'
const stage = (name: string, sources: FreightSources, more: Partial<Stage> = {}): Stage => ({
  metadata: { name, namespace },
  spec: { requestedFreight: [{ origin, sources }], promotionTemplate: { spec: { steps: [{ uses: 'x' }] } } },
  ...more,
})
const freight = (status: Freight['status'] = {}): Freight => ({
  metadata: { name: 'f', namespace },
  discoveredAt: early,
  origin,
  status,
})
const promotion = (to: string, phase: string, id = 'a'): Promotion => ({
  metadata: { name: `${to}.${id}.f`, namespace, creationTimestamp: late },
  spec: { stage: to, freight: 'f' },
  status: { phase, finishedAt: late },
})
const holding = (name: string, phase: string | undefined): Partial<Stage> => ({
  status: {
    health: { status: 'Healthy' },
    freightHistory: [
      { items: { 'Warehouse/web': { name, origin } }, verificationHistory: phase ? [{ phase, finishTime: late }] : [] },
    ],
  },
})

function reasons(stages: Stage[], each: Freight, more: Partial<ProjectObjects> = {}) {
  const warehouses = [{ metadata: { name: 'web', namespace } }]
  const objects = { project: namespace, nowMs, version: '1.11' as const, freight: [each], stages, warehouses }
  const view = new ProjectView({ ...objects, promotions: [], projectConfig: null, ...more })
  const target = stages.at(-1)
  if (!target) throw new Error('no Stage')
  return blocksTo(view, target, each).map(block => `${block.reason} at ${block.stage}`)
}

const dev = (more: Partial<Stage> = {}) => stage('dev', { direct: true }, more)
const prod = (sources: FreightSources) => stage('prod', sources)

describe('gates that no recorded project shows', () => {
  it.each([
    {
      at: 'one upstream is enough, and the one further on is waited for',
      given: () =>
        reasons(
          [dev(), stage('qa', { direct: true }, holding('f', 'Failed')), prod({ stages: ['dev', 'qa'] })],
          freight(),
        ),
      found: ['verification-failed at qa'],
    },
    {
      at: 'all upstreams are wanted and none is reached',
      given: () =>
        reasons(
          [dev(), stage('qa', { direct: true }), prod({ stages: ['dev', 'qa'], availabilityStrategy: 'All' })],
          freight(),
        ),
      found: ['upstream-not-reached at dev', 'upstream-not-reached at qa'],
    },
    {
      at: 'Freight that failed its verification and was replaced',
      given: () => {
        const history = [
          ...(holding('g', 'Successful').status?.freightHistory ?? []),
          ...(holding('f', 'Failed').status?.freightHistory ?? []),
        ]
        return reasons([dev({ status: { freightHistory: history } }), prod({ stages: ['dev'] })], freight())
      },
      found: ['verification-failed at dev'],
    },
    {
      at: 'a Promotion that failed where auto-promotion is off, though it was there before',
      given: () => reasons([dev(), prod({ direct: true })], freight(), { promotions: [promotion('prod', 'Failed')] }),
      found: ['promotion-failed at prod'],
    },
    {
      at: 'a Stage without steps that is about to pass it on',
      given: () =>
        reasons(
          [
            dev(),
            stage(
              'gate',
              { stages: ['dev'] },
              { spec: { requestedFreight: [{ origin, sources: { stages: ['dev'] } }] } },
            ),
          ],
          freight({ verifiedIn: { dev: { verifiedAt: early } } }),
        ),
      found: ['stage-not-reconciled at gate'],
    },
    {
      at: 'healthy, and nothing has been verified',
      given: () => reasons([dev(holding('f', undefined)), prod({ stages: ['dev'] })], freight()),
      found: ['verification-pending at dev'],
    },
    {
      at: 'Stages in a circle',
      given: () => reasons([stage('a', { stages: ['b'] }), stage('b', { stages: ['a'] })], freight()),
      found: ['upstream-not-reached at b'],
    },
    {
      at: 'no Lease may be read',
      given: () =>
        reasons(
          [
            dev({ spec: { shard: 'eu', requestedFreight: [{ origin, sources: { direct: true } }] } }),
            prod({ stages: ['dev'] }),
          ],
          freight(),
        ),
      found: ['stage-not-reconciled at dev', 'control-flow-upstream at dev'],
    },
  ])('$at', ({ given, found }) => expect(given()).toEqual(found))

  it('goes every way once where Stages fan out and in again', () => {
    const layers = Array.from({ length: 20 }, (_, layer) => [`a${layer}`, `b${layer}`])
    const stages = layers.flatMap((names, layer) =>
      names.map(name =>
        stage(name, layer === 0 ? { direct: true } : { stages: layers[layer - 1] ?? [], availabilityStrategy: 'All' }),
      ),
    )
    const view = new ProjectView({
      project: namespace,
      nowMs,
      version: '1.11',
      freight: [freight()],
      stages,
      promotions: [],
    })
    const [last] = stages.slice(-1)
    if (!last) throw new Error('no Stage')
    const trace = traceFreight(view, freight(), last)
    expect(trace.stages).toHaveLength(39)
    expect([trace.block, ...trace.also].map(block => `${block?.reason} at ${block?.stage}`)).toEqual([
      'upstream-not-reached at a0',
      'upstream-not-reached at b0',
    ])
  })
})
