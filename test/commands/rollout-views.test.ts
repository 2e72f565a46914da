import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { rollouts } from '../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { StatusError } from '../../src/lib/playground/store/status-error.ts'
import { type FakeTerminal, fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import {
  analysisRun,
  canary,
  degraded,
  experiment,
  healthy,
  paused,
  pod,
  replicaSet,
} from '../unit/rollouts/builders.ts'

const newSet = replicaSet('new', { revision: 5 })
const oldSet = replicaSet('old', { revision: 4, replicas: 4 })
const shop = [paused(), newSet, oldSet, pod('web-new-1', newSet), healthy({ name: 'api' }), degraded({ name: 'cart' })]

function cluster(objects: KubeObject[] = shop, tty?: FakeTerminal) {
  const clock = new VirtualClock()
  const { client, store } = fakeClient({ clock, objects, namespace: 'shop' })
  const context = fakeContext({ client, clock, ...(tty ? { tty } : {}) })
  return { clock, client, store, context, run: (line: string) => runCommand(line, context) }
}

/** A command in the background while virtual time goes on. */
function running(at: ReturnType<typeof cluster>, line: string) {
  const state: { result?: Awaited<ReturnType<typeof at.run>> } = {}
  void at.run(line).then(result => {
    state.result = result
  })
  const until = async (condition: () => boolean) => {
    for (let turn = 0; turn < 400 && !condition(); turn++) {
      await new Promise(resolve => setTimeout(resolve, 2))
      await at.clock.advance(100)
    }
    expect(condition()).toBe(true)
  }
  return { state, until, ended: () => until(() => state.result !== undefined) }
}

describe('rollout list', () => {
  it('shows the rows of one namespace', async () => {
    const { stdout, stderr, exitCode } = await cluster().run('rollout list')
    expect(stdout).toBe(
      'NAME  STRATEGY  STATUS    STEP  WEIGHT  READY  AGE  IMAGE\n' +
        'api   Canary    Healthy   5/5   100     5/5    3d   shop/web:2.0\n' +
        'cart  Canary    Degraded  0/5   0       5/5    3d   shop/web:2.0\n' +
        'web   Canary    Paused    1/5   20      5/5    3d   shop/web:2.0\n',
    )
    expect([stderr, exitCode]).toEqual(['', 0])
  })

  it.each([
    ['status', ['cart', 'web', 'api']],
    ['name', ['api', 'cart', 'web']],
    ['{.metadata.name}', ['api', 'cart', 'web']],
    ['.status.updatedReplicas', ['cart', 'web', 'api']],
  ])('sorts by %s', async (by, order) => {
    const { stdout } = await cluster().run(['rollout', 'list', '--no-headers', '--sort-by', by].join(' '))
    expect(stdout.split('\n').map(line => line.split(' ')[0])).toEqual([...order, ''])
  })

  it('says on stderr that there is nothing, and that is no error', async () => {
    expect(await cluster([]).run('rollout list')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'No resources found in shop namespace.\n',
    })
    expect((await cluster([]).run('rollout list -A')).stderr).toBe('No resources found.\n')
  })

  it.each([
    ['name', 'rollout.argoproj.io/api\nrollout.argoproj.io/cart\nrollout.argoproj.io/web\n'],
    ['jsonpath={.items[*].metadata.name}', 'api cart web'],
  ])('prints the objects with -o %s', async (format, text) => {
    expect((await cluster().run(`rollout list -o ${format}`)).stdout).toBe(text)
  })

  it.each([
    ['--exit-status', 3],
    ['--exit-status --field-selector metadata.name=web', 5],
    ['--exit-status --field-selector metadata.name=api', 0],
    ['-l a==b=c', 2],
    ['-w --sort-by name', 2],
    ['-o jpeg', 2],
  ])('%s ends with %d', async (flags, exitCode) => {
    expect((await cluster().run(`rollout list ${flags}`)).exitCode).toBe(exitCode)
  })

  it('asks for pages of the size given', async () => {
    const at = cluster()
    await at.run('rollout list --chunk-size 2')
    expect(at.client.requests.map(each => each.method)).toEqual(['LIST', 'LIST'])
  })

  it('prints what changes with -w, and a deletion', async () => {
    const at = cluster()
    const { until } = running(at, 'rollout list -w --no-headers')
    await until(() => at.context.stdout.lines.length === 3)
    at.store.restore(healthy())
    at.store.delete(rollouts, { namespace: 'shop', name: 'cart' })
    await until(() => at.context.stdout.lines.length === 5)
    expect(
      at.context.stdout.lines
        .slice(3)
        .map(line => line.split(/ +/).slice(0, 3))
        .sort(),
    ).toEqual([
      ['cart', 'Canary', 'Deleted'],
      ['web', 'Canary', 'Healthy'],
    ])
    at.context.abort()
  })
})

