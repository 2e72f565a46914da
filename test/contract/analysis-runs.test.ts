import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { CanaryEvent } from '../../src/lib/events/event.ts'
import type { AnalysisRun, CanaryStep } from '../../src/lib/rollouts/rollout.ts'
import type { Measured } from './backends.ts'
import { analysisTemplate, canary, object } from './manifests.ts'
import { contract, requestsOf, type World } from './world.ts'

const { scenario } = contract()
const good: Measured = { is: 'Successful', value: 0.99 }
const bad: Measured = { is: 'Failed', value: 0.5 }
const neither: Measured = { is: 'Inconclusive', value: 0.92 }
const endless = { interval: '1s', count: 5000 }
const second = { image: 'docker.io/library/web:2' }
const analysis = { templates: [{ templateName: 'success' }] }
const steps: CanaryStep[] = [{ setWeight: 50 }, { analysis }, { setWeight: 75 }, { pause: {} }]

const runs = (world: World) => world.list<AnalysisRun>('AnalysisRun')

/** A rollout at its analysis step, whose run goes on. */
async function waiting(world: World): Promise<string> {
  await world.deployed(canary(steps), analysisTemplate('success', world.metric(good).url, endless))
  await world.release(second)
  await world.until(async () => (await runs(world))[0]?.status?.phase === 'Running', 'the run of the step')
  return (await runs(world))[0]?.metadata.name ?? ''
}

/** A template with one metric that runs a Job; `fate` as pods of a Job have it. */
function jobTemplate(fate: Record<string, string>): KubeObject {
  // both backends read their own annotations
  const annotations = Object.fromEntries(
    Object.entries(fate).flatMap(([key, value]) => [
      [`kubectl-canary.test/${key}`, value],
      [`playground.kubectl-canary/${key}`, value],
    ]),
  )
  const spec = {
    backoffLimit: 0,
    template: {
      metadata: { annotations },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'docker.io/library/smoke:1' }] },
    },
  }
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'smoke', {
    spec: { metrics: [{ name: 'smoke', provider: { job: { spec } } }] },
  })
}

