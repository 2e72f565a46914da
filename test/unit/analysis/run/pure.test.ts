import { describe, expect, it } from 'vitest'
import { controllerRules } from '../../../../src/lib/analysis/run/cluster-version.ts'
import { longestDuration } from '../../../../src/lib/analysis/run/longest-duration.ts'
import { PresentReached, ReplayClock } from '../../../../src/lib/analysis/run/replay-clock.ts'
import { resultOfValue, samples } from '../../../../src/lib/analysis/run/result-of-value.ts'
import { startTime } from '../../../../src/lib/analysis/run/start-time.ts'
import { format } from '../../../../src/lib/expr/go/format.ts'
import { typeName } from '../../../../src/lib/expr/go/values.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { metric } from '../builders.ts'

const minute = 60_000

describe('how long a run takes at most', () => {
  it.each([
    { of: 'one measurement', metrics: [metric()], longest: 0, errors: 40_000 },
    { of: 'an empty list', metrics: [], longest: 0, errors: 0 },
    { of: 'a delay', metrics: [metric({ initialDelay: '2m' })], longest: 2 * minute, errors: 40_000 },
    {
      of: 'six every five minutes',
      metrics: [metric({ count: 6, interval: '5m' })],
      longest: 25 * minute,
      errors: 240_000,
    },
    { of: 'a count as text', metrics: [metric({ count: '3', interval: '1m' })], longest: 2 * minute, errors: 120_000 },
    {
      of: 'the longer of two',
      metrics: [metric({ count: 6, interval: '5m' }), metric({ name: 'b', count: 2, interval: '1h' })],
      longest: 60 * minute,
      errors: 80_000,
    },
    {
      of: 'no errors tolerated',
      metrics: [metric({ count: 2, interval: '1m', consecutiveErrorLimit: 0 })],
      longest: minute,
      errors: 0,
    },
    { of: 'an invalid metric', metrics: [metric({ count: 2 })], longest: 0, errors: 0 },
    { of: 'a negative count', metrics: [metric({ count: -1, interval: '1m' })], longest: 0, errors: 40_000 },
  ])('$of', ({ metrics, longest, errors }) => {
    expect(longestDuration(metrics)).toEqual({ longestMs: longest, errorsMs: errors, endless: [], unbounded: [] })
  })

  it('names metrics without an end, and those that something else ends', () => {
    const endless = metric({ name: 'endless', interval: '1m' })
    const job = metric({ name: 'smoke', provider: { job: { spec: {} } } })
    expect(longestDuration([metric(), endless, job])).toEqual({ endless: ['endless'], unbounded: ['smoke'] })
  })
})

describe('the clock of history', () => {
  const startMs = Date.parse('2026-01-02T03:00:00Z')
  const presentMs = startMs + 10 * minute

  it('is there at once', async () => {
    const clock = new ReplayClock(startMs, { presentMs })
    await clock.sleep(9 * minute)
    expect(clock.now()).toBe(startMs + 9 * minute)
  })

  it('never goes beyond the present', async () => {
    const clock = new ReplayClock(startMs, { presentMs })
    await clock.sleep(10 * minute)
    await expect(clock.sleep(1)).rejects.toThrow(PresentReached)
    expect(clock.now()).toBe(presentMs)
  })

  it('stops at the deadline, and tells', async () => {
    let told = 0
    const clock = new ReplayClock(startMs, { presentMs, deadlineMs: startMs + minute, onDeadline: () => told++ })
    await clock.sleep(5 * minute)
    expect([clock.now(), told]).toEqual([startMs + minute, 1])
  })

  it('does not sleep for somebody who has gone', async () => {
    const clock = new ReplayClock(startMs, { presentMs })
    await expect(clock.sleep(1, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  })
})

describe('--at', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05Z')
  it.each([
    { text: '-30m', at: '2026-01-02T02:34:05.000Z' },
    { text: '30m', at: '2026-01-02T02:34:05.000Z' },
    { text: '-1h30m', at: '2026-01-02T01:34:05.000Z' },
    { text: '2026-01-01T12:00:00Z', at: '2026-01-01T12:00:00.000Z' },
    { text: '2026-01-01T12:00:00+02:00', at: '2026-01-01T10:00:00.000Z' },
  ])('$text', ({ text, at }) => expect(new Date(startTime(text, nowMs)).toISOString()).toBe(at))

  it.each(['yesterday', '2026-01-01', '', '-5', '0s', '2027-01-01T00:00:00Z', '-30 m'])('refuses %j', text => {
    expect(() => startTime(text, nowMs)).toThrow(Failure)
  })
})

describe('a result read back from its text', () => {
  it.each([
    { text: '0.98', type: 'float64', value: '0.98' },
    { text: '[0.98]', type: '[]float64', value: '[0.98]' },
    { text: '[1,NaN,+Inf,-Inf]', type: '[]float64', value: '[1 NaN +Inf -Inf]' },
    { text: '[]', type: '[]float64', value: '[]' },
    { text: '1000000000000000000000', type: 'float64', value: '1e+21' },
  ])('of Prometheus: $text', ({ text, type, value }) => {
    const result = samples(text) ?? null
    expect([typeName(result), format(result)]).toEqual([type, value])
  })

  it.each(['[1', '[a]', '', '[[1]]', '{"a":1}', '[1,]'])('not of Prometheus: %j', text => {
    expect(samples(text)).toBeUndefined()
  })

  const web = metric()
  it.each([
    { provider: 'web', metric: web, version: '1.9', text: '{"a":[1]}', is: 'map[string]interface {}' },
    { provider: 'web', metric: web, version: '1.9', text: 'all fine', is: undefined },
    { provider: 'web', metric: web, version: '1.10', text: 'all fine', is: 'string' },
    { provider: 'web', metric: web, version: '1.10', text: '[1,2]', is: '[]interface {}' },
    {
      provider: 'wavefront',
      metric: metric({ provider: { wavefront: {} } }),
      version: '1.9',
      text: '1.00',
      is: undefined,
    },
  ] as const)('of $provider $version: $text is $is', ({ metric, version, text, is }) => {
    const found = resultOfValue(metric, text, version)
    expect(found && typeName(found.result)).toBe(is)
  })
})

it.each([
  ['1.9', '1.9'],
  ['v1.9.1', '1.9'],
  ['1.6', '1.9'],
  ['v1.10.0-rc1', '1.10'],
  ['1.12', '1.10'],
  ['2.0', '1.10'],
  ['latest', undefined],
  ['1', undefined],
])('controller %s follows the rules of %s', (text, rules) => expect(controllerRules(text)).toBe(rules))
