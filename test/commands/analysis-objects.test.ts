import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { analysisRuns } from '../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { StatusError } from '../../src/lib/playground/store/status-error.ts'
import { type FakeTerminal, fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import {
  bothTemplate,
  failedRun,
  jobPod,
  jobRun,
  looseRun,
  runningRun,
  smokeTemplate,
  stepRun,
  successTemplate,
  template,
  waitingRollout,
} from '../unit/analysis/in-cluster/builders.ts'
import { now } from '../unit/rollouts/builders.ts'

const templates = [successTemplate(), smokeTemplate(), bothTemplate()]
const runs = [failedRun(), jobRun(), looseRun('waiting'), stepRun('web-new-5-2', { phase: 'Successful' })]

function cluster(objects: KubeObject[] = [...templates, ...runs, waitingRollout(), jobPod()], tty?: FakeTerminal) {
  const clock = new VirtualClock(now)
  const { client, store } = fakeClient({ clock, objects, namespace: 'shop' })
  const context = fakeContext({ client, clock, ...(tty ? { tty } : {}) })
  return { clock, client, store, context, run: (line: string) => runCommand(line, context) }
}

const golden = (name: string) => `../golden/analysis-objects/${name}.txt`
const shown = ({ exitCode, stdout, stderr }: Awaited<ReturnType<typeof runCommand>>) =>
  `${stdout}${stderr === '' ? '' : `--- stderr\n${stderr}`}--- exit code ${exitCode}\n`

describe('what a person sees', () => {
  const wide: FakeTerminal = { columns: 160 }
  it.each<[string, string, FakeTerminal?]>([
    ['list-runs', 'analysis list'],
    ['list-runs-80', 'analysis list ar', { columns: 80 }],
    ['list-runs-wide', 'analysis list ar -A -o wide'],
    ['list-templates', 'analysis list at'],
    ['list-templates-80', 'analysis list at', { columns: 80 }],
    ['list-cluster-templates', 'analysis list clusteranalysistemplates -A'],
    ['get-failed', 'analysis get web-new-5-1'],
    ['get-failed-80', 'analysis get web-new-5-1', { columns: 80 }],
    ['get-job', 'analysis get ar/smoke-x7k2p'],
    ['get-waiting', 'analysis get waiting', wide],
    ['get-template', 'analysis get at/success-rate'],
    ['get-template-both', 'analysis get at/both cat/smoke'],
    ['get-missing', 'analysis get both'],
    ['get-unnamed', 'analysis get'],
    ['get-wrong-type', 'analysis get rollout/web'],
    ['list-wrong-type', 'analysis list pods'],
  ])('%s', async (name, line, tty) => {
    await expect(shown(await cluster(undefined, tty).run(line))).toMatchFileSnapshot(golden(name))
  })

  it('get-running', async () => {
    const at = cluster([runningRun(), waitingRollout()])
    await expect(shown(await at.run('analysis get web-new-5-1'))).toMatchFileSnapshot(golden('get-running'))
  })

  it('get-template-broken', async () => {
    const broken = [
      template('loop', { templates: [{ templateName: 'loop' }], metrics: [] }),
      template('lost', { templates: [{ templateName: 'nowhere' }], metrics: [{ name: 'a', count: 3, provider: {} }] }),
    ]
    const result = await cluster(broken).run('analysis get at/loop at/lost')
    await expect(shown(result)).toMatchFileSnapshot(golden('get-template-broken'))
  })
})

describe('analysis list', () => {
  it.each([
    ['status', ['smoke-x7k2p', 'web-new-5-1', 'waiting', 'web-new-5-2']],
    ['name', ['smoke-x7k2p', 'waiting', 'web-new-5-1', 'web-new-5-2']],
    ['owner', ['smoke-x7k2p', 'waiting', 'web-new-5-1', 'web-new-5-2']],
    ['.status.phase', ['waiting', 'smoke-x7k2p', 'web-new-5-1', 'web-new-5-2']],
  ])('sorts by %s', async (by, order) => {
    const { stdout } = await cluster().run(`analysis list --no-headers --sort-by ${by}`)
    expect(stdout.split('\n').map(line => line.split(' ')[0])).toEqual([...order, ''])
  })

  it('says that there is nothing, of cluster templates without a namespace', async () => {
    expect((await cluster([]).run('analysis list')).stderr).toBe('No resources found in shop namespace.\n')
    expect((await cluster([]).run('analysis list cat')).stderr).toBe('No resources found.\n')
  })

  it('answers with the worst phase on --exit-status', async () => {
    expect((await cluster().run('analysis list --exit-status')).exitCode).toBe(3)
    expect((await cluster([looseRun('a')]).run('analysis list --exit-status')).exitCode).toBe(5)
  })

  it('reads who uses templates only where it is shown', async () => {
    const at = cluster()
    expect((await at.run('analysis list at -o name')).stdout).toBe(
      'analysistemplate.argoproj.io/both\nanalysistemplate.argoproj.io/success-rate\n',
    )
    expect(at.client.requests).toHaveLength(1)
  })

  it('watches: a row is printed again when it changes, and when its run is deleted', async () => {
    const at = cluster([runningRun()])
    void at.run('analysis list -w')
    const until = async (text: RegExp) => {
      for (let turn = 0; turn < 200 && !text.test(at.context.stdout.text); turn++) {
        await new Promise(resolve => setTimeout(resolve, 2))
        await at.clock.advance(100)
      }
      expect(at.context.stdout.text).toMatch(text)
    }
    await until(/web-new-5-1 +Running/)
    const ref = { namespace: 'shop', name: 'web-new-5-1' }
    at.store.patch(analysisRuns, ref, { type: 'merge', body: { status: failedRun().status } }, { manager: 'test' })
    await until(/web-new-5-1 +Failed +\S+ rev 5 step 1 +success-rate = 0\.5/)
    at.store.delete(analysisRuns, ref)
    await until(/web-new-5-1 +Deleted/)
    at.context.abort()
  })

  it('shows ? where rollouts may not be read', async () => {
    const at = cluster()
    const forbidden = () => new StatusError(403, 'Forbidden', 'rollouts is forbidden')
    at.client.faults.failNext(9, forbidden, (_method, path) => path.endsWith('/rollouts'))
    expect((await at.run('analysis list at --no-headers')).stdout).toMatch(/both .* \? +10h/)
  })
})

describe('analysis get', () => {
  it.each([
    ['web-new-5-1', 3],
    ['web-new-5-2', 0],
    ['waiting', 5],
    ['at/both', 0],
  ])('%s ends with %d on --exit-status', async (name, code) => {
    expect((await cluster().run(`analysis get ${name} --exit-status`)).exitCode).toBe(code)
  })

  it('prints the object, or our document', async () => {
    const at = cluster()
    const yaml = await at.run('analysis get cat/smoke -o yaml')
    expect(yaml.stdout).toMatch(/^apiVersion: argoproj.io\/v1alpha1\nkind: ClusterAnalysisTemplate\n/)
    const info = JSON.parse((await at.run('analysis get smoke-x7k2p -o info')).stdout)
    expect(info).toMatchObject({
      kind: 'AnalysisRunInfo',
      phase: 'Failed',
      decidedBy: { metric: 'smoke' },
      metrics: [{ jobs: [{ name: 'uid.smoke.1', pods: [{ status: 'Error, exit code 3' }] }] }],
    })
  })
})
