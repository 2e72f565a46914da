import { describe, expect, it } from 'vitest'
import type { EngineRun } from '../../src/lib/analysis/analysis.ts'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { analysisRuns, coreEvents } from '../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { StatusError } from '../../src/lib/playground/store/status-error.ts'
import type { AnalysisRun } from '../../src/lib/rollouts/rollout.ts'
import { Failure } from '../../src/lib/values/failure.ts'
import { type FakeTerminal, fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import {
  bothTemplate,
  failedRun,
  jobRun,
  looseRun,
  runningRun,
  smokeTemplate,
  smokeTest,
  stepRun,
  successTemplate,
  template,
  waitingRollout,
} from '../unit/analysis/in-cluster/builders.ts'
import { canary, experiment, now } from '../unit/rollouts/builders.ts'

const ref = { namespace: 'shop', name: 'web-new-5-1' }
const templates = [successTemplate(), smokeTemplate(), bothTemplate()]

function cluster(objects: KubeObject[], options: { tty?: FakeTerminal; stdin?: string } = {}) {
  const clock = new VirtualClock(now)
  const { client, store } = fakeClient({ clock, objects, namespace: 'shop' })
  const context = fakeContext({ client, clock, ...options })
  const run = (line: string | string[]) => runCommand(line, context)
  return {
    ...{ clock, client, store, context, run },
    runs: () => store.all<AnalysisRun>(analysisRuns, 'shop'),
    writes: () => client.requests.filter(({ method }) => ['POST', 'PATCH', 'PUT', 'DELETE'].includes(method)),
    /** A command in the background while virtual time goes on. */
    start: (line: string) => {
      const state: { result?: Awaited<ReturnType<typeof run>> } = {}
      void run(line).then(result => {
        state.result = result
      })
      const until = async (isSo: () => boolean) => {
        for (let turn = 0; turn < 400 && !isSo(); turn++) {
          await new Promise(resolve => setTimeout(resolve, 2))
          await clock.advance(100)
        }
        expect(isSo(), `it wrote:\n${context.stdout.text}${context.stderr.text}`).toBe(true)
      }
      return {
        until,
        ended: async () => {
          await until(() => state.result !== undefined)
          return state.result as NonNullable<typeof state.result>
        },
      }
    },
  }
}

const golden = (name: string) => `../golden/analysis-actions/${name}.txt`
const shown = ({ exitCode, stdout, stderr }: Awaited<ReturnType<typeof runCommand>>) =>
  `${stdout}${stderr === '' ? '' : `--- stderr\n${stderr}`}--- exit code ${exitCode}\n`

const rolloutWithArgs = () => {
  const args = [
    { name: 'service', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'threshold', value: '0.9' },
  ]
  const analysis = { templates: [{ templateName: 'success-rate' }], args }
  return canary({ steps: [{ setWeight: 20 }, { analysis }, { analysis }] })
}
const endless = template('endless', { metrics: [{ ...smokeTest, interval: '1m' }] })
const invalid = template('invalid', { metrics: [{ ...smokeTest, count: 3 }] })
const unsupplied = template('field', {
  args: [{ name: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  metrics: [smokeTest],
})

describe('analysis create', () => {
  it.each<[string, string, KubeObject[]?]>([
    ['create', 'analysis create both --arg service=web'],
    ['create-yaml', 'analysis create success-rate --arg service=web --dry-run=client -o yaml'],
    ['create-dry-run', 'analysis create cat/smoke --name smoke-1 --dry-run=client'],
    ['create-server-dry-run', 'analysis create cat/smoke --name smoke-1 --dry-run=server'],
    ['create-name', 'analysis create cat/smoke --name smoke-1 -o name'],
    ['create-events', 'analysis create cat/smoke --name smoke-1 -o ndjson --reason checking'],
    ['create-info', 'analysis create cat/smoke --generate-name check- -o info'],
    ['create-several', 'analysis create success-rate cat/smoke --arg service=web --arg threshold=0.5'],
    [
      'create-from-rollout',
      'analysis create success-rate --from-rollout web --step 1 -o yaml --dry-run=client',
      [rolloutWithArgs()],
    ],
    ['create-of-rollout', 'analysis create rollout/web', [rolloutWithArgs()]],
    ['create-missing-argument', 'analysis create success-rate'],
    ['create-unknown-argument', 'analysis create success-rate --arg servise=web'],
    ['create-secret-argument', 'analysis create success-rate --arg service=web --arg token=x'],
    ['create-invalid', 'analysis create invalid', [invalid]],
    ['create-unsupplied', 'analysis create field', [unsupplied]],
    ['create-circle', 'analysis create loop', [template('loop', { templates: [{ templateName: 'loop' }] })]],
    ['create-lost', 'analysis create lost', [template('lost', { templates: [{ templateName: 'nowhere' }] })]],
    ['create-missing', 'analysis create nowhere'],
    ['create-endless', 'analysis create endless --name endless', [endless]],
    ['create-nothing', 'analysis create'],
    ['create-both-names', 'analysis create both --name a --generate-name b-'],
    ['create-again', 'analysis create ar/smoke-x7k2p --dry-run=client -o yaml', [jobRun()]],
    ['create-exists', 'analysis create cat/smoke --name smoke-x7k2p', [jobRun()]],
  ])('%s', async (name, line, more = []) => {
    const at = cluster([...templates, ...more])
    const result = shown(await at.run(line)).replace(/-[a-z0-9]{5}\b(?= created|")/g, '-xxxxx')
    await expect(result).toMatchFileSnapshot(golden(name))
  })

  it('makes a run with nothing but what was asked for, and belonging to nobody', async () => {
    const at = cluster([...templates, rolloutWithArgs()])
    const { exitCode } = await at.run('analysis create rollout/web --step 2 --name check')
    expect(exitCode).toBe(0)
    const [run] = at.runs()
    expect(run?.metadata).toEqual({
      name: 'check',
      namespace: 'shop',
      uid: expect.any(String),
      resourceVersion: expect.any(String),
      creationTimestamp: expect.any(String),
      generation: 1,
      managedFields: expect.any(Array),
    })
    expect((run as EngineRun).spec.args?.slice(0, 2)).toEqual([
      { name: 'service', value: 'web' },
      { name: 'threshold', value: '0.9' },
    ])
  })

  it('reads templates from files, what they include from the cluster, and labels a run for its controller', async () => {
    const manifest = JSON.stringify({ ...bothTemplate(), metadata: { name: 'mine' } })
    const at = cluster(templates, { stdin: manifest })
    const result = await at.run('analysis create -f - --arg service=web --instance-id two')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const [run] = at.runs()
    expect(run?.metadata.name).toMatch(/^mine-/)
    expect(run?.metadata.labels).toEqual({ 'argo-rollouts.argoproj.io/controller-instance-id': 'two' })
    expect(run?.spec.metrics?.map(each => each.name)).toEqual(['success-rate', 'smoke'])
  })

  it('creates a run of a file under its name, with its labels', async () => {
    const run = { ...looseRun('mine'), metadata: { name: 'mine', labels: { team: 'loans' } } }
    const at = cluster([], { stdin: JSON.stringify(run) })
    expect(await at.run('analysis create -f -')).toMatchObject({ exitCode: 0 })
    expect(at.runs()[0]?.metadata).toMatchObject({ name: 'mine', labels: { team: 'loans' } })
  })

  it('creates nothing when it is refused, and with --dry-run', async () => {
    const at = cluster([...templates, invalid, unsupplied])
    for (const line of ['invalid', 'field', 'success-rate', 'both --arg service=a --dry-run=client'])
      await at.run(`analysis create ${line}`)
    expect(at.writes()).toEqual([])
    await at.run('analysis create cat/smoke --dry-run=server')
    expect(at.runs()).toEqual([])
  })

  it('leaves an Event with the reason', async () => {
    const at = cluster(templates)
    await at.run('analysis create cat/smoke --name s --event --reason checking')
    const [event] = at.store.all<KubeObject & { reason: string; message: string }>(coreEvents, 'shop')
    expect(event).toMatchObject({ reason: 'Created', message: expect.stringContaining('reason: checking') })
  })

  it.each([
    ['Successful', 0],
    ['Failed', 3],
    ['Error', 3],
    ['Inconclusive', 4],
  ])('--wait ends %s with %d', async (phase, code) => {
    const at = cluster(templates)
    const running = at.start('analysis create cat/smoke --name s --wait')
    await running.until(() => at.runs().length === 1)
    const patch = { type: 'merge' as const, body: { status: { phase, message: 'so it is' } } }
    at.store.patch(analysisRuns, { namespace: 'shop', name: 's' }, patch, { manager: 'test' })
    const { exitCode, stdout } = await running.ended()
    expect(exitCode).toBe(code)
    expect(stdout).toContain(`analysisrun shop/s: ${phase} - so it is`)
  })

  it('--wait -o yaml prints the run as it ended, and the way there on stderr', async () => {
    const at = cluster(templates)
    const running = at.start('analysis create cat/smoke --name s --wait -o jsonpath={.status.phase}')
    await running.until(() => at.runs().length === 1)
    const patch = { type: 'merge' as const, body: { status: { phase: 'Successful' } } }
    at.store.patch(analysisRuns, { namespace: 'shop', name: 's' }, patch, { manager: 'test' })
    expect(await running.ended()).toMatchObject({
      exitCode: 0,
      stdout: 'Successful',
      stderr: expect.stringContaining('analysisrun shop/s: Successful'),
    })
  })

  it('--wait -o ndjson tells the action, the way and one end', async () => {
    const at = cluster(templates)
    const running = at.start('analysis create cat/smoke --name s --wait -o ndjson')
    await running.until(() => at.runs().length === 1)
    const patch = { type: 'merge' as const, body: { status: { phase: 'Failed' } } }
    at.store.patch(analysisRuns, { namespace: 'shop', name: 's' }, patch, { manager: 'test' })
    const { exitCode, stdout } = await running.ended()
    const types = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).type)
    expect([exitCode, types[0], types.at(-1)]).toEqual([3, 'action', 'end'])
    expect(types.filter(type => type === 'end')).toHaveLength(1)
  })

  it('--wait is interrupted, and says that the run goes on', async () => {
    const at = cluster(templates)
    const running = at.start('analysis create cat/smoke --name s --wait')
    await running.until(() => at.context.stdout.text.includes('Pending'))
    at.context.abort(new Failure('interrupted', 'interrupted'))
    const { exitCode, stderr } = await running.ended()
    expect(exitCode).toBe(130)
    expect(stderr).toContain('the run goes on: kubectl canary analysis watch s -n shop')
  })

  it('--wait gives up at the timeout, and the run goes on', async () => {
    const at = cluster(templates)
    expect(await at.start('analysis create cat/smoke --name s --wait --timeout 5s').ended()).toMatchObject({
      exitCode: 6,
    })
    expect(at.runs()).toHaveLength(1)
  })
})

describe('analysis watch', () => {
  it('tells measurements and phases as lines until the run is over', async () => {
    const at = cluster([runningRun()])
    const running = at.start('analysis watch web-new-5-1')
    await running.until(() => at.context.stdout.text.includes('Running'))
    at.store.patch(analysisRuns, ref, { type: 'merge', body: { status: failedRun().status } }, { manager: 'test' })
    await expect(shown(await running.ended())).toMatchFileSnapshot(golden('watch'))
  })

  it('writes events with -o ndjson, each measurement with how the metric stands', async () => {
    const at = cluster([failedRun()])
    const { stdout, exitCode } = await at.start('analysis watch ar/web-new-5-1 -o ndjson').ended()
    expect(exitCode).toBe(3)
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.map(event => event.type)).toEqual([...Array(3).fill('analysis.measurement'), 'analysis.phase', 'end'])
    expect(events[0]).toMatchObject({ metric: 'success-rate', value: '[0.99]', state: { limits: { failure: 1 } } })
    expect(events.at(-1)).toMatchObject({ outcome: 'negative', exitCode: 3 })
  })

  it('redraws on a terminal', async () => {
    const at = cluster([failedRun()], { tty: { columns: 100 } })
    const { stdout } = await at.start('analysis watch web-new-5-1').ended()
    expect(stdout).toContain('Success when:')
  })

  it.each([
    ['several, the worst counts', 'a b', 3],
    ['one that is missing', 'a nowhere', 1],
  ])('%s', async (_, names, code) => {
    const at = cluster([looseRun('a', { phase: 'Successful' }), looseRun('b', { phase: 'Failed' })])
    expect((await at.start(`analysis watch ${names}`).ended()).exitCode).toBe(code)
  })

  it('ends with 6 at the timeout', async () => {
    const at = cluster([runningRun()])
    expect((await at.start('analysis watch web-new-5-1 --timeout 3s').ended()).exitCode).toBe(6)
  })

  it('ends with 1 when the run is deleted', async () => {
    const at = cluster([runningRun()])
    const running = at.start('analysis watch web-new-5-1')
    await running.until(() => at.context.stdout.text.includes('Running'))
    at.store.delete(analysisRuns, ref)
    const { exitCode, stderr } = await running.ended()
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('analysisrun shop/web-new-5-1 was deleted')])
  })
})

