import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { AnalysisRun, CanaryStep, Experiment, RolloutAnalysis } from '../../src/lib/rollouts/rollout.ts'
import type { Measured } from './backends.ts'
import { analysisTemplate, blueGreen, canary, object, service } from './manifests.ts'
import { contract, type World } from './world.ts'

/** What analyses do to the rollout that they belong to, wherever they stand in it. */
const { scenario } = contract()
const second = { image: 'docker.io/library/web:2' }
const analysis: RolloutAnalysis = { templates: [{ templateName: 'success' }] }
const good: Measured = { is: 'Successful', value: 0.99 }
const bad: Measured = { is: 'Failed', value: 0.5 }
const neither: Measured = { is: 'Inconclusive', value: 0.92 }
const endless = { interval: '1s', count: 5000 }

const runs = (world: World) => world.list<AnalysisRun>('AnalysisRun')

async function untilRun(world: World, isSo: (run: AnalysisRun) => boolean, what: string): Promise<AnalysisRun> {
  let found: AnalysisRun | undefined
  const seen = async () => {
    found = (await runs(world)).find(isSo)
    return found !== undefined
  }
  await world.until(seen, () => `a run ${what}`)
  return found as AnalysisRun
}

const isRunning = ({ status }: AnalysisRun) => status?.phase === 'Running'

