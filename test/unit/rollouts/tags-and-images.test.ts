import { describe, expect, it } from 'vitest'
import { rolloutInfo } from '../../../src/lib/rollouts/info/info.ts'
import { replicaSetTags } from '../../../src/lib/rollouts/info/tags.ts'
import { blueGreen, canary, experiment, healthy, now, objects, replicaSet } from './builders.ts'

const pingPong = (stablePingPong: 'ping' | 'pong' | undefined) =>
  canary({
    spec: { strategy: { canary: { pingPong: { pingService: 'a', pongService: 'b' } } } },
    status: { canary: { stablePingPong } },
  })
const bg = (activeSelector: string, previewSelector: string, stableRS = 'old') =>
  blueGreen({ status: { stableRS, blueGreen: { activeSelector, previewSelector } } })

describe.each([
  { at: 'canary', rollout: canary(), new: ['canary'], old: ['stable'], older: [] },
  { at: 'fully promoted', rollout: healthy(), new: ['stable'], old: [], older: [] },
  {
    at: 'ping-pong, stable is ping',
    rollout: pingPong('ping'),
    new: ['canary', 'pong'],
    old: ['stable', 'ping'],
    older: [],
  },
  {
    at: 'ping-pong before the first swap',
    rollout: pingPong(undefined),
    new: ['canary', 'ping'],
    old: ['stable', 'pong'],
    older: [],
  },
  { at: 'blue-green', rollout: bg('old', 'new'), new: ['preview'], old: ['stable', 'active'], older: [] },
  { at: 'blue-green cut over', rollout: bg('new', 'new'), new: ['active'], old: ['stable'], older: [] },
  { at: 'no strategy', rollout: canary({ spec: { strategy: {} } }), new: [], old: [], older: [] },
])('tags at $at', ({ rollout, ...expected }) => {
  it.each(['new', 'old', 'older'] as const)('of %s', hash => {
    expect(replicaSetTags(rollout, hash)).toEqual(expected[hash])
  })
})

it('gives no tag to a ReplicaSet without a hash, although the status may have none either', () => {
  expect(replicaSetTags(canary({ status: { stableRS: '', currentPodHash: '' } }), '')).toEqual([])
})

describe('images', () => {
  const imagesOf = (more: Parameters<typeof objects>[1], rollout = canary()) =>
    rolloutInfo(objects(rollout, more), now).images

  it('are those that run, by name, each with its roles', () => {
    const replicaSets = [
      replicaSet('new', { image: 'b' }),
      replicaSet('old', { image: 'a' }),
      replicaSet('older', { image: 'c', replicas: 0 }),
    ]
    expect(imagesOf({ replicaSets })).toEqual([
      { image: 'a', tags: ['stable'] },
      { image: 'b', tags: ['canary'] },
    ])
  })

  it('appear once, with all their roles in alphabetical order', () => {
    const run = experiment('exp')
    const template = replicaSet('x', {
      rollout: 'exp',
      image: 'a',
      annotations: { 'experiment.argoproj.io/template-name': 'base' },
    })
    const replicaSets = [replicaSet('old', { image: 'a' }), replicaSet('new', { image: 'a' }), template]
    expect(imagesOf({ replicaSets, experiments: [run] })).toEqual([
      { image: 'a', tags: ['canary', 'stable', 'Σ:base'] },
    ])
  })
})