const backgroundRollout = () =>
  canary({ status: { canary: { currentBackgroundAnalysisRunStatus: { name: ref.name, status: 'Running' } } } })
const ofExperiment = () => {
  const owner = experiment('probe', {
    status: { phase: 'Running', analysisRuns: [{ name: 'a', analysisRun: ref.name }] },
  })
  const run = stepRun(ref.name, { phase: 'Running' })
  run.metadata.ownerReferences = [
    { apiVersion: 'v1', kind: 'Experiment', name: 'probe', uid: owner.metadata.uid ?? '', controller: true },
  ]
  return [owner, run]
}
const ofStage = () => {
  const run = looseRun(ref.name, { phase: 'Running' })
  run.metadata.labels = { 'kargo.akuity.io/stage': 'uat' }
  return run
}

describe('analysis terminate', () => {
  it.each<[string, KubeObject[], string?]>([
    ['terminate', [looseRun(ref.name, { phase: 'Running' })]],
    ['terminate-waited-for', [runningRun(), waitingRollout()]],
    ['terminate-let-continue', [runningRun(), waitingRollout()], '--let-rollout-continue'],
    ['terminate-background', [runningRun(), backgroundRollout()]],
    ['terminate-left-behind', [runningRun(), canary()]],
    ['terminate-orphan', [runningRun()]],
    ['terminate-experiment', ofExperiment()],
    ['terminate-stage', [ofStage()]],
    ['terminate-over', [failedRun(), waitingRollout()]],
    ['terminate-twice', [stepRun(ref.name, { phase: 'Running' }, { terminate: true }), waitingRollout()]],
    ['terminate-missing', []],
    ['terminate-dry-run', [looseRun(ref.name)], '--dry-run=client'],
  ])('%s', async (name, objects, flags = '') => {
    const at = cluster(objects)
    await expect(shown(await at.run(`analysis terminate ${ref.name} ${flags}`))).toMatchFileSnapshot(golden(name))
  })

  it('is refused where it cannot be known who waits', async () => {
    const at = cluster([runningRun(), waitingRollout()])
    const forbidden = () => new StatusError(403, 'Forbidden', 'no')
    at.client.faults.failNext(9, forbidden, (_, path) => path.includes('/rollouts/'))
    const { exitCode, stderr } = await at.run(`analysis terminate ${ref.name}`)
    expect([exitCode, stderr]).toEqual([7, expect.stringContaining('may be waiting for it')])
  })

  it('writes once, bound to what was read, and tries again while the controller measures', async () => {
    const at = cluster([looseRun(ref.name, { phase: 'Running' })])
    const conflict = () => new StatusError(409, 'Conflict', 'changed')
    at.client.faults.failNext(2, conflict, method => method === 'PATCH')
    const running = at.start(`analysis terminate ${ref.name}`)
    expect(await running.ended()).toMatchObject({ exitCode: 0 })
    const body = at.writes().at(-1)?.body as { body: { metadata: object; spec: object } }
    expect(JSON.stringify(body)).toContain('"resourceVersion"')
    expect(at.runs()[0]?.spec.terminate).toBe(true)
  })

  it('is refused when the run ended between reading and writing', async () => {
    const at = cluster([looseRun(ref.name, { phase: 'Running' })])
    const end = () => {
      at.store.patch(analysisRuns, ref, { type: 'merge', body: { status: { phase: 'Failed' } } }, { manager: 'x' })
      return new StatusError(409, 'Conflict', 'changed')
    }
    at.client.faults.failNext(1, end, method => method === 'PATCH')
    const { exitCode, stderr } = await at.start(`analysis terminate ${ref.name}`).ended()
    expect([exitCode, stderr]).toEqual([7, expect.stringContaining('phase was Running, is Failed')])
    expect(at.runs()[0]?.spec.terminate).toBeUndefined()
  })

  it('takes several and says what each does', async () => {
    const at = cluster([looseRun('a'), looseRun('b', { phase: 'Failed' })])
    const { exitCode, stdout } = await at.run('analysis terminate a b')
    expect([exitCode, stdout]).toEqual([7, 'analysisrun shop/a terminated: was Pending\n'])
  })
})