describe('in the background', () => {
  async function inBackground(world: World, answer: Measured, metric: object, more: object = {}, steps?: CanaryStep[]) {
    const answers = world.metric(answer)
    const all = steps ?? [{ setWeight: 50 }, { pause: {} }, { setWeight: 75 }, { pause: {} }]
    const rollout = canary(all, { canary: { analysis: { ...analysis, ...more } } })
    await world.deployed(rollout, analysisTemplate('success', answers.url, metric))
    await world.release(second)
    return answers
  }

  scenario('begins with the step that it is to begin with', async world => {
    await inBackground(world, good, endless, { startingStep: 2 })
    await world.untilStep(1)
    expect(await runs(world)).toEqual([])
    const promoted = await world.run('rollout promote web --wait')
    expect(promoted, promoted.stderr).toMatchObject({ exitCode: 0 })
    const run = await untilRun(world, isRunning, 'that goes on')
    expect(run.metadata.labels).toMatchObject({ 'rollout-type': 'Background' })
    expect(run.metadata.name).toMatch(/^web-[0-9a-f]+-2$/)
  })

  scenario('ends when the update is done', async world => {
    await inBackground(world, good, { interval: '1s' }, {}, [{ setWeight: 50 }, { pause: {} }])
    await world.untilStep(1)
    await untilRun(world, isRunning, 'that goes on')
    await world.run('rollout promote web --wait')
    const run = await untilRun(world, each => each.spec.terminate === true && !isRunning(each), 'that was ended')
    expect(run.status).toMatchObject({ phase: 'Successful', message: 'Run Terminated' })
  })

  scenario('ends when somebody aborts', async world => {
    await inBackground(world, good, { interval: '1s' })
    await world.untilStep(1)
    await untilRun(world, isRunning, 'that goes on')
    const aborted = await world.run('rollout abort web --wait')
    expect(aborted, aborted.stderr).toMatchObject({ exitCode: 0 })
    const run = await untilRun(world, each => !isRunning(each), 'that was ended')
    expect(run).toMatchObject({ spec: { terminate: true }, status: { phase: 'Successful', message: 'Run Terminated' } })
    const { status } = await world.rollout()
    expect(status?.message).toBe('RolloutAborted: Rollout aborted update to revision 2')
  })

  scenario('pauses when it decides nothing, and begins anew after a promote', async world => {
    const answers = await inBackground(world, neither, { interval: '1s' }, {}, [
      { setWeight: 50 },
      { pause: { duration: '1h' } },
    ])
    await world.untilRollout(
      ({ status }) => status?.pauseConditions?.some(each => each.reason === 'InconclusiveAnalysisRun') ?? false,
      'a pause by the analysis',
    )
    answers.answer(good)
    await world.pass(2)
    const promoted = await world.run('rollout promote web')
    expect(promoted, promoted.stderr).toMatchObject({ exitCode: 0 })
    const again = await untilRun(world, isRunning, 'that goes on')
    expect(again.metadata.name).toMatch(/-2\.1$/)
  })

  scenario('does no harm when it runs dry', async world => {
    await inBackground(world, bad, { interval: '1s', failureLimit: 0 }, { dryRun: [{ metricName: '.*' }] })
    await world.untilStep(1)
    const run = await untilRun(world, ({ status }) => status?.phase === 'Successful', 'that ends well')
    expect(run.status).toMatchObject({
      dryRunSummary: { count: 1, failed: 1 },
      metricResults: [
        { dryRun: true, phase: 'Failed', message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' },
      ],
    })
    expect((await world.rollout()).status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
  })

  scenario('that meets too many errors in a row aborts', async world => {
    await inBackground(world, { is: 'Error', status: 502 }, { interval: '1s', consecutiveErrorLimit: 1 })
    const { status } = await world.untilPhase('Degraded')
    expect(status?.message).toBe(
      'RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed: Metric "success-rate" ' +
        'assessed Error due to consecutiveErrors (2) > consecutiveErrorLimit (1): "Error Message: received non 2xx response code: 502"',
    )
    const [run] = await runs(world)
    const [first, last] = run?.status?.metricResults?.[0]?.measurements ?? []
    const waitedMs = Date.parse(last?.startedAt ?? '') - Date.parse(first?.finishedAt ?? '')
    expect(waitedMs).toBeGreaterThanOrEqual(10_000)
  })
})

describe('beside a step', () => {
  scenario('two analyses at once are told apart, and the one that fails aborts', async world => {
    const [quiet, loud] = [world.metric(good), world.metric(good)]
    const step = { templates: [{ templateName: 'step' }] }
    await world.deployed(
      canary([{ setWeight: 50 }, { analysis: step }, { pause: {} }], { canary: { analysis } }),
      analysisTemplate('success', quiet.url, { interval: '1s' }),
      analysisTemplate('step', loud.url, endless),
    )
    await world.release(second)
    await world.until(async () => (await runs(world)).filter(isRunning).length === 2, 'both runs')
    const types = (await runs(world)).map(each => each.metadata.labels?.['rollout-type']).sort()
    expect(types).toEqual(['Background', 'Step'])
    loud.answer(bad)
    await world.untilPhase('Degraded')
    await world.until(async () => !(await runs(world)).some(isRunning), 'both runs to end')
  })

  scenario('is told the hashes and fields that its arguments name', async world => {
    const template = analysisTemplate('success', world.metric(good).url) as KubeObject & { spec: object }
    const names = ['canary', 'stable', 'app', 'fixed']
    const spec = { ...template.spec, args: [...names.map(name => ({ name })), { name: 'preset', value: 'kept' }] }
    const args = [
      { name: 'canary', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' } },
      { name: 'app', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'fixed', value: 'x' },
    ]
    const steps: CanaryStep[] = [{ setWeight: 50 }, { analysis: { ...analysis, args } }, { pause: {} }]
    await world.deployed(canary(steps), { ...template, spec } as KubeObject)
    await world.release(second)
    await world.untilStep(2)
    const { status } = await world.rollout()
    const [run] = await runs(world)
    expect(run?.spec.args).toEqual([
      { name: 'canary', value: status?.currentPodHash },
      { name: 'stable', value: status?.stableRS },
      { name: 'app', value: 'web' },
      { name: 'fixed', value: 'x' },
      { name: 'preset', value: 'kept' },
    ])
  })
})

describe('of blue-green', () => {
  async function blueGreenWith(world: World, which: 'pre' | 'post', answer: Measured) {
    const answers = world.metric(answer)
    await world.apply(service('active'), service('preview'))
    await world.deployed(
      blueGreen({ blueGreen: { [`${which}PromotionAnalysis`]: analysis, autoPromotionEnabled: true } }),
      analysisTemplate('success', answers.url, endless),
    )
    await world.release(second)
    return answers
  }
  const active = async (world: World) => (await world.rollout()).status?.blueGreen?.activeSelector

  scenario('holds the traffic back before the promotion, and keeps it when it fails', async world => {
    const answers = await blueGreenWith(world, 'pre', good)
    const run = await untilRun(world, isRunning, 'that goes on')
    expect(run.metadata.name).toMatch(/-2-pre$/)
    const { stableRS } = (await world.rollout()).status ?? {}
    expect(await active(world)).toBe(stableRS)
    answers.answer(bad)
    const { status } = await world.untilPhase('Degraded')
    expect(status?.message).toMatch(/Blue\/green pre-promotion analysis phase error\/failed: Metric "success-rate"/)
    expect(await active(world)).toBe(stableRS)
  })

  scenario('takes the traffic back after the promotion', async world => {
    const answers = await blueGreenWith(world, 'post', good)
    const run = await untilRun(world, isRunning, 'that goes on')
    expect(run.metadata.name).toMatch(/-2-post$/)
    const { stableRS, currentPodHash } = (await world.rollout()).status ?? {}
    expect(await active(world)).toBe(currentPodHash)
    answers.answer(bad)
    await world.untilPhase('Degraded')
    expect(await active(world)).toBe(stableRS)
  })

  scenario('waits for somebody when it decides nothing', async world => {
    await blueGreenWith(world, 'pre', neither)
    const { status } = await world.untilPhase('Paused')
    expect(status?.message).toBe('InconclusiveAnalysisRun')
  })
})

describe('of an experiment', () => {
  const experiment = (template: string, more: object = {}) => ({
    duration: '1h',
    templates: [{ name: 'candidate', specRef: 'canary' }],
    analyses: [{ name: 'check', templateName: template, ...more }],
  })

  scenario('that fails aborts the rollout', async world => {
    await world.deployed(
      canary([{ experiment: experiment('success') } as CanaryStep, { pause: {} }]),
      analysisTemplate('success', world.metric(bad).url),
    )
    await world.release(second)
    const { status } = await world.untilPhase('Degraded')
    expect(status?.message).toMatch(
      /RolloutAborted: Rollout aborted update to revision 2: .*experiment.*"success-rate"/i,
    )
    const [found] = await world.list<Experiment>('Experiment')
    expect(found?.status).toMatchObject({ phase: 'Failed', analysisRuns: [{ name: 'check', phase: 'Failed' }] })
  })

  scenario('that is required ends it when it succeeds', async world => {
    await world.deployed(
      canary([{ experiment: experiment('success', { requiredForCompletion: true }) } as CanaryStep, { pause: {} }]),
      analysisTemplate('success', world.metric(good).url),
    )
    await world.release(second)
    await world.untilStep(1)
    const [found] = await world.list<Experiment>('Experiment')
    expect(found?.status).toMatchObject({ phase: 'Successful', analysisRuns: [{ phase: 'Successful' }] })
  })
})

describe('by a Job', () => {
  function jobTemplate(behavior: string): KubeObject {
    const annotations = { 'kubectl-canary.test/behavior': behavior }
    const containers = [{ name: 'check', image: 'docker.io/library/check:1' }]
    const template = { metadata: { annotations }, spec: { restartPolicy: 'Never', containers } }
    const metrics = [{ name: 'check', provider: { job: { spec: { backoffLimit: 0, template } } } }]
    return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'success', { spec: { metrics } })
  }
  const steps: CanaryStep[] = [{ setWeight: 50 }, { analysis }, { pause: {} }]

  scenario('lets the rollout go on when the Job ends well', async world => {
    await world.deployed(canary(steps), jobTemplate('ready'))
    await world.release(second)
    await world.untilStep(2)
  })

  scenario('aborts when the Job fails', async world => {
    await world.deployed(canary(steps), jobTemplate('crash'))
    await world.release(second)
    const { status } = await world.untilPhase('Degraded')
    expect(status?.message).toMatch(/Metric "check" assessed Failed due to failed \(1\) > failureLimit \(0\)$/)
  })
})
