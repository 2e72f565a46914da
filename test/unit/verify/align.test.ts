import { describe, expect, it } from 'vitest'
import { eventCounts, type PodCounts, requestCounts, type Window } from '../../../src/lib/verify/align/counters.ts'
import { chooseEdges } from '../../../src/lib/verify/align/histogram-edges.ts'
import { countsBetween } from '../../../src/lib/verify/align/pod-life.ts'
import type { RecordedPod, RecordedSeries } from '../../../src/lib/verify/recording/recording.ts'

const window: Window = { firstStep: 0, lastStep: 5, warmupSteps: 0, stepSeconds: 15 }
const pod = (changes: Partial<RecordedPod> = {}): RecordedPod => ({
  pod: 'p',
  arm: 'stable',
  readyStep: -100,
  goneStep: null,
  restarts: [],
  ...changes,
})
const samples = (values: (number | null)[], from = 0) => ({ from, values })
const errors = (total: (number | null)[], bad: (number | null)[], of = pod(), within = window) =>
  requestCounts(of, samples(total), [samples(bad)], within, (_requests, each) => each)
const shown = ({ exposure, events }: PodCounts) => ({ exposure: [...exposure], events: [...(events[0] ?? [])] })

describe('what a pod did from step to step', () => {
  it.each([
    {
      name: 'is the increase of both counters',
      counts: errors([100, 140, 180, 220, 260, 300], [3, 3, 4, 6, 6, 6]),
      exposure: [0, 40, 40, 40, 40, 40],
      events: [0, 0, 1, 2, 0, 0],
    },
    {
      name: 'has no event where the bad ones have no sample yet',
      counts: errors([0, 10, 20, 30, 40, 50], [null, null, null, 2, 2, 2], pod({ readyStep: 0 })),
      exposure: [0, 10, 10, 10, 10, 10],
      events: [0, 0, 0, 2, 0, 0],
    },
    {
      name: 'counts from zero after a reset, of both counters',
      counts: errors([100, 140, 25, 60, 100, 140], [50, 51, 2, 3, 4, 5]),
      exposure: [0, 40, 25, 35, 40, 40],
      events: [0, 1, 2, 1, 1, 1],
    },
    {
      name: 'is summed over scrapes that were lost',
      counts: errors([0, 10, null, null, 40, 50], [0, 0, null, null, 3, 3]),
      exposure: [0, 10, 0, 0, 30, 10],
      events: [0, 0, 0, 0, 3, 0],
    },
    {
      name: 'is dropped where more than three steps are missing',
      counts: errors([0, null, null, null, 40, 50], [0, null, null, null, 3, 4]),
      exposure: [0, 0, 0, 0, 0, 10],
      events: [0, 0, 0, 0, 0, 1],
    },
    {
      name: 'counts from zero when the pod has just become Ready',
      counts: errors([null, null, 12, 30, 50, 70], [null, null, 1, 1, 1, 2], pod({ readyStep: 1 })),
      exposure: [0, 0, 12, 18, 20, 20],
      events: [0, 0, 1, 0, 0, 1],
    },
    {
      name: 'does not count during the warm-up, nor after a restart of the container',
      counts: errors([0, 10, 20, 30, 5, 15], [0, 9, 9, 9, 5, 6], pod({ restarts: [{ step: 4 }] }), {
        ...window,
        warmupSteps: 1,
      }),
      exposure: [0, 10, 10, 10, 0, 0],
      events: [0, 9, 0, 0, 0, 0],
    },
    {
      name: 'ends before the pod is gone',
      counts: errors([0, 10, 20, 30, 40, 50], [0, 1, 2, 3, 4, 5], pod({ goneStep: 3 })),
      exposure: [0, 10, 10, 0, 0, 0],
      events: [0, 1, 1, 0, 0, 0],
    },
  ])('$name', ({ counts, exposure, events }) => {
    expect(shown(counts)).toEqual({ exposure, events })
  })

  it('keeps what a counter that outlives the container has counted meanwhile', () => {
    const restarts = eventCounts(pod({ restarts: [{ step: 2 }] }), samples([0, 0, 1, 1, 1, 1]), {
      ...window,
      warmupSteps: 1,
    })
    expect(shown(restarts)).toEqual({ exposure: [0, 15, 0, 0, 15, 15], events: [0, 0, 0, 0, 1, 0] })
  })
})

describe('a pod counts', () => {
  it.each([
    [pod({ readyStep: 0 }), 3, 4, false],
    [pod({ readyStep: 0 }), 4, 5, true],
    [pod({ restarts: [{ step: 10 }] }), 8, 9, true],
    [pod({ restarts: [{ step: 10 }] }), 9, 10, false],
    [pod({ restarts: [{ step: 10 }] }), 13, 14, false],
    [pod({ restarts: [{ step: 10 }] }), 14, 15, true],
    [pod({ goneStep: 10 }), 8, 9, true],
    [pod({ goneStep: 10 }), 9, 10, false],
  ])('%j between %i and %i: %s', (of, from, to, counts) => {
    expect(countsBetween(of, from, to, 4)).toBe(counts)
  })
})

describe('the edges of a latency', () => {
  const past: Window = { firstStep: -10, lastStep: 10, warmupSteps: 0, stepSeconds: 15 }
  const bucket = (le: string, perStep: number): RecordedSeries => ({
    metric: 'latency',
    part: 'bucket',
    pod: 'p',
    le,
    kind: 'samples',
    from: -10,
    values: Array.from({ length: 21 }, (_, index) => index * perStep),
  })
  const series = [bucket('0.1', 20), bucket('0.25', 60), bucket('0.5', 90), bucket('1.0', 99), bucket('+Inf', 100)]

  it('are those that at most half of the stable requests exceed', () => {
    expect(chooseEdges(series, [pod()], past)).toEqual([0.25, 0.5, 1])
  })

  it('are all of them where there is no past, and never more than eight', () => {
    const many = Array.from({ length: 30 }, (_, index) => bucket(String(index + 1), 1))
    const chosen = chooseEdges([...many, bucket('+Inf', 0)], [pod()], { ...past, firstStep: 0 })
    expect(chosen).toHaveLength(8)
    expect([chosen[0], chosen.at(-1)]).toEqual([1, 30])
  })
})
