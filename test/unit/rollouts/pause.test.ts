import { describe, expect, it } from 'vitest'
import {
  isIndefinitePause,
  isPaused,
  isPausedByController,
  pauseRemainingMs,
  pauseStepMs,
} from '../../../src/lib/rollouts/pause.ts'
import { blueGreen, canary, minutes, now, paused, seconds } from './builders.ts'

const timed = (duration: number | string, sinceMs: number) =>
  paused({ steps: [{ pause: { duration } }], step: 0, sinceMs })
const blueGreenPause = (strategy: object) => {
  const { status } = paused({ reason: 'BlueGreenPause', sinceMs: minutes(1) })
  return blueGreen({ strategy, status })
}

describe.each([
  { at: 'no pause', rollout: canary(), paused: false, byController: false, indefinite: false, left: undefined },
  {
    at: 'pause without a duration',
    rollout: paused(),
    paused: true,
    byController: true,
    indefinite: true,
    left: undefined,
  },
  {
    at: 'timed pause',
    rollout: timed('10m', minutes(4)),
    paused: true,
    byController: true,
    indefinite: false,
    left: minutes(6),
  },
  {
    at: 'pause in seconds',
    rollout: timed(60, seconds(15)),
    paused: true,
    byController: true,
    indefinite: false,
    left: seconds(45),
  },
  {
    at: 'pause in seconds as text',
    rollout: timed('60', seconds(15)),
    paused: true,
    byController: true,
    indefinite: false,
    left: seconds(45),
  },
  {
    at: 'pause that is over',
    rollout: timed('1m', minutes(3)),
    paused: true,
    byController: true,
    indefinite: false,
    left: 0,
  },
  {
    at: 'manual pause',
    rollout: canary({ spec: { paused: true } }),
    paused: true,
    byController: false,
    indefinite: true,
    left: undefined,
  },
  {
    at: 'both pauses',
    rollout: paused({
      steps: [{ pause: { duration: '10m' } }],
      step: 0,
      spec: { paused: true, strategy: { canary: { steps: [{ pause: { duration: '10m' } }] } } },
    }),
    paused: true,
    byController: true,
    indefinite: true,
    left: undefined,
  },
  {
    at: 'inconclusive analysis',
    rollout: paused({ reason: 'InconclusiveAnalysisRun', step: 3 }),
    paused: true,
    byController: true,
    indefinite: true,
    left: undefined,
  },
  {
    at: 'blue-green, nobody promotes',
    rollout: blueGreenPause({ autoPromotionEnabled: false, autoPromotionSeconds: 600 }),
    paused: true,
    byController: true,
    indefinite: true,
    left: undefined,
  },
  {
    at: 'blue-green with a delay',
    rollout: blueGreenPause({ autoPromotionSeconds: 600 }),
    paused: true,
    byController: true,
    indefinite: false,
    left: minutes(9),
  },
  {
    at: 'a duration that cannot be read',
    rollout: timed('soon', minutes(3)),
    paused: true,
    byController: true,
    indefinite: true,
    left: undefined,
  },
])('at $at', ({ rollout, paused, byController, indefinite, left }) => {
  it('tells whether it is paused, by whom, and for how long', () => {
    expect({
      paused: isPaused(rollout),
      byController: isPausedByController(rollout),
      indefinite: isIndefinitePause(rollout),
      left: pauseRemainingMs(rollout, now),
    }).toEqual({ paused, byController, indefinite, left })
  })
})

it.each([
  [30, 30_000],
  ['30', 30_000],
  ['30s', 30_000],
  ['1500ms', 1000],
  ['1h30m', 5_400_000],
  ['soon', undefined],
  [undefined, undefined],
])('a pause of %s lasts %s ms', (duration, ms) => {
  expect(pauseStepMs({ pause: duration === undefined ? {} : { duration } })).toBe(ms)
})
