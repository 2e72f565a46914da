import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ReplicaSet } from '../../../../src/lib/kube/core-objects.ts'
import {
  nearestCounts,
  routedCounts,
  unroutedCounts,
} from '../../../../src/lib/playground/controllers/rollout/replica-counts.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { aRollout } from '../../../fakes/simulated-cluster.ts'

function version(name: string, replicas: number, availableReplicas = replicas): ReplicaSet {
  return { metadata: { name, uid: name }, spec: { replicas }, status: { replicas, availableReplicas } }
}

function atWeight(weight: number, replicas: number, canary: object): Rollout {
  const rollout = aRollout({ replicas, strategy: { canary: { steps: [{ setWeight: weight }], ...canary } } })
  return { ...rollout, status: { currentStepIndex: 0, stableRS: 'stable', currentPodHash: 'canary' } }
}

// The figures of the examples in argo-rollouts utils/replicaset/canary.go.
describe('pods by weight, within maxSurge and maxUnavailable', () => {
  it.each([
    { replicas: 10, weight: 10, unavailable: 1, surge: 1, canary: 0, stable: 10, becomes: [1, 9] },
    { replicas: 10, weight: 30, unavailable: 0, surge: 3, canary: 0, stable: 10, becomes: [3, 10] },
    { replicas: 10, weight: 30, unavailable: 5, surge: 0, canary: 0, stable: 10, becomes: [0, 7] },
    { replicas: 1, weight: 5, unavailable: 0, surge: 1, canary: 0, stable: 1, becomes: [1, 1] },
    { replicas: 1, weight: 95, unavailable: 0, surge: 1, canary: 0, stable: 1, becomes: [1, 1] },
    { replicas: 2, weight: 10, unavailable: 0, surge: '25%', canary: 0, stable: 2, becomes: [1, 2] },
    { replicas: 4, weight: 50, unavailable: 0, surge: 1, canary: 1, stable: 4, becomes: [1, 3] },
    { replicas: 4, weight: 100, unavailable: 0, surge: 1, canary: 3, stable: 1, becomes: [4, 1] },
  ])('$replicas pods at $weight, surge $surge, unavailable $unavailable, from $canary/$stable: $becomes', row => {
    const { replicas, weight, surge, unavailable, canary, stable, becomes } = row
    const rollout = atWeight(weight, replicas, { maxSurge: surge, maxUnavailable: unavailable })
    const versions = { newRS: version('canary', canary), stableRS: version('stable', stable), otherRSs: [] }
    const counts = unroutedCounts(rollout, versions)
    expect([counts.canary, counts.stable]).toEqual(becomes)
  })

  it('does not scale down while a third version has pods', () => {
    const rollout = atWeight(50, 4, { maxSurge: 1, maxUnavailable: 0 })
    const otherRSs = [version('other', 1)]
    const counts = unroutedCounts(rollout, { newRS: version('canary', 1), stableRS: version('stable', 4), otherRSs })
    expect(counts).toEqual({ canary: 1, stable: 4 })
  })

  it('an abort does not wait for broken canary pods', () => {
    const rollout = atWeight(50, 4, { maxSurge: 1, maxUnavailable: 0 })
    rollout.status = { ...rollout.status, abort: true }
    const counts = unroutedCounts(rollout, {
      newRS: version('canary', 2, 0),
      stableRS: version('stable', 4),
      otherRSs: [],
    })
    expect(counts).toEqual({ canary: 0, stable: 4 })
  })
})

it.each([
  { replicas: 10, weight: 50, surge: 0, canary: 5, stable: 5 },
  { replicas: 3, weight: 50, surge: 0, canary: 2, stable: 1 },
  { replicas: 10, weight: 1, surge: 0, canary: 1, stable: 9 },
  { replicas: 10, weight: 99, surge: 0, canary: 9, stable: 1 },
  { replicas: 10, weight: 99, surge: 1, canary: 10, stable: 1 },
  { replicas: 0, weight: 50, surge: 1, canary: 0, stable: 0 },
  { replicas: 1, weight: 50, surge: 0, canary: 1, stable: 0 },
])(
  'nearest to $weight of $replicas with surge $surge: $canary and $stable',
  ({ replicas, weight, surge, canary, stable }) => {
    expect(nearestCounts(replicas, weight, 100, surge)).toEqual({ canary, stable })
  },
)

describe('with a traffic router', () => {
  const versions = { newRS: version('canary', 0), stableRS: version('stable', 10), otherRSs: [] }
  const weights = { canary: { weight: 20 }, stable: { weight: 80 } }

  it.each([
    { what: 'stable keeps all', canary: {}, becomes: { canary: 3, stable: 10 } },
    { what: 'stable leaves with its traffic', canary: { dynamicStableScale: true }, becomes: { canary: 3, stable: 8 } },
    { what: 'at least so many pods', canary: { minPodsPerReplicaSet: 4 }, becomes: { canary: 4, stable: 10 } },
  ])('$what', ({ canary, becomes }) => {
    expect(routedCounts(atWeight(25, 10, { trafficRouting: { smi: {} }, ...canary }), versions, weights)).toEqual(
      becomes,
    )
  })

  it.each([
    { step: { setCanaryScale: { replicas: 2 } }, canary: 2 },
    { step: { setCanaryScale: { weight: 50 } }, canary: 5 },
    { step: { setCanaryScale: { matchTrafficWeight: true } }, canary: 3 },
  ])('$step gives $canary', ({ step, canary }) => {
    const steps = [{ setWeight: 25 }, step]
    const rollout = aRollout({ replicas: 10, strategy: { canary: { steps, trafficRouting: { smi: {} } } } })
    const status = { currentStepIndex: 1, stableRS: 'stable', currentPodHash: 'canary' }
    expect(routedCounts({ ...rollout, status }, versions, weights).canary).toBe(canary)
  })
})

interface Case {
  replicas: number
  weight: number
  maxSurge: number | string
  maxUnavailable: number | string
  /** pods wanted and available */
  canary: [number, number]
  stable: [number, number]
  other?: [number, number]
  abort?: boolean
  /** weight on record, where a traffic router is used */
  routedAt?: number
  dynamicStableScale?: boolean
  expect: { canary: number; stable: number }
}

/** Made by argo-rollouts 1.9.1 itself from random inputs: CalculateReplicaCountsFor{Basic,TrafficRouted}Canary. */
const cases = readFileSync('test/fixtures/replica-counts/cases.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Case)

it(`agrees with the real controller in ${cases.length} random cases`, () => {
  const wrong = cases.filter(each => {
    const { replicas, weight, maxSurge, maxUnavailable, routedAt, dynamicStableScale, abort = false } = each
    const routing = routedAt === undefined ? {} : { trafficRouting: { smi: {} }, dynamicStableScale }
    const steps = [{ setWeight: weight }, { pause: {} }]
    const rollout = aRollout({
      replicas,
      strategy: { canary: { steps, maxSurge, maxUnavailable, ...routing } } as never,
    })
    rollout.status = { currentStepIndex: 0, stableRS: 'stable', currentPodHash: 'canary', abort }
    const versions = {
      newRS: version('canary', ...each.canary),
      stableRS: version('stable', ...each.stable),
      otherRSs: each.other ? [version('other', ...each.other)] : [],
    }
    const weights = { canary: { weight: routedAt ?? 0 }, stable: { weight: 100 - (routedAt ?? 0) } }
    const counts = routedAt === undefined ? unroutedCounts(rollout, versions) : routedCounts(rollout, versions, weights)
    return counts.canary !== each.expect.canary || counts.stable !== each.expect.stable
  })
  expect(wrong).toEqual([])
})
