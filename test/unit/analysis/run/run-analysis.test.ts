import { describe, expect, it } from 'vitest'
import type { AnalysisRunSpec } from '../../../../src/lib/analysis/analysis.ts'
import type { Provider } from '../../../../src/lib/analysis/providers/provider.ts'
import type { Measured } from '../../../../src/lib/analysis/record-measurement.ts'
import { lookOnce } from '../../../../src/lib/analysis/run/look-once.ts'
import { planRun, type RunMode } from '../../../../src/lib/analysis/run/plan-run.ts'
import { type RunAnalysisOptions, type RunOutcome, runAnalysis } from '../../../../src/lib/analysis/run/run-analysis.ts'
import type { CanaryEvent } from '../../../../src/lib/events/event.ts'
import { fakeContext } from '../../../fakes/context.ts'
import { metric, script } from '../builders.ts'

const none = { values: new Map<string, string>(), secrets: new Map<string, string>() }

function planned(spec: AnalysisRunSpec, mode: RunMode = 'live', given = none) {
  const source = {
    title: 'analysistemplate/check',
    baseName: 'check-',
    declared: spec.args ?? [],
    incoming: [],
    build: (args: readonly { name: string }[]) => ({
      ...spec,
      ...(spec.args ? { args: spec.args.map(arg => ({ ...arg, ...args.find(each => each.name === arg.name) })) } : {}),
    }),
    warnings: [],
  }
  return planRun(source, { given, mode, version: '1.9', startMs: 0, random: () => 0 })
}

/** Answers the n-th measurement, and remembers when it was asked. */
function scripted(answer: (index: number) => Measured | Promise<Measured>, more: Partial<Provider> = {}) {
  const askedAt: number[] = []
  const provider: Provider = {
    problem: () => undefined,
    measure: async ({ nowMs }) => {
      askedAt.push(nowMs)
      return answer(askedAt.length - 1)
    },
    ...more,
  }
  return { provider, askedAt }
}

interface Executed {
  events: CanaryEvent[]
  ended: RunOutcome
}

async function execute(
  spec: AnalysisRunSpec,
  provider: Provider,
  more: Partial<RunAnalysisOptions> & { onEvent?: (event: CanaryEvent, abort: () => void) => void } = {},
): Promise<Executed & { seconds: number; pending: number }> {
  const context = fakeContext()
  const startMs = context.clock.now()
  const events: CanaryEvent[] = []
  const { onEvent, ...options } = more
  const generator = runAnalysis(
    planned(spec),
    { version: '1.9', providers: { web: provider }, kube: context.kube, secrets: new Set(), ...options },
    context,
  )
  let ended: RunOutcome | undefined
  let failure: unknown
  const all = (async () => {
    for (;;) {
      const next = await generator.next()
      if (next.done) {
        ended = next.value
        return
      }
      events.push(next.value)
      onEvent?.(next.value, () => context.abort(new Error('interrupted')))
    }
  })().catch(error => {
    failure = error
  })
  await context.clock.advanceUntil(() => ended !== undefined || failure !== undefined)
  await all
  if (failure !== undefined) throw failure
  return {
    events,
    ended: ended as RunOutcome,
    seconds: (context.clock.now() - startMs) / 1000,
    pending: context.clock.pending,
  }
}

const answers = (letters: string) => scripted(index => script(letters)('rate', index))
const six = metric({
  count: 6,
  interval: '5m',
  successCondition: 'result > 1',
  failureCondition: 'result < 0',
  failureLimit: 2,
})

