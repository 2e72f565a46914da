import { describe, expect } from 'vitest'
import type { Explanation } from '../../src/lib/rollouts/explain/explanation.ts'
import type { AnalysisRun, CanaryStep, Experiment } from '../../src/lib/rollouts/rollout.ts'
import type { Measured } from './backends.ts'
import { analysisTemplate, canary } from './manifests.ts'
import { contract, requestsOf, type World } from './world.ts'

const { scenario } = contract()
const second = { image: 'docker.io/library/web:2' }
const analysis = { templates: [{ templateName: 'success' }] }
const steps: CanaryStep[] = [{ setWeight: 50 }, { analysis }, { setWeight: 75 }, { pause: {} }]
const good: Measured = { is: 'Successful', value: 0.99 }
const bad: Measured = { is: 'Failed', value: 0.5 }
const neither: Measured = { is: 'Inconclusive', value: 0.92 }
const broken: Measured = { is: 'Error', status: 500 }

/** A new version is at its analysis step; the metric gives `measured`. */
async function analysed(world: World, measured: Measured, metric: object = {}): Promise<ReturnType<World['metric']>> {
  const answers = world.metric(measured)
  await world.deployed(canary(steps), analysisTemplate('success', answers.url, metric))
  await world.release(second)
  return answers
}

async function explained(world: World): Promise<Explanation> {
  return JSON.parse((await world.run('rollout explain web -o info')).stdout) as Explanation
}

async function untilExplained(world: World, rule: string): Promise<Explanation> {
  let last: Explanation | undefined
  await world.until(
    async () => {
      last = await explained(world)
      return last.findings.some(each => each.rule === rule)
    },
    () => `${rule}; told was ${last?.findings.map(each => each.rule)} at ${last?.phase} ${last?.message}`,
  )
  return last as Explanation
}

const evidenceOf = ({ findings }: Explanation, rule: string) =>
  findings
    .filter(each => each.rule === rule)
    .flatMap(each => each.evidence.map(item => item.text))
    .join('\n')

describe('the analysis of a step', () => {
  scenario('runs, is shown with its last value and condition, and lets the rollout go on', async world => {
    const metric = { interval: '1s', count: 5000, consecutiveSuccessLimit: 2, inconclusiveLimit: 1000 }
    const answers = await analysed(world, neither, metric)
    const explanation = await untilExplained(world, 'analysis-running')
    expect(explanation.findings[0]).toMatchObject({ rule: 'analysis-running', blocks: 'now' })
    await world.until(async () => / 0\.92\b/.test((await world.run('rollout get web')).stdout), 'the value')
    const { stdout } = await world.run('rollout get web')
    expect(stdout).toMatch(/AnalysisRun +◌ Running/)
    expect(stdout).toMatch(/result >= 0\.95/)
    answers.answer(good)
    const waited = await world.run('rollout wait web --for paused')
    expect(waited, waited.stderr).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.currentStepIndex).toBe(3)
    const [run] = await world.list<AnalysisRun>('AnalysisRun')
    expect(run?.status).toMatchObject({
      phase: 'Successful',
      metricResults: [{ successful: 2, consecutiveSuccess: 2 }],
    })
  })

  scenario('fails, aborts the rollout, and is explained', async world => {
    await analysed(world, bad, { interval: '1s', count: 5, failureLimit: 1 })
    const watching = await world.run(`rollout status web --image ${second.image}`)
    expect(watching.exitCode).toBe(3)
    const explanation = await untilExplained(world, 'analysis-failed')
    expect(explanation.findings.map(each => each.rule)).toEqual(expect.arrayContaining(['analysis-failed', 'aborted']))
    expect(evidenceOf(explanation, 'analysis-failed')).toMatch(
      /assessed Failed due to failed \(2\) > failureLimit \(1\)/,
    )
    expect(evidenceOf(explanation, 'analysis-failed')).toMatch(/Failed value 0\.5/)
    expect(explanation.goOn.map(each => each.command).join()).toContain('rollout retry web')
  })

  scenario('cannot be measured, aborts the rollout, and is explained', async world => {
    await analysed(world, broken, { interval: '1s', count: 5, consecutiveErrorLimit: 0 })
    await world.untilPhase('Degraded')
    const explanation = await untilExplained(world, 'analysis-error')
    expect(evidenceOf(explanation, 'analysis-error')).toMatch(/consecutiveErrors \(1\) > consecutiveErrorLimit \(0\)/)
    expect(evidenceOf(explanation, 'analysis-error')).toMatch(/received non 2xx response code: 500/)
  })

  scenario('decides nothing and pauses the rollout; promote leaves its step', async world => {
    await analysed(world, neither, { interval: '1s', count: 2 })
    await world.untilPhase('Paused')
    expect((await world.rollout()).status).toMatchObject({ message: 'InconclusiveAnalysisRun', currentStepIndex: 1 })
    const explanation = await explained(world)
    expect(explanation.findings[0]).toMatchObject({ rule: 'analysis-inconclusive', blocks: 'now' })
    const promoted = await world.run('rollout promote web --wait')
    expect(promoted, promoted.stderr).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status).toMatchObject({ currentStepIndex: 3, phase: 'Paused' })
  })

  scenario('is retried with a new run', async world => {
    const answers = await analysed(world, bad, { interval: '1s', count: 2 })
    await world.untilPhase('Degraded')
    answers.answer(good)
    const retried = await world.run('rollout retry web --wait')
    expect(retried, retried.stderr).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status).toMatchObject({ currentStepIndex: 3, phase: 'Paused' })
    expect(await world.list('AnalysisRun')).toHaveLength(2)
  })

  scenario('is skipped with --skip-current-step, which says what it skips', async world => {
    await analysed(world, good, { interval: '1s', count: 5000 })
    await untilExplained(world, 'analysis-running')
    const refused = await world.run('rollout promote web')
    expect(refused.exitCode).toBe(7)
    const skipped = await world.run('rollout promote web --skip-current-step --wait')
    expect(skipped, skipped.stderr).toMatchObject({ exitCode: 0 })
    expect(`${skipped.stdout}${skipped.stderr}`).toMatch(/skips step 1.*success/)
    expect((await world.rollout()).status).toMatchObject({ currentStepIndex: 3, phase: 'Paused' })
  })

  scenario('that would never end is refused by the controller', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url, { interval: '1s' }), canary(steps))
    const explanation = await untilExplained(world, 'invalid-spec')
    expect(evidenceOf(explanation, 'invalid-spec')).toMatch(/success-rate which runs indefinitely/)
  })

  scenario('whose template is not there is explained', async world => {
    await world.deployed(canary(steps), analysisTemplate('success', world.metric(good).url))
    await world.delete('AnalysisTemplate', 'success')
    await world.release(second)
    const explanation = await untilExplained(world, 'analysis-template-missing')
    expect(JSON.stringify(explanation.findings)).toMatch(/success/)
  })
})