describe('rollout get', () => {
  it('takes five requests', async () => {
    const at = cluster()
    const { stdout, exitCode } = await at.run('rollout get web')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Paused:          since 5m, until promoted')
    expect(at.client.requests).toHaveLength(5)
  })

  it('prints the API object with one request', async () => {
    const at = cluster()
    const { stdout } = await at.run('rollout get rollout/web -o jsonpath={.metadata.uid}')
    expect(stdout).toBe('uid-web')
    expect(at.client.requests).toHaveLength(1)
  })

  it('shows those of several that are there', async () => {
    const { stdout, stderr, exitCode } = await cluster().run('rollout get web nope api')
    expect(stdout.match(/^Name: .*$/gm)).toEqual(['Name:            web', 'Name:            api'])
    expect(stderr).toContain('"nope" not found')
    expect(exitCode).toBe(1)
  })

  it.each([
    ['rollout get nope', 1],
    ['rollout get nope --ignore-not-found', 0],
    ['rollout get', 2],
    ['rollout get pod/web', 2],
    ['rollout get web web', 2],
    ['rollout get web --exit-status', 5],
    ['rollout get cart --exit-status', 3],
    ['rollout get api --exit-status', 0],
  ])('%s ends with %d', async (line, exitCode) => {
    expect((await cluster().run(line)).exitCode).toBe(exitCode)
  })

  it('names what may not be read', async () => {
    const at = cluster()
    at.client.faults.failNext(
      9,
      () => new StatusError(403, 'Forbidden', 'no'),
      (_, path) => path.includes('analysisruns'),
    )
    expect((await at.run('rollout get web')).stdout).toContain('Not visible:     AnalysisRuns')
  })

  it('prints our document with -o info', async () => {
    const { stdout } = await cluster().run('rollout get web -o info')
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'RolloutInfo', name: 'web', phase: 'Paused', step: '1/5' })
  })
})

describe('rollout status', () => {
  it.each([
    ['web', 'Paused - CanaryPauseStep\n', 5],
    ['api', 'Healthy\n', 0],
    ['cart', 'Degraded - RolloutAborted: Rollout aborted update to revision 5\n', 3],
  ])('looks once at %s', async (name, stdout, exitCode) => {
    const at = cluster()
    expect(await at.run(`rollout status ${name} --watch=false`)).toEqual({ exitCode, stdout, stderr: '' })
    expect(at.client.requests).toHaveLength(1)
  })

  it('answers for several with the worst', async () => {
    const { stdout, exitCode } = await cluster().run('rollout status api cart --watch=false')
    expect(stdout.split('\n')[0]).toBe('api: Healthy')
    expect(exitCode).toBe(3)
  })

  it('follows to the end', async () => {
    const at = cluster([canary()])
    const { state, until, ended } = running(at, 'rollout status web')
    await until(() => at.context.stdout.text.includes('Progressing'))
    at.store.restore(healthy())
    await ended()
    expect(state.result).toMatchObject({
      exitCode: 0,
      stdout: 'Progressing - more replicas need to be updated\nHealthy\n',
    })
  })

  it('times out with 6', async () => {
    const at = cluster([canary()])
    const { state, ended } = running(at, 'rollout status web --timeout 2s')
    await ended()
    expect(state.result).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('timed out') })
  })

  it('ends its events with an end event', async () => {
    const { stdout } = await cluster().run('rollout status api --watch=false -o ndjson')
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.map(event => event.type)).toEqual(['rollout.phase', 'end'])
    expect(events.at(-1)).toMatchObject({ exitCode: 0, outcome: 'done' })
  })

  it.each([
    ['rollout status web --timeout soon', 2],
    ['rollout status web --timeout -5s', 2],
    ['rollout status nope', 1],
    ['rollout status nope --watch=false', 1],
  ])('%s ends with %d', async (line, exitCode) => {
    expect((await cluster().run(line)).exitCode).toBe(exitCode)
  })
})