describe('analysis create', () => {
  scenario('makes a run of a template that the controller executes, and waits for its end', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url, { interval: '1s', count: 2 }))
    const created = await world.run('analysis create success --name check --wait')
    expect(created, created.stderr).toMatchObject({ exitCode: 0 })
    expect(created.stdout).toMatch(/created from analysistemplate\/success\n(.*\n)*.*: Successful/)
    const [run] = await runs(world)
    expect(run?.status).toMatchObject({ phase: 'Successful', metricResults: [{ successful: 2 }] })
    expect(run?.metadata).not.toHaveProperty('labels')
    expect(run?.metadata).not.toHaveProperty('annotations')
  })

  scenario('ends with 3 for a run that fails, with 4 for one that cannot tell', async world => {
    const answers = world.metric(bad)
    await world.apply(analysisTemplate('success', answers.url, { interval: '1s', count: 2 }))
    expect(await world.run('analysis create success --wait')).toMatchObject({ exitCode: 3 })
    answers.answer(neither)
    const unsure = await world.run('analysis create success --wait -o jsonpath={.status.phase}')
    expect(unsure).toMatchObject({ exitCode: 4, stdout: 'Inconclusive' })
  })

  scenario('resolves what templates include, and their arguments', async world => {
    const { url } = world.metric(good)
    await world.apply(
      analysisTemplate('inner', url, { name: 'inner', successCondition: 'result >= {{args.limit}}' }),
      object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'outer', {
        spec: { args: [{ name: 'limit' }], templates: [{ templateName: 'inner' }] },
      }),
      analysisTemplate('other', url, { name: 'other' }),
    )
    const refused = await world.run('analysis create outer')
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--arg limit=VALUE') })
    const created = await world.run('analysis create outer other --arg limit=0.95 --wait')
    expect(created, created.stderr).toMatchObject({ exitCode: 0 })
    const [run] = await runs(world)
    expect(run?.metadata.name).toMatch(/^outer-/)
    expect(run?.status?.metricResults?.map(each => each.name).sort()).toEqual(['inner', 'other'])
  })

  scenario('refuses what the controller would end at once, as the controller says it', async world => {
    const template = analysisTemplate('success', world.metric(good).url, { count: 3 })
    await world.apply(template)
    const refused = await world.run('analysis create success')
    expect(refused.exitCode).toBe(2)
    expect(await runs(world)).toEqual([])
    // the same spec, past us
    const { metrics } = (template as unknown as { spec: { metrics: object[] } }).spec
    await world.apply(object('argoproj.io/v1alpha1', 'AnalysisRun', 'raw', { spec: { metrics } }))
    await world.until(async () => (await runs(world))[0]?.status?.phase === 'Error', 'the controller to end it')
    const [raw] = await runs(world)
    expect(refused.stderr).toContain(`${raw?.status?.message}`)
  })

  scenario('takes the arguments that a rollout sends', async world => {
    const template = analysisTemplate('success', world.metric(good).url)
    Object.assign((template as unknown as { spec: object }).spec, { args: [{ name: 'hash' }, { name: 'app' }] })
    const args = [
      { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'app', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    ]
    await world.deployed(canary([{ setWeight: 50 }, { analysis: { ...analysis, args } }]), template)
    const created = await world.run('analysis create success --from-rollout web --wait')
    expect(created, created.stderr).toMatchObject({ exitCode: 0 })
    const { status } = await world.rollout()
    expect((await runs(world))[0]?.spec.args).toEqual([
      { name: 'hash', value: status?.currentPodHash },
      { name: 'app', value: 'web' },
    ])
  })

  scenario('lets the server check with --dry-run=server, and makes nothing', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url))
    expect(await world.run('analysis create success --name x --dry-run=server')).toMatchObject({ exitCode: 0 })
    expect(await world.run('analysis create success --name UPPER --dry-run=server')).toMatchObject({ exitCode: 1 })
    expect(await runs(world)).toEqual([])
  })

  scenario('leaves an Event that says who and why', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url))
    await world.run(['analysis', 'create', 'success', '--name', 'x', '--event', '--reason', 'to be sure'])
    const events = await world.list<KubeObject & { reason: string; message: string }>('Event')
    expect(events.find(each => each.reason === 'Created')?.message).toMatch(/created .*, by .*; reason: to be sure/)
  })
})

describe('analysis list and get', () => {
  scenario('show runs of rollouts and of nobody, what decided them, and who uses a template', async world => {
    const name = await waiting(world)
    const conditions = { successCondition: 'result > 1', failureCondition: 'result <= 1' }
    await world.apply(analysisTemplate('bad', world.metric(good).url, conditions))
    expect(await world.run('analysis create bad --name loose --wait')).toMatchObject({ exitCode: 3 })
    const { stdout } = await world.run('analysis list --sort-by status')
    expect(stdout).toMatch(/^loose +Failed +- +success-rate = 0\.99 /m)
    expect(stdout).toMatch(new RegExp(`^${name} +Running +rollout/web rev 2 step 1 +- `, 'm'))
    const templates = await world.run('analysis list at -v 6')
    expect(templates.stdout).toMatch(/^success +success-rate +web +- +rollout\/web /m)
    expect(requestsOf(templates)).toHaveLength(3)
    const got = await world.run(`analysis get ${name}`)
    expect(got.stdout).toMatch(/Owner: +rollout\/web rev 2 step 1/)
    expect(got.stdout).toMatch(/Success when: +result >= 0\.95/)
    expect(got.stdout).toMatch(/Successful +0\.99/)
    expect(await world.run('analysis get loose --exit-status')).toMatchObject({ exitCode: 3 })
    expect((await world.run('analysis get at/success')).stdout).toMatch(/Used by: +rollout\/web/)
  })

  scenario('show the Job of a metric and its pods', async world => {
    await world.apply(jobTemplate({ behavior: 'crash', 'exit-code': '3' }))
    expect(await world.run('analysis create smoke --name job --wait')).toMatchObject({ exitCode: 3 })
    const { stdout } = await world.run('analysis get job')
    expect(stdout).toMatch(/Jobs: +\S+\.smoke\.1 Failed: pod \S+\.smoke\.1-\S+ Error, exit code 3/)
    expect(stdout).toMatch(/kubectl logs job\/\S+\.smoke\.1 -n/)
  })
})

