import { describe, expect, it } from 'vitest'
import { judgeRecording } from '../../../src/lib/verify/judge-recording.ts'
import type { Recording } from '../../../src/lib/verify/recording/recording.ts'
import type { VerificationSpec } from '../../../src/lib/verify/spec/verification.ts'
import { simulate } from '../../bench/verify/simulate.ts'
import { type Regression, type World, worlds } from '../../bench/verify/worlds.ts'

const clean = worlds.clean as World
const judged = (
  regression: Regression,
  spec: VerificationSpec = {},
  world = clean,
  change = (each: Recording) => each,
) => judgeRecording(change(simulate(world, regression, 7, spec)))

/** without some series or pods */
const without = (drop: (text: string) => boolean) => (recording: Recording) => ({
  ...recording,
  series: recording.series.filter(each => !drop(`${each.metric} ${each.pod}`)),
})

describe('a verification', () => {
  it('passes a healthy canary early, when everything is proven', () => {
    const { judgement } = judged({}, { duration: '30m', minDuration: '4m' })
    expect(judgement).toMatchObject({ verdict: 'Healthy', basis: 'proven', early: true })
    expect(judgement.step).toBeGreaterThanOrEqual(16)
  })

  it('stays to the end without an early pass', () => {
    const { judgement } = judged({}, { duration: '10m', earlyPass: false })
    expect(judgement).toMatchObject({ verdict: 'Healthy', early: false, step: 40 })
  })

  it.each([
    [{ errors: 5 }, 'errors'],
    [{ latency: 1.5 }, 'latency'],
    [{ cpu: 2 }, 'cpu'],
  ])('finds %j', (regression, culprit) => {
    const { judgement } = judged(regression)
    expect(judgement).toMatchObject({ verdict: 'Unhealthy', basis: 'alarm', decidedBy: [culprit] })
  })

  it('says nothing where the canary has no data, whatever the other metrics say', () => {
    const noErrors = without(text => text === 'errors canary-0')
    expect(judged({}, {}, clean, noErrors).judgement).toMatchObject({
      verdict: 'NoAnalysis',
      decidedBy: ['errors'],
    })
    const optional: VerificationSpec = {
      metrics: [
        { name: 'errors', ratio: { bad: 'b', total: 't' }, optional: true },
        { name: 'latency', histogram: 'l' },
      ],
    }
    expect(judged({}, optional, clean, noErrors).judgement.verdict).toBe('Healthy')
  })

  it('says nothing without any data', () => {
    const { judgement } = judged(
      {},
      {},
      clean,
      without(() => true),
    )
    expect(judgement).toMatchObject({ verdict: 'NoAnalysis', basis: 'no-data' })
  })

  it('is Inconclusive where what has to be seen is out of reach', () => {
    const { judgement } = judged({}, { duration: '5m' }, { ...clean, requestsPerSecond: 5 })
    expect(judgement).toMatchObject({ verdict: 'Inconclusive', basis: 'no-power' })
    expect(judgement.decidedBy).toContain('errors')
  })

  it('does not see a difference of shared causes', () => {
    const drift = worlds.drift as World
    expect(judged({}, { duration: '30m', earlyPass: false }, drift).judgement.verdict).toBe('Healthy')
  })

  it('fails at once at a guard', () => {
    const guards = [{ metric: 'errors', above: 0.2, minEvents: 20 }]
    const { judgement } = judged({ errors: 40 }, { guards })
    expect(judgement).toMatchObject({ verdict: 'Unhealthy', step: 1 })
    expect(judged({}, { guards, duration: '5m', earlyPass: false }).judgement.verdict).not.toBe('Unhealthy')
  })

  it('gives the same verdict every time', () => {
    expect(judged({ errors: 2 }).judgement).toEqual(judged({ errors: 2 }).judgement)
  })

  it('gives lower values the same weight where lower is worse', () => {
    const metrics: VerificationSpec['metrics'] = [{ name: 'cpu', gauge: 'cpu', direction: 'decrease' }]
    expect(judged({ cpu: 0.5 }, { metrics }).judgement.verdict).toBe('Unhealthy')
    expect(judged({ cpu: 2 }, { metrics }).judgement.verdict).toBe('Healthy')
  })

  it('judges a recording that breaks off as far as it goes', () => {
    const { judgement, warnings } = judged({ errors: 5 }, {}, clean, each => ({ ...each, endStep: undefined }))
    expect(judgement.verdict).toBe('Unhealthy')
    expect(warnings.join()).toMatch(/breaks off/)
  })

  it('lets an absolute floor call a small difference harmless', () => {
    const metric = { name: 'errors', ratio: { bad: 'b', total: 't' } }
    const spec = { earlyPass: false, metrics: [{ ...metric, floor: 0.03 }] }
    expect(judged({ errors: 2 }, spec).judgement.verdict).not.toBe('Unhealthy')
    expect(judged({ errors: 2 }, { ...spec, metrics: [metric] }).judgement.verdict).toBe('Unhealthy')
  })
})
