import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { step } from '../../../src/lib/analysis/engine.ts'
import type { AnalysisMetric } from '../../../src/lib/rollouts/rollout.ts'
import { execute, metric, rules, runOf, script, startMs } from './builders.ts'

describe.each<[string, Partial<AnalysisMetric>, string, object]>([
  ['one measurement without interval', {}, 'S', { phase: 'Successful', at: [0] }],
  ['count', { count: 3, interval: '2s' }, 'S', { phase: 'Successful', at: [0, 2, 4] }],
  ['count given as text', { count: '2', interval: '1s' }, 'S', { phase: 'Successful', at: [0, 1] }],
  ['initial delay', { initialDelay: '3s' }, 'S', { phase: 'Successful', at: [3] }],
  [
    'an interval that loses its fraction',
    { count: 3, interval: '1500ms' },
    'S',
    { phase: 'Successful', at: [0, 1.5, 2.5] },
  ],
  [
    'an error, retried after 10s, not counted',
    { count: 2, interval: '1s' },
    'ES',
    { phase: 'Successful', at: [0, 10, 11] },
  ],
  ['failure', { count: 3, interval: '1s' }, 'SF', { phase: 'Failed', limit: 'failed (1) > failureLimit (0)' }],
  ['failures within the limit', { count: 3, interval: '1s', failureLimit: 1 }, 'FS', { phase: 'Successful' }],
  ['inconclusive', {}, 'I', { phase: 'Inconclusive', limit: 'inconclusive (1) > inconclusiveLimit (0)' }],
  [
    'five errors in a row',
    {},
    'E',
    { phase: 'Error', limit: 'consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: boom"' },
  ],
  ['errors that are not in a row', { count: 2, interval: '1s', consecutiveErrorLimit: 0 }, 'SE', { phase: 'Error' }],
  [
    'successes in a row',
    { interval: '1s', consecutiveSuccessLimit: 2, failureLimit: -1 },
    'SFSS',
    { phase: 'Successful', at: [0, 1, 2, 3] },
  ],
  [
    'successes that did not come, failures off',
    { count: 2, interval: '1s', consecutiveSuccessLimit: 2, failureLimit: -1 },
    'SF',
    { phase: 'Failed', limit: '' },
  ],
  [
    'successes that did not come',
    { count: 3, interval: '1s', consecutiveSuccessLimit: 2, failureLimit: 1 },
    'SFS',
    { phase: 'Inconclusive', limit: '' },
  ],
  ['a negative count', { count: -1, interval: '1s' }, 'S', { phase: 'Successful', at: [0] }],
])('a metric with %s', (_what, more, letters, expected) => {
  it('ends as the controller ends it', () => {
    const { run, measuredAt } = execute(runOf({ metrics: [metric(more)] }), script(letters))
    const { at, limit, ...status } = expected as { at?: number[]; limit?: string; phase: string }
    expect(run.status).toMatchObject(status)
    if (at) expect(measuredAt).toEqual(at)
    if (limit === '') expect(run.status).not.toHaveProperty('message')
    if (limit) expect(run.status?.message).toBe(`Metric "rate" assessed ${status.phase} due to ${limit}`)
  })
})