describe('a live run', () => {
  it.each([
    { letters: 'S', outcome: 'done', phase: 'Successful', seconds: 1500 },
    { letters: 'F', outcome: 'negative', phase: 'Failed', seconds: 600 },
    { letters: 'I', outcome: 'no-verdict', phase: 'Inconclusive', seconds: 0 },
    { letters: 'E', outcome: 'negative', phase: 'Error', seconds: 40 },
    { letters: 'SFS', outcome: 'done', phase: 'Successful', seconds: 1500 },
  ])('answers $letters with $phase', async ({ letters, outcome, phase, seconds }) => {
    const result = await execute({ metrics: [six] }, answers(letters).provider)
    expect(result.ended).toMatchObject({ outcome, message: '', run: { status: { phase } } })
    expect([result.seconds, result.pending]).toEqual([seconds, 0])
  })

  it('tells its plan, every measurement with what follows, and its end', async () => {
    const { events } = await execute({ metrics: [six] }, answers('SF').provider)
    expect(events.map(event => event.type)).toEqual([
      'analysis.phase', // the plan
      'analysis.measurement',
      'analysis.phase', // Running
      'analysis.measurement',
      'analysis.measurement',
      'analysis.measurement',
      'analysis.phase', // of the metric
      'analysis.phase', // of the run
    ])
    expect(events[0]).toMatchObject({
      phase: 'Pending',
      object: { kind: 'AnalysisRun', name: 'check-bbbbb', namespace: 'default' },
      plan: {
        mode: 'live',
        longestMs: 1_500_000,
        metrics: [
          {
            name: 'rate',
            phase: 'Pending',
            provider: 'web',
            query: 'GET http://web/',
            plannedCount: 6,
            successCondition: 'result > 1',
            limits: { failure: 2, inconclusive: 0, consecutiveError: 4, consecutiveSuccess: 0 },
          },
        ],
      },
    })
    expect(events[3]).toMatchObject({
      metric: 'rate',
      phase: 'Failed',
      value: '1',
      state: { phase: 'Running', counts: { count: 2, successful: 1, failed: 1 }, nextAt: '2026-01-02T03:14:05Z' },
    })
    expect(events.at(-2)).toMatchObject({ metric: 'rate', phase: 'Failed' })
    expect(events.at(-1)).toMatchObject({
      phase: 'Failed',
      message: 'Metric "rate" assessed Failed due to failed (3) > failureLimit (2)',
    })
  })

  it('hides secrets in events and in the run, wherever the answer shows them', async () => {
    const { provider } = scripted(() => ({
      phase: 'Failed',
      value: '"to/ken"',
      message: 'Get "http://web/?t=to%2Fken": denied for to/ken',
      metadata: { header: Buffer.from('user:to/ken').toString('base64'), warnings: 'to/ken' },
    }))
    const withMetadata = { ...provider, metadata: () => ({ ResolvedPrometheusQuery: 'x{t="to/ken"}' }) }
    const { events, ended } = await execute({ metrics: [metric()] }, withMetadata, { secrets: new Set(['to/ken']) })
    const all = JSON.stringify([events, ended])
    expect(all).not.toMatch(/to\/ken|to%2Fken|dG8va2Vu|Rvcva2V|0by9rZW/)
    expect(all).toContain('*****')
    expect(events.find(event => event.type === 'warning')).toMatchObject({ message: 'rate: *****' })
  })

  it('is stopped after its longest time, as spec.terminate would', async () => {
    const { ended, seconds } = await execute({ metrics: [metric({ interval: '1m' })] }, answers('S').provider, {
      maxDurationMs: 150_000,
    })
    expect(ended).toMatchObject({
      outcome: 'timed-out',
      run: { status: { phase: 'Successful', message: 'Run Terminated' } },
    })
    expect(ended.message).toMatch(/stopped after 2m30s/)
    expect(seconds).toBe(150)
  })

  it('gives up a query that does not come back', async () => {
    const { provider } = scripted(() => new Promise(() => {}))
    const { ended, seconds } = await execute({ metrics: [metric()] }, provider, { maxDurationMs: 1_000 })
    expect(ended).toMatchObject({ outcome: 'timed-out', run: { status: { message: 'Run Terminated' } } })
    expect([seconds, ended.run.status?.metricResults]).toEqual([1, []])
  })

  it('ends on Ctrl-C with 130 whatever the phase, and terminates what is in flight', async () => {
    const terminated: string[] = []
    const { provider } = scripted(() => ({ phase: 'Running', metadata: { 'job-name': 'a' } }), {
      resume: async () => ({ phase: 'Running' }),
      terminate: async (_request, inFlight) => {
        terminated.push(inFlight.metadata?.['job-name'] ?? '')
        return { phase: 'Successful' }
      },
      cleanUp: async () => ['job shop/b: forbidden'],
    })
    const { ended, events, pending } = await execute({ metrics: [metric()] }, provider, {
      onEvent: (event, abort) => event.type === 'analysis.measurement' && abort(),
    })
    expect(ended).toMatchObject({ outcome: 'interrupted', run: { status: { message: 'Run Terminated' } } })
    expect([terminated, pending]).toEqual([['a'], 0])
    expect(events.at(-1)).toMatchObject({ type: 'warning', message: 'left behind: job shop/b: forbidden' })
  })

  it('does not wait longer than there is time for what does not end', async () => {
    const { provider } = scripted(() => ({ phase: 'Running' }), { terminate: () => new Promise(() => {}) })
    const { ended, seconds } = await execute({ metrics: [metric()] }, provider, {
      onEvent: (event, abort) => event.type === 'analysis.measurement' && abort(),
    })
    expect(ended.outcome).toBe('interrupted')
    expect(seconds).toBeLessThan(5)
  })

  it('ends at once for a spec that the controller refuses', async () => {
    const { ended } = await execute({ metrics: [metric({ count: 2 })] }, answers('S').provider)
    expect(ended).toMatchObject({
      outcome: 'negative',
      run: {
        status: {
          phase: 'Error',
          message: 'Analysis spec invalid: metrics[0]: interval must be specified when count > 1',
        },
      },
    })
  })
})

