import { describe, expect, it } from 'vitest'
import { analysisRunInfo } from '../../../../src/lib/rollouts/info/analysis-run-info.ts'
import { experimentInfo } from '../../../../src/lib/rollouts/info/experiment-info.ts'
import { experimentRow } from '../../../../src/lib/rollouts/info/experiment-row.ts'
import { rolloutInfo } from '../../../../src/lib/rollouts/info/info.ts'
import type { AnalysisMetric, MetricResult, Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { ago, analysisRun, canary, degraded, experiment, healthy, minutes, now, objects, paused } from '../builders.ts'

const infoOf = (rollout: Rollout) => rolloutInfo(objects(rollout), now)

describe('steps', () => {
  const statesOf = (rollout: Rollout) =>
    infoOf(rollout)
      .steps.map(step => step.state[0])
      .join('')

  it.each([
    { at: 'the first', rollout: canary({ step: 0 }), states: 'cnnnn' },
    { at: 'a later one', rollout: canary({ step: 3 }), states: 'dddcn' },
    { at: 'the end', rollout: healthy(), states: 'ddddd' },
    { at: 'an abort, where none is under way', rollout: degraded({ step: 0 }), states: 'nnnnn' },
  ])('at $at', ({ rollout, states }) => expect(statesOf(rollout)).toBe(states))

  it('say how long a pause still lasts, and what an analysis runs', () => {
    const status = { canary: { currentStepAnalysisRunStatus: { name: 'run', status: 'Running' as const } } }
    expect(infoOf(paused({ step: 3, sinceMs: minutes(4) })).steps[3]).toMatchObject({ remainingMs: minutes(6) })
    expect(infoOf(canary({ step: 4, status })).steps[4]).toMatchObject({ runs: 'run' })
    expect(infoOf(canary({ step: 3, status })).steps[4]).not.toHaveProperty('runs')
  })

  it('carry what their plugin reports, the latest of several', () => {
    const plugin = (phase: string) => ({ index: 0, name: 'org/step', phase })
    const rollout = canary({
      steps: [{ plugin: { name: 'org/step' } }],
      status: { canary: { stepPluginStatuses: [plugin('Running'), plugin('Successful')] } },
    })
    expect(infoOf(rollout).steps[0]?.plugin?.phase).toBe('Successful')
  })
})

describe('a pause', () => {
  it('is absent while there is none', () => expect(infoOf(canary()).pause).toBeUndefined())

  it('names who paused by hand, as far as managedFields shows', () => {
    const rollout = paused({ spec: { paused: true } })
    rollout.metadata.managedFields = [
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        time: ago(minutes(3)),
        fieldsV1: { 'f:spec': { 'f:paused': {} } },
      },
      { manager: 'argocd', operation: 'Apply', time: ago(minutes(1)), fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]
    expect(infoOf(rollout).pause).toMatchObject({
      reasons: ['manual', 'CanaryPauseStep'],
      indefinite: true,
      by: { manager: 'kubectl-edit', time: ago(minutes(3)) },
    })
  })

  it('ends at a time where it ends by itself', () => {
    expect(infoOf(paused({ step: 3, sinceMs: minutes(4) })).pause).toMatchObject({
      since: ago(minutes(4)),
      endsAt: ago(-minutes(6)),
      remainingMs: minutes(6),
      indefinite: false,
    })
  })
})

describe('a metric', () => {
  const metricOf = (metric: Partial<AnalysisMetric>, result: Partial<MetricResult>) =>
    analysisRunInfo(
      analysisRun('run', {
        spec: { metrics: [{ name: 'm', ...metric }] },
        status: { metricResults: [{ name: 'm', ...result }] },
      }),
    ).metrics[0]

  it.each([
    { at: 'defaults', metric: {}, result: {}, left: [0, 0, 4] },
    { at: 'used up', metric: { failureLimit: 2 }, result: { failed: 2 }, left: [0, 0, 4] },
    { at: 'beyond', metric: { failureLimit: 2 }, result: { failed: 3 }, left: [0, 0, 4] },
    {
      at: 'text',
      metric: { failureLimit: '3', consecutiveErrorLimit: '5' },
      result: { failed: 1, consecutiveError: 2 },
      left: [2, 0, 3],
    },
    { at: 'text that is no number', metric: { failureLimit: '5%' }, result: {}, left: [0, 0, 4] },
    {
      at: 'any number',
      metric: { failureLimit: -1, inconclusiveLimit: 1 },
      result: { failed: 9 },
      left: [undefined, 1, 4],
    },
  ])('knows what is left of its limits: $at', ({ metric, result, left }) => {
    const info = metricOf(metric, result)
    expect([info?.failuresLeft, info?.inconclusiveLeft, info?.errorsLeft]).toEqual(left)
  })

  it('is shown before its first measurement, and when only its result is known', () => {
    const run = analysisRun('run', {
      spec: { metrics: [{ name: 'a' }] },
      status: { metricResults: [{ name: 'b', phase: 'Running' }] },
    })
    expect(analysisRunInfo(run).metrics.map(({ name, phase }) => [name, phase])).toEqual([
      ['a', ''],
      ['b', 'Running'],
    ])
  })
})

describe('an experiment', () => {
  const parts = { replicaSets: [], podsByOwner: new Map(), analysisRuns: [] }
  const running = experiment('exp', {
    spec: { duration: '10m' },
    status: { phase: 'Running', availableAt: ago(minutes(4)) },
  })

  it.each([
    { at: 'running', run: running, left: minutes(6) },
    { at: 'over', run: { ...running, status: { ...running.status, phase: 'Successful' as const } }, left: undefined },
    { at: 'not available yet', run: { ...running, status: { phase: 'Running' as const } }, left: undefined },
    { at: 'without a duration', run: { ...running, spec: {} }, left: undefined },
  ])('has $left ms left when $at', ({ run, left }) => {
    expect(experimentInfo(run, parts, now).remainingMs).toBe(left)
    expect(experimentRow(run).endsAtMs).toBe(left === undefined ? undefined : now + left)
  })

  it('does not say that a run goes on which ended with it', () => {
    const over = experiment('exp', {
      status: { phase: 'Successful', analysisRuns: [{ name: 'a', analysisRun: 'exp-a', phase: 'Running' }] },
    })
    expect(experimentInfo(over, parts, now).analysisRuns).toMatchObject([
      { name: 'exp-a', status: '', notLoaded: true },
    ])
  })
})

it('names what an incomplete object lacks by nothing at all', () => {
  const info = infoOf({ metadata: { name: 'bare' }, spec: {} })
  expect(info).toMatchObject({ name: 'bare', namespace: '', step: '', steps: [], images: [], notVisible: [] })
  expect(JSON.stringify(info)).not.toContain('null')
})