describe('rollout watch', () => {
  it('writes lines where it is not on a terminal, and ends when it is healthy', async () => {
    const at = cluster([canary(), newSet, pod('web-new-1', newSet)])
    const { state, until, ended } = running(at, 'rollout watch web')
    await until(() => at.context.stdout.text.includes('pod shop/web-new-1'))
    at.store.restore(healthy())
    await ended()
    expect(state.result?.exitCode).toBe(0)
    expect(state.result?.stdout.split('\n')).toEqual([
      'rollout shop/web: Progressing - more replicas need to be updated',
      'rollout shop/web: step 0/5 (setWeight: 20)',
      'rollout shop/web: weight 20, asked for 20',
      'pod shop/web-new-1: Running, ready 1/1 (revision 5)',
      'rollout shop/web: Healthy',
      'rollout shop/web: step 5/5',
      'rollout shop/web: weight 100, asked for 100',
      '',
    ])
  })

  it('redraws a tree on a terminal, counts time down, and leaves the last one whole', async () => {
    const steps = [{ setWeight: 20 }, { pause: { duration: '10m' } }]
    const at = cluster([paused({ steps }), newSet, pod('web-new-1', newSet)], { columns: 100, rows: 50, color: true })
    const { state, until, ended } = running(at, 'rollout watch web')
    await until(() => /\d+s left/.test(at.context.stdout.text))
    at.store.restore(degraded())
    await ended()
    expect(state.result?.exitCode).toBe(3)
    const last = state.result?.stdout.split('\x1b[J').at(-1) ?? ''
    expect(last).toContain('Degraded')
    expect(last).toContain('web-new-1')
    expect(state.result?.stdout.endsWith('\x1b[?25h')).toBe(true)
    expect(state.result?.stdout).not.toContain('\x1b[2J')
  })

  it('ends with 1 when the rollout is deleted', async () => {
    const at = cluster([canary()])
    const { state, until, ended } = running(at, 'rollout watch web')
    await until(() => at.context.stdout.text !== '')
    at.store.delete(rollouts, { namespace: 'shop', name: 'web' })
    await ended()
    expect(state.result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('was deleted') })
  })

  it('tells of an outage and goes on', async () => {
    const at = cluster([canary()])
    const { state, until, ended } = running(at, 'rollout watch web')
    await until(() => at.context.stdout.text !== '')
    at.client.faults.failNext(999, () => new StatusError(503, 'ServiceUnavailable', 'restarting'))
    at.store.history.drop()
    await until(() => at.context.stderr.text.includes('does not answer'))
    at.store.restore(healthy())
    at.client.faults.clear()
    await ended()
    expect(state.result?.exitCode).toBe(0)
    expect(state.result?.stderr.match(/does not answer/g)).toHaveLength(1)
    expect(state.result?.stderr).toMatch(/does not answer[\s\S]*the API server answers again\n/)
  })
})

describe('rollout history', () => {
  it('lists the revisions', async () => {
    expect((await cluster().run('rollout history web')).stdout).toBe(
      'REVISION  AGE  ROLE     READY  HASH  IMAGES\n' +
        '5         10m  current  1/1    new   shop/web:new\n' +
        '4         10m  stable   4/4    old   shop/web:old\n',
    )
  })

  it('prints the ReplicaSet of one', async () => {
    const { stdout } = await cluster().run('rollout history web --revision 4 -o name')
    expect(stdout).toBe('replicaset.apps/web-old\n')
  })

  it('names the revisions that there are', async () => {
    const { stderr, exitCode } = await cluster().run('rollout history web --revision 9')
    expect(stderr).toContain('It has: 5, 4')
    expect(exitCode).toBe(1)
  })
})

describe('experiments', () => {
  const run = experiment('exp', {
    spec: { duration: '10m' },
    status: {
      phase: 'Running',
      analysisRuns: [{ name: 'x', analysisRun: 'exp-x' }],
    },
  })

  it('are listed', async () => {
    expect((await cluster([run]).run('experiment list')).stdout).toBe(
      'NAME  STATUS   DURATION  REMAINING  AGE\nexp   Running  10m       -          6m\n',
    )
  })

  it('are shown with what they run', async () => {
    const { stdout } = await cluster([run, analysisRun('exp-x', { owner: run })]).run('experiment get exp')
    expect(stdout).toContain('α exp-x')
  })

  it.each([
    ['Successful', 0],
    ['Failed', 3],
    ['Error', 3],
    ['Inconclusive', 4],
  ] as const)('are watched until they are %s: %d', async (phase, exitCode) => {
    const at = cluster([run])
    const { state, until, ended } = running(at, 'experiment watch exp')
    await until(() => at.context.stdout.text.includes('Running'))
    at.store.restore({ ...run, status: { ...run.status, phase } })
    await ended()
    expect(state.result?.exitCode).toBe(exitCode)
  })
})