describe('a run', () => {
  const steady = { interval: '1s' }

  it('cancels the siblings of a failed metric in a second round', () => {
    const run = runOf({ metrics: [metric({ name: 'a', ...steady }), metric({ name: 'b' })] })
    const ended = execute(run, name => ({ phase: name === 'a' ? 'Successful' : 'Failed', value: '1' }))
    expect(ended.run.status).toMatchObject({
      phase: 'Failed',
      message: 'Metric "b" assessed Failed due to failed (1) > failureLimit (0)',
      runSummary: { count: 2, successful: 1, failed: 1 },
      metricResults: [
        { name: 'a', phase: 'Successful' },
        { name: 'b', phase: 'Failed' },
      ],
    })
    expect(ended.measuredAt).toEqual([0, 0])
  })

  it('does not suffer from a dry run', () => {
    const run = runOf({ metrics: [metric()], dryRun: [{ metricName: 'at' }] })
    const { status } = execute(run, script('F')).run
    expect(status).toMatchObject({
      phase: 'Successful',
      dryRunSummary: { count: 1, failed: 1 },
      metricResults: [
        { dryRun: true, phase: 'Failed', message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' },
      ],
    })
    expect(status?.runSummary).toBeUndefined()
  })

  it('is Successful when terminated, even before a measurement', () => {
    const { status } = execute(runOf({ metrics: [metric()], terminate: true }), script('F')).run
    expect(status).toMatchObject({
      phase: 'Successful',
      message: 'Run Terminated',
      completedAt: '2026-01-02T03:04:05Z',
    })
  })

  it('ends a metric that is terminated after an error as Successful, with the error as its message', () => {
    const { status } = execute(runOf({ metrics: [metric()] }), script('E'), { terminateAtMs: startMs + 1500 }).run
    expect(status).toMatchObject({ phase: 'Successful', metricResults: [{ phase: 'Successful', message: 'boom' }] })
  })

  it.each([
    ['by default the last 10', undefined, undefined, 10],
    ['as many as the last matching rule says', 3, undefined, 3],
    ['10 where the rule says 0', 0, undefined, 10],
    ['all of a metric for which there is no provider', undefined, 'unclosed action', 15],
  ])('keeps %s', (_what, limit, problem, kept) => {
    const retention =
      limit === undefined
        ? []
        : [
            { metricName: '.*', limit: 7 },
            { metricName: 'ra', limit },
          ]
    const run = runOf({ metrics: [metric({ count: 15, interval: '1s' })], measurementRetention: retention })
    const ended = execute(run, script('S'), { rules: rules({ providerProblem: () => problem }) })
    expect(ended.run.status?.metricResults?.[0]).toMatchObject({ count: 15 })
    expect(ended.run.status?.metricResults?.[0]?.measurements).toHaveLength(kept)
  })

  it('resumes a measurement that goes on, when it said so', () => {
    const { run, measuredAt } = execute(runOf({ metrics: [metric()] }), (_name, index) =>
      index === 0 ? { phase: 'Running', resumeAtMs: startMs + 15_000 } : { phase: 'Successful', value: '2' },
    )
    expect(measuredAt).toEqual([0, 15])
    expect(run.status?.metricResults?.[0]?.measurements).toEqual([
      {
        phase: 'Successful',
        value: '2',
        startedAt: '2026-01-02T03:04:05Z',
        finishedAt: '2026-01-02T03:04:20Z',
        resumeAt: '2026-01-02T03:04:20Z',
      },
    ])
  })

  it('uses a secret for the measurement, and shows it nowhere', () => {
    const args = [{ name: 'token', value: 'ignored', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    const run = runOf({ args, metrics: [metric({ provider: { web: { url: 'http://web/{{args.token}}' } } })] })
    const first = step(run, startMs, rules({ readSecret: () => 'hunter2' }))
    if (first.action.kind !== 'measure') throw new Error('nothing to measure')
    const [task] = first.action.tasks
    if (!task) throw new Error('no task')
    expect(task.metric.provider).toEqual({ web: { url: 'http://web/hunter2' } })
    const taken = { task, startedAtMs: startMs, finishedAtMs: startMs, metadata: { query: 'hunter2' } }
    const measured = { phase: 'Failed' as const, value: 'hunter2', message: 'no hunter2', metadata: { a: 'hunter2' } }
    const ended = step(run, startMs, rules({ readSecret: () => 'hunter2' }), [{ ...taken, measured }])
    expect(JSON.stringify(ended)).not.toContain('hunter2')
    expect(ended.run.status?.metricResults?.[0]?.message).toBe('no *****')
  })

  it.each([
    [
      'a secret that is not there',
      { args: [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }], metrics: [metric()] },
      'Unable to resolve metric arguments: secrets "s" not found',
    ],
    [
      'a fieldRef, which nothing resolves',
      { args: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], metrics: [metric()] },
      'Unable to resolve metric arguments: argument "a" was not supplied',
    ],
    [
      'no metrics, whatever the arguments',
      { args: [{ name: 'a' }], metrics: [] },
      'Analysis spec invalid: no metrics specified',
    ],
    [
      'a dry-run rule that is no expression',
      { metrics: [metric()], dryRun: [{ metricName: '*' }] },
      "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)",
    ],
  ])('is an Error at once with %s', (_what, spec, message) => {
    expect(execute(runOf(spec), script('S')).run.status).toEqual({ phase: 'Error', message })
  })
})

const anyMetric = fc.record(
  {
    interval: fc.constantFrom('1s', '3s', '1500ms'),
    initialDelay: fc.constantFrom('1s', '5s'),
    count: fc.oneof(fc.integer({ min: -1, max: 6 }), fc.constantFrom('4', 'x')),
    failureLimit: fc.integer({ min: -1, max: 3 }),
    inconclusiveLimit: fc.integer({ min: 0, max: 3 }),
    consecutiveErrorLimit: fc.integer({ min: 0, max: 3 }),
    consecutiveSuccessLimit: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: [] },
)

it('keeps its books for any sequence of outcomes, and never changes once it has ended', () => {
  const letters = fc.string({ unit: fc.constantFrom('S', 'F', 'I', 'E'), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(anyMetric, letters), { minLength: 1, maxLength: 3 }), fc.boolean(), (each, dry) => {
      const metrics = each.map(([more], index) => metric({ ...more, name: `m${index}` }))
      const run = runOf({ metrics, ...(dry ? { dryRun: [{ metricName: 'm0' }] } : {}) })
      const answer = (name: string, index: number) => script(each[Number(name.slice(1))]?.[1] ?? 'S')(name, index)
      const ended = execute(run, answer, { maxMeasurements: 60 })
      for (const { status } of ended.seen) {
        for (const result of status?.metricResults ?? []) {
          const { count = 0, successful = 0, failed = 0, inconclusive = 0, error = 0, measurements = [] } = result
          expect(count).toBe(successful + failed + inconclusive)
          expect(measurements.length).toBe(Math.min(10, count + error))
          expect((result.consecutiveError ?? 0) === 0 || (result.consecutiveSuccess ?? 0) === 0).toBe(true)
        }
      }
      if (!ended.run.status?.phase || ended.run.status.phase === 'Running') return
      expect(step(ended.run, startMs + 1e9, rules())).toEqual({ run: ended.run, action: { kind: 'end' } })
      const terminated = { ...ended.run, spec: { ...ended.run.spec, terminate: true } }
      expect(step(terminated, startMs + 1e9, rules()).run.status).toBe(ended.run.status)
    }),
    { numRuns: 300 },
  )
})
