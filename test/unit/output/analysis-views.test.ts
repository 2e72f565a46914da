import { describe, expect, it } from 'vitest'
import { initialAnalysisState, reduceAnalysis } from '../../../src/lib/events/analysis-state.ts'
import type { AnalysisMetricState, AnalysisPlan, CanaryEvent } from '../../../src/lib/events/event.ts'
import { analysisHead } from '../../../src/lib/output/analysis-head.ts'
import { renderProgress } from '../../../src/lib/output/analysis-progress.ts'
import { distanceText } from '../../../src/lib/output/analysis-words.ts'
import { firstNumber } from '../../../src/lib/output/metric-value.ts'
import { sparkline } from '../../../src/lib/output/sparkline.ts'

const counts = {
  count: 0,
  successful: 0,
  failed: 0,
  inconclusive: 0,
  error: 0,
  consecutiveError: 0,
  consecutiveSuccess: 0,
}
const limits = { failure: 2, inconclusive: 0, consecutiveError: 4, consecutiveSuccess: 0 }

const metric = (more: Partial<AnalysisMetricState> = {}): AnalysisMetricState => ({
  name: 'success-rate',
  phase: 'Running',
  provider: 'prometheus',
  successCondition: 'result[0] >= 0.95',
  plannedCount: 6,
  counts,
  limits,
  ...more,
})

describe('the distance to the limits', () => {
  it.each([
    { of: 'failures', metric: metric(), text: '3 more failures end it' },
    { of: 'the last failure', metric: metric({ counts: { ...counts, failed: 2 } }), text: '1 more failure ends it' },
    {
      of: 'two limits',
      metric: metric({ failureCondition: 'x' }),
      text: '3 more failures or 1 more inconclusive end it',
    },
    {
      of: 'errors, once there are some',
      metric: metric({ counts: { ...counts, error: 1, consecutiveError: 1 } }),
      text: '3 more failures or 4 more errors in a row end it',
    },
    {
      of: 'a limit out of reach',
      metric: metric({ counts: { ...counts, count: 4, successful: 4 } }),
      text: '',
    },
    { of: 'no limit for failures', metric: metric({ limits: { ...limits, failure: -1 } }), text: '' },
    { of: 'no conditions', metric: { ...metric(), successCondition: undefined } as AnalysisMetricState, text: '' },
    {
      of: 'successes in a row',
      metric: metric({ limits: { ...limits, consecutiveSuccess: 2 }, counts: { ...counts, consecutiveSuccess: 1 } }),
      text: '3 more failures end it, 1 more success in a row completes it',
    },
    { of: 'an ended metric', metric: metric({ phase: 'Failed' }), text: '' },
    {
      of: 'a Job',
      metric: metric({ provider: 'job', limits: { ...limits, failure: 0 } }),
      text: '1 more failure or 1 more inconclusive end it',
    },
  ])('$of', ({ metric, text }) => expect(distanceText(metric)).toBe(text))
})

describe('the first line', () => {
  const plan = (more: Partial<AnalysisPlan> = {}): AnalysisPlan => ({
    mode: 'live',
    source: 'at/check',
    controllerVersion: '1.9',
    startsAt: '2026-01-02T03:00:00.000Z',
    longestMs: 1_500_000,
    errorsMs: 0,
    endless: [],
    unbounded: [],
    args: [],
    metrics: [metric()],
    ...more,
  })
  const many = ['a', 'b', 'c', 'd', 'e'].map(name => metric({ name }))
  it.each([
    {
      plan: plan(),
      says: 'Measuring success-rate of at/check, as Argo Rollouts 1.9 does. Ends by 2026-01-02T03:25:00Z (25m) at the latest. Faster: --at -25m (on history), --once, --dry-run.',
    },
    {
      plan: plan({ longestMs: 0 }),
      says: 'Measuring success-rate of at/check, as Argo Rollouts 1.9 does. Ends with the first answers at the latest.',
    },
    {
      plan: plan({ metrics: many, longestMs: 0 }),
      says: 'Measuring 5 metrics of at/check, as Argo Rollouts 1.9 does. Ends with the first answers at the latest.',
    },
    {
      plan: plan({ metrics: [metric({ provider: 'web' })] }),
      says: 'Measuring success-rate of at/check, as Argo Rollouts 1.9 does. Ends by 2026-01-02T03:25:00Z (25m) at the latest. Faster: --once, --dry-run.',
    },
  ])('$says', ({ plan, says }) => expect(analysisHead(plan)).toBe(says))
})

describe('the live block', () => {
  const nowMs = Date.parse('2026-01-02T03:10:30Z')
  const event = (fields: object): CanaryEvent =>
    ({ apiVersion: 'kubectl-canary/v1', kind: 'Event', time: '2026-01-02T03:10:00Z', ...fields }) as CanaryEvent
  const measured = (value: string, phase: string, state: AnalysisMetricState) =>
    event({ type: 'analysis.measurement', metric: state.name, phase, value, state })
  const failing = metric({
    counts: { ...counts, count: 3, successful: 1, failed: 2 },
    nextAt: '2026-01-02T03:15:00Z',
  })
  const errors = metric({
    name: 'a-metric-with-a-rather-long-name-that-somebody-gave-it',
    counts: { ...counts, error: 2, consecutiveError: 2 },
    nextAt: '2026-01-02T03:10:30Z',
  })
  const events = [
    event({
      type: 'analysis.phase',
      phase: 'Pending',
      message: '',
      plan: { mode: 'live', metrics: [metric(), errors] },
    }),
    measured('[0.99]', 'Successful', failing),
    measured('[0.9]', 'Failed', failing),
    measured('[0.7123456789]', 'Failed', failing),
    event({
      type: 'analysis.measurement',
      metric: errors.name,
      phase: 'Error',
      message:
        'Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp: lookup prometheus.monitoring: no such host',
      state: errors,
    }),
  ]
  const state = events.reduce(reduceAnalysis, initialAnalysisState)

  it.each([{ columns: 80 }, { columns: 160 }, { columns: 50 }])('fits $columns columns', async ({ columns }) => {
    const text = renderProgress(state, { columns, color: false }, nowMs)
    await expect(text).toMatchFileSnapshot(`../../golden/analysis-run/progress-${columns}.txt`)
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns)
  })
})

it.each([
  { values: [1, 2, 3], bars: '▁▅█' },
  { values: [5, 5], bars: '▄▄' },
  { values: [0, Number.NaN, 1, undefined], bars: '▁·█·' },
  { values: [0, Number.POSITIVE_INFINITY, 1], bars: '▁██' },
  { values: [], bars: '' },
])('$values as $bars', ({ values, bars }) => expect(sparkline(values)).toBe(bars))

it.each([
  ['[0.98]', 0.98],
  ['0.98', 0.98],
  ['[1,2]', 1],
  ['-1.5e3', -1500],
  ['[NaN]', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['{"a":1}', undefined],
  ['"200"', undefined],
  ['', undefined],
  [undefined, undefined],
])('the number of %s is %s', (text, number) => expect(firstNumber(text)).toBe(number))