describe('a run on history', () => {
  const presentMs = Date.parse('2026-01-02T03:04:05Z')

  it('asks for every time of the schedule, once, without waiting', async () => {
    const { provider, askedAt } = answers('S')
    const { ended, seconds } = await execute({ metrics: [six] }, provider, { replayFromMs: presentMs - 3_600_000 })
    expect(ended.outcome).toBe('done')
    expect(askedAt.map(ms => (ms - presentMs) / 60_000)).toEqual([-60, -55, -50, -45, -40, -35])
    expect(seconds).toBe(0)
    expect(ended.run.status).toMatchObject({ startedAt: '2026-01-02T02:04:05Z', completedAt: '2026-01-02T02:29:05Z' })
  })

  it('never asks the future', async () => {
    const { provider, askedAt } = answers('S')
    const { ended } = await execute({ metrics: [six] }, provider, { replayFromMs: presentMs - 600_000 })
    expect(Math.max(...askedAt)).toBeLessThanOrEqual(presentMs)
    expect(ended).toMatchObject({ outcome: 'not-yet', run: { status: { phase: 'Running' } } })
    expect(ended.message).toMatch(/lies in the future/)
  })

  it('is stopped after its longest time', async () => {
    const { provider, askedAt } = answers('S')
    const { ended } = await execute({ metrics: [metric({ interval: '1m' })] }, provider, {
      replayFromMs: presentMs - 600_000,
      maxDurationMs: 150_000,
    })
    expect(ended).toMatchObject({ outcome: 'timed-out', run: { status: { completedAt: '2026-01-02T02:56:35Z' } } })
    expect(askedAt).toHaveLength(3)
  })
})