describe('the analysis in the background', () => {
  scenario('runs beside the steps, and aborts when it fails', async world => {
    const answers = world.metric(good)
    const template = analysisTemplate('success', answers.url, { interval: '1s' })
    await world.apply(template)
    await world.paused(canary([{ setWeight: 50 }, { pause: {} }], { canary: { analysis } }))
    const { findings } = await untilExplained(world, 'analysis-running')
    expect(findings.find(each => each.rule === 'analysis-running')?.blocks).toBeNull()
    answers.answer(bad)
    await world.untilPhase('Degraded')
    const explanation = await untilExplained(world, 'analysis-failed')
    expect(evidenceOf(explanation, 'analysis-failed')).toMatch(/Failed value 0\.5/)
  })
})

describe('an experiment', () => {
  const experiment = { duration: '20s', templates: [{ name: 'candidate', specRef: 'canary' }] }

  scenario('of a step is shown, explained, and listed', async world => {
    await world.deployed(canary([{ experiment: { ...experiment, duration: '1h' } } as CanaryStep, { pause: {} }]))
    await world.release(second)
    await untilExplained(world, 'experiment-running')
    const { stdout } = await world.run('rollout get web')
    expect(stdout).toMatch(/Experiment +◌ Running/)
    const [found] = await world.list<Experiment>('Experiment')
    const name = found?.metadata.name ?? ''
    expect((await world.run('experiment list')).stdout).toMatch(new RegExp(`${name} +.*Running`))
    expect((await world.run(`experiment get ${name}`)).stdout).toMatch(/candidate/)
    expect(requestsOf(await world.run('rollout get web -v 6')).length).toBeLessThanOrEqual(7)
  })

  scenario('ends by itself, and the rollout goes on', async world => {
    await world.deployed(canary([{ experiment: { ...experiment, duration: '5s' } } as CanaryStep, { pause: {} }]))
    await world.release(second)
    await world.untilStep(1)
    const [found] = await world.list<Experiment>('Experiment')
    expect(found?.status?.phase).toBe('Successful')
  })

  scenario('is terminated by hand', async world => {
    await world.deployed(canary([{ experiment: { ...experiment, duration: '1h' } } as CanaryStep, { pause: {} }]))
    await world.release(second)
    await untilExplained(world, 'experiment-running')
    const [found] = await world.list<Experiment>('Experiment')
    const name = found?.metadata.name ?? ''
    const watching = world.start(`experiment watch ${name}`)
    await world.untilWrites(watching, /Running/)
    expect(await world.run(`experiment terminate ${name}`)).toMatchObject({ exitCode: 0 })
    expect(await watching.ended).toMatchObject({ exitCode: 0 })
    expect(await world.run(`experiment terminate ${name}`)).toMatchObject({ exitCode: 7 })
    expect(await world.run('experiment terminate none')).toMatchObject({ exitCode: 1 })
  })
})
