import { describe, expect, it } from 'vitest'
import type { EngineRun } from '../../../src/lib/analysis/analysis.ts'
import { AnalysisError } from '../../../src/lib/analysis/analysis-error.ts'
import { type DriveOptions, drive } from '../../../src/lib/analysis/drive.ts'
import type { Provider } from '../../../src/lib/analysis/providers/provider.ts'
import type { Measured } from '../../../src/lib/analysis/record-measurement.ts'
import { VirtualClock } from '../../../src/lib/playground/clock.ts'
import { metric, runOf, script } from './builders.ts'

const scripted = (answer: (index: number) => Measured, more: Partial<Provider> = {}): Provider => {
  let index = 0
  return { problem: () => undefined, measure: async () => answer(index++), ...more }
}
const web = (letters: string) => scripted(index => script(letters)('rate', index))

async function driven(run: EngineRun, provider: Provider, more: Partial<DriveOptions> = {}, drop?: AbortController) {
  const clock = new VirtualClock()
  const startMs = clock.now()
  const readSecret: DriveOptions['readSecret'] = async ({ name }) => {
    throw new AnalysisError(`secrets "${name}" not found`)
  }
  const options: DriveOptions = { version: '1.9', providers: { web: provider }, readSecret, ...more }
  let last = run
  let failure: unknown
  let isDone = false
  const all = (async () => {
    const context = { clock, signal: (drop ?? new AbortController()).signal }
    for await (const progress of drive(run, options, context)) last = progress.run
  })()
  void all
    .catch(error => {
      failure = error
    })
    .finally(() => {
      isDone = true
    })
  await clock.advanceUntil(() => isDone)
  return { run: last, failure, seconds: (clock.now() - startMs) / 1000, pending: clock.pending }
}

describe('driving a run', () => {
  it('waits for each measurement and leaves no timer', async () => {
    const { run, seconds, pending } = await driven(runOf({ metrics: [metric({ count: 3, interval: '5m' })] }), web('S'))
    expect(run.status).toMatchObject({ phase: 'Successful', metricResults: [{ count: 3 }] })
    expect([seconds, pending]).toEqual([600, 0])
  })

  it('lets time pass although the interval is below a second', async () => {
    const { run, seconds } = await driven(runOf({ metrics: [metric({ count: 5, interval: '100ms' })] }), web('S'))
    expect(run.status?.phase).toBe('Successful')
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(1)
  })

  it('terminates on request, also what is in flight', async () => {
    const terminate = new AbortController()
    const measure = async (): Promise<Measured> => {
      terminate.abort()
      return { phase: 'Running' }
    }
    const provider = scripted(() => ({ phase: 'Error' }), { measure, terminate: async () => ({ phase: 'Successful' }) })
    const { run, pending } = await driven(runOf({ metrics: [metric()] }), provider, { terminate: terminate.signal })
    expect(run.status).toMatchObject({
      phase: 'Successful',
      message: 'Run Terminated',
      metricResults: [{ measurements: [{ message: 'Metric Terminated' }] }],
    })
    expect(pending).toBe(0)
  })

  it('drops everything when its signal aborts', async () => {
    const drop = new AbortController()
    const provider = scripted(() => {
      drop.abort(new Error('interrupted'))
      return { phase: 'Successful', value: '1' }
    })
    const { failure, pending } = await driven(runOf({ metrics: [metric({ interval: '1m' })] }), provider, {}, drop)
    expect(failure).toEqual(new Error('interrupted'))
    expect(pending).toBe(0)
  })

  it.each([
    ['a provider that refuses the metric', runOf({ metrics: [metric()] }), 'unclosed action'],
    ['no such provider', runOf({ metrics: [metric({ provider: { job: {} } })] }), "no valid provider in metric 'rate'"],
  ])('makes errors of %s', async (_what, run, message) => {
    const ended = await driven(
      run,
      scripted(() => ({ phase: 'Successful' }), { problem: () => 'unclosed action' }),
    )
    expect(ended.run.status).toMatchObject({ phase: 'Error', metricResults: [{ error: 5, message }] })
    expect(ended.seconds).toBe(40)
  })

  it('ends in Error when a secret cannot be read', async () => {
    const args = [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    const { run } = await driven(runOf({ args, metrics: [metric()] }), web('S'))
    expect(run.status).toEqual({ phase: 'Error', message: 'Unable to resolve metric arguments: secrets "s" not found' })
  })
})