describe('one look', () => {
  async function look(spec: AnalysisRunSpec, answer: Measured, version: '1.9' | '1.10' = '1.9', atMs?: number) {
    const context = fakeContext()
    const { provider, askedAt } = scripted(() => answer)
    const plan = planned(spec, 'once')
    const providers = { web: provider, prometheus: provider, wavefront: provider }
    const options = { version, providers, kube: context.kube, secrets: new Set<string>(), atMs }
    const generator = lookOnce(plan, options, context)
    const events: CanaryEvent[] = []
    for (;;) {
      const next = await generator.next()
      if (next.done) return { events, ended: next.value, askedAt }
      events.push(next.value)
    }
  }
  const vector = (more: object) => metric({ provider: { prometheus: { query: 'up' } }, initialDelay: '5m', ...more })
  const both = { successCondition: 'result[0] >= 0.95', failureCondition: 'result[0] < 0.8' }

  it.each([
    {
      value: '[0.98]',
      more: both,
      phase: 'Successful',
      verdicts: { success: 'true', failure: 'false' },
      outcome: 'done',
    },
    {
      value: '[0.9]',
      more: both,
      phase: 'Inconclusive',
      verdicts: { success: 'false', failure: 'false' },
      outcome: 'no-verdict',
    },
    {
      value: '[0.7]',
      more: both,
      phase: 'Failed',
      verdicts: { success: 'false', failure: 'true' },
      outcome: 'negative',
    },
    {
      value: '[0.7]',
      more: { successCondition: 'result[0] < 1', failureCondition: 'result[0] < 0.8' },
      phase: 'Failed',
      verdicts: { success: 'true', failure: 'true' },
      outcome: 'negative',
    },
    { value: '[]', more: both, phase: 'Error', verdicts: { success: 'error', failure: 'error' }, outcome: 'negative' },
    {
      value: '[NaN]',
      more: both,
      phase: 'Inconclusive',
      verdicts: { success: 'false', failure: 'false' },
      outcome: 'no-verdict',
    },
    { value: '[1]', more: {}, phase: 'Successful', verdicts: {}, outcome: 'done' },
  ])('says what each condition makes of $value: $phase', async ({ value, more, phase, verdicts, outcome }) => {
    const { events, ended, askedAt } = await look({ metrics: [vector(more)] }, { phase: 'Successful', value })
    expect(events[1]).toMatchObject({ type: 'analysis.measurement', metric: 'rate', phase, value, verdicts })
    expect([ended.outcome, askedAt.length]).toEqual([outcome, 1])
  })

  it('takes the provider’s word where its text does not give the result back', async () => {
    const spec = { metrics: [metric({ provider: { wavefront: { query: 'q' } }, ...both })] }
    const { events } = await look(spec, { phase: 'Failed', value: '1.00' })
    expect(events[1]).toMatchObject({ phase: 'Failed', verdicts: { failure: 'true' } })
  })

  it('shows a provider’s error', async () => {
    const { events, ended } = await look({ metrics: [vector(both)] }, { phase: 'Error', message: 'no route' })
    expect(events[1]).toMatchObject({ phase: 'Error', message: 'no route', verdicts: {} })
    expect(ended.outcome).toBe('negative')
  })

  it('does not count a metric in dry-run', async () => {
    const spec = { metrics: [vector({ successCondition: 'false' })], dryRun: [{ metricName: 'rate' }] }
    const { events, ended } = await look(spec, { phase: 'Successful', value: '[1]' })
    expect(events[1]).toMatchObject({ phase: 'Failed', state: { dryRun: true } })
    expect(ended.outcome).toBe('done')
  })

  it('asks for a time in the past', async () => {
    const { askedAt } = await look({ metrics: [vector(both)] }, { phase: 'Successful', value: '[1]' }, '1.9', 1_000)
    expect(askedAt).toEqual([1_000])
  })

  it('follows what goes on elsewhere, and takes it back', async () => {
    const context = fakeContext()
    const seen: (string | undefined)[] = []
    let isClean = false
    const provider: Provider = {
      problem: () => undefined,
      measure: async () => ({ phase: 'Running', metadata: { 'job-name': 'a' } }),
      resume: async (_request, inFlight) => {
        seen.push(inFlight.metadata?.['job-name'])
        return seen.length < 3 ? { phase: 'Running' } : { phase: 'Failed' }
      },
      cleanUp: async () => {
        isClean = true
        return []
      },
    }
    const plan = planned({ metrics: [metric({ provider: { job: {} } })] }, 'once')
    const options = {
      version: '1.9',
      providers: { job: provider },
      kube: context.kube,
      secrets: new Set<string>(),
    } as const
    const generator = lookOnce(plan, options, context)
    let last: CanaryEvent | undefined
    const all = (async () => {
      for await (const event of generator) last = event
    })()
    await context.clock.advanceUntil(() => isClean)
    await all
    expect(seen).toEqual(['a', 'a', 'a'])
    expect(last).toMatchObject({ phase: 'Failed' })
  })

  it('reports a run that cannot be resolved', async () => {
    const spec = { metrics: [vector({ successCondition: '{{args.nothing}}' })] }
    const { events, ended } = await look(spec, { phase: 'Successful' })
    expect(events.at(-1)).toMatchObject({ type: 'analysis.phase', phase: 'Error' })
    expect(ended.outcome).toBe('negative')
  })
})