describe('analysis watch', () => {
  scenario('tells each measurement, and ends with the run', async world => {
    const answers = world.metric(good)
    await world.apply(analysisTemplate('success', answers.url, { ...endless, failureLimit: 1 }))
    await world.run('analysis create success --name x')
    const watching = world.start('analysis watch x -o ndjson')
    await world.untilWrites(watching, /"value":"0.99"/)
    answers.answer(bad)
    const { exitCode, stdout } = await watching.ended
    expect(exitCode).toBe(3)
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as CanaryEvent)
    const measured = events.flatMap(each => (each.type === 'analysis.measurement' ? [each.phase] : []))
    expect(measured.filter(phase => phase === 'Failed')).toHaveLength(2)
    expect(events.at(-1)).toMatchObject({ type: 'end', exitCode: 3 })
  })

  scenario('ends at the timeout, and when the run is deleted', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url, endless))
    await world.run('analysis create success --name x')
    expect(await world.run('analysis watch x --timeout 3s')).toMatchObject({ exitCode: 6 })
    const watching = world.start('analysis watch x')
    await world.untilWrites(watching, /Running/)
    await world.delete('AnalysisRun', 'x')
    expect(await watching.ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('was deleted') })
    expect(await world.run('analysis watch x')).toMatchObject({ exitCode: 1 })
  })
})

describe('analysis terminate', () => {
  scenario('ends a run of nobody, which counts as Successful, once', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url, endless))
    await world.run('analysis create success --name x')
    const watching = world.start('analysis watch x')
    await world.untilWrites(watching, /Running/)
    expect(await world.run('analysis terminate x')).toMatchObject({ exitCode: 0 })
    expect(await watching.ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Run Terminated') })
    expect(await world.run('analysis terminate x')).toMatchObject({ exitCode: 7 })
    expect(await world.run('analysis terminate none')).toMatchObject({ exitCode: 1 })
  })

  scenario('is refused for a run that a rollout waits for, unless that is to go on', async world => {
    const name = await waiting(world)
    const refused = await world.run(`analysis terminate ${name}`)
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('waits for this run') })
    expect((await runs(world))[0]?.spec).not.toHaveProperty('terminate')
    const terminated = await world.run(`analysis terminate ${name} --let-rollout-continue`)
    expect(terminated, terminated.stderr).toMatchObject({ exitCode: 0 })
    await world.untilStep(3)
    expect((await world.rollout()).status).toMatchObject({ phase: 'Paused', currentStepIndex: 3 })
  })

  scenario('is refused for the analysis in the background of a rollout', async world => {
    await world.apply(analysisTemplate('success', world.metric(good).url, { interval: '1s' }))
    await world.paused(canary([{ setWeight: 50 }, { pause: {} }], { canary: { analysis } }))
    await world.until(async () => (await runs(world))[0]?.status?.phase === 'Running', 'the run')
    const [run] = await runs(world)
    const refused = await world.run(`analysis terminate ${run?.metadata.name}`)
    expect(refused).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('is guarded by this run') })
  })

  scenario('deletes the Job that is running', async world => {
    await world.apply(jobTemplate({ 'complete-after': '1h' }))
    await world.run('analysis create smoke --name job')
    await world.until(async () => (await world.list('Job')).length === 1, 'the Job')
    expect(await world.run('analysis terminate job')).toMatchObject({ exitCode: 0 })
    await world.until(async () => (await world.list('Job')).length === 0, 'the Job to go')
    expect(await world.run('analysis get job --exit-status')).toMatchObject({ exitCode: 0 })
  })
})
