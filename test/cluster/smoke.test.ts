import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from './cluster.ts'
import { behaviorAnnotation, type PodBehavior } from './fake-pods.ts'
import { sourceFolder } from './folders.ts'
import { allHealthy, bringUp } from './lifecycle.ts'
import { isAlive } from './processes.ts'
import { readState } from './state.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ prometheus: true })
  await createNamespace('loans')
  await createNamespace('pods')
  // A cold build takes a quarter of an hour.
}, 1_800_000)

afterAll(() => cluster?.down())

describe('the control plane', () => {
  it('is found running by a second start', async () => {
    const { started, state } = await bringUp({ name: cluster.name })
    expect(started).toBe(false)
    expect(await allHealthy(state)).toBe(true)
  })

  it('ends when its owner has ended, however that ended', async () => {
    const owner = spawn('sleep', ['60'])
    const name = `${cluster.name}-owned`
    await bringUp({ name, ownerPid: owner.pid ?? 0 })
    const processes = Object.values(readState(name)?.components ?? {}).flatMap(component => component.process ?? [])
    owner.kill('SIGKILL')
    await until(async () => readState(name) === undefined)
    expect(processes).toHaveLength(6)
    expect(processes.filter(isAlive)).toEqual([])
  })

  it('reports the versions that it was built from', async () => {
    const versions = JSON.parse(await cluster.kubectl(['version', '-o', 'json']))
    expect(versions.serverVersion).toMatchObject({ major: '1', minor: '34', gitVersion: 'v1.34.4' })
    expect(versions.clientVersion.gitVersion).toBe('v1.34.4')
  })

  it('asks other users for permission', async () => {
    const kubeconfig = await cluster.kubeconfigFor({ name: 'jane', groups: ['developers'] })
    const refused = cluster.kubectl(['get', 'rollouts', '-n', 'loans', '--kubeconfig', kubeconfig])
    await expect(refused).rejects.toThrow(/User "jane" cannot list resource "rollouts" in API group "argoproj.io"/)
  })

  it('loses nothing when the API server crashes', async () => {
    await cluster.stop('apiserver', 'SIGKILL')
    try {
      // Refused, reset or timed out: kubectl's words depend on when the crash met it.
      await expect(cluster.kubectl(['get', 'namespace', 'loans', '--request-timeout=1s'])).rejects.toThrow()
    } finally {
      await cluster.start('apiserver')
    }
    expect(await cluster.kubectl(['get', 'namespace', 'loans', '-o', 'name'])).toBe('namespace/loans\n')
    await until(async () => allHealthy(readState(cluster.name) ?? expect.fail('no state')))
  })

  it('has a Prometheus that scrapes what a test names', async () => {
    const target = createServer((_, response) => response.end('canary_test_value 42\n'))
    await new Promise<void>(resolve => target.listen(0, '127.0.0.1', resolve))
    try {
      cluster.scrape('smoke', `127.0.0.1:${(target.address() as AddressInfo).port}`, { pod: 'a' })
      await until(async () => (await query('canary_test_value{pod="a"}')) === '42')
    } finally {
      target.close()
    }
  })
})

describe('a canary from the examples', () => {
  const manifest = join(sourceFolder, '../../examples/loans-api/rollout-loans-api.yaml')

  it('is the example unchanged', context => {
    const original = join(sourceFolder, '../../../shared/seed-examples/rollout-loans-api.yaml')
    if (!existsSync(original)) context.skip('needs ../shared')
    expect(readFileSync(manifest, 'utf8')).toBe(readFileSync(original, 'utf8'))
  })

  it('becomes Healthy, and pauses at step 1/7 with a new image', async () => {
    await cluster.kubectl(['apply', '-n', 'loans', '-f', manifest])
    await untilPhase('Healthy')
    await argo(['set', 'image', 'loans-api', 'loans-api=docker.io/akshitmadanharness/loans-api:v2'])
    await untilPhase('Paused')
    const tree = await argo(['get', 'rollout', 'loans-api', '--no-color'])
    expect(tree).toMatch(/Status: +॥ Paused\nMessage: +CanaryPauseStep/)
    expect(tree).toMatch(/Step: +1\/7\n +SetWeight: +10/)
    expect(tree).toMatch(/# revision:2(?:.|\n)*⧉ loans-api-\w+ +ReplicaSet +✔ Healthy +\S+ +canary/)
    expect(tree).toMatch(/□ loans-api-\w+-\w+ +Pod +✔ Running +\S+ +ready:1\/1/)
  })

  const argo = (args: string[]) => cluster.kubectl(['argo', 'rollouts', ...args, '-n', 'loans'])

  async function untilPhase(phase: string) {
    const path = ['get', 'rollout', 'loans-api', '-n', 'loans', '-o', 'jsonpath={.status.phase}']
    // The example asks for 30 seconds of readiness.
    await until(async () => (await cluster.kubectl(path)) === phase, 90_000)
  }
})

describe('fake pods', () => {
  const cases: { behavior: PodBehavior; phase: string; container: object }[] = [
    { behavior: 'ready', phase: 'Running', container: { ready: true, restartCount: 0, state: { running: {} } } },
    { behavior: 'not-ready', phase: 'Running', container: { ready: false, started: true, state: { running: {} } } },
    { behavior: 'pending', phase: 'Pending', container: { state: { waiting: { reason: 'ContainerCreating' } } } },
    { behavior: 'image-pull', phase: 'Pending', container: { state: { waiting: { reason: 'ImagePullBackOff' } } } },
    { behavior: 'crash', phase: 'Running', container: crashed('Error', 1) },
    { behavior: 'oom', phase: 'Running', container: crashed('OOMKilled', 137) },
  ]

  it.each(cases)('show $behavior as a kubelet does', async ({ behavior, phase, container }) => {
    await runPod(behavior, behavior)
    await until(async () => (await statusOf(behavior)).containerStatuses !== undefined)
    const status = await statusOf(behavior)
    expect(status).toMatchObject({ phase, containerStatuses: [container] })
    const ready = status.conditions?.find(condition => condition.type === 'Ready')
    expect(ready?.status).toBe(behavior === 'ready' ? 'True' : 'False')
  })

  it('heal when the behaviour is removed', async () => {
    await cluster.kubectl(['annotate', 'pod', '-n', 'pods', 'crash', `${behaviorAnnotation}-`])
    await until(async () => (await statusOf('crash')).containerStatuses?.[0]?.ready === true)
  })

  it('have logs, also for a reader that follows', async () => {
    const source = { namespace: 'pods', pod: 'ready' }
    await cluster.logs.set(source, ['one', { text: 'two', stream: 'stderr' }])
    await cluster.logs.set({ ...source, previous: true }, ['before'])
    const logs = (...more: string[]) => cluster.kubectl(['logs', '-n', 'pods', 'ready', ...more])
    await until(async () => (await logs()) === 'one\ntwo\n')
    expect(await logs('--tail=1')).toBe('two\n')
    expect(await logs('--previous')).toBe('before\n')
    const follower = spawn(cluster.bin('kubectl'), [
      'logs',
      '-f',
      '-n',
      'pods',
      'ready',
      '--kubeconfig',
      cluster.kubeconfig,
    ])
    let seen = ''
    follower.stdout.on('data', chunk => {
      seen += chunk
    })
    try {
      await until(async () => seen === 'one\ntwo\n')
      cluster.logs.append(source, ['three'])
      await until(async () => seen === 'one\ntwo\nthree\n')
    } finally {
      follower.kill()
    }
  })

  it('have an empty log when none was set', async () => {
    expect(await cluster.kubectl(['logs', '-n', 'pods', 'not-ready'])).toBe('')
  })
})

interface PodStatus {
  phase: string
  conditions?: { type: string; status: string }[]
  containerStatuses?: { ready: boolean }[]
}

function crashed(reason: string, exitCode: number) {
  const state = { waiting: { reason: 'CrashLoopBackOff', message: expect.stringMatching(/^back-off 10s restarting/) } }
  return { ready: false, restartCount: 1, state, lastState: { terminated: { reason, exitCode } } }
}

async function runPod(name: string, behavior: PodBehavior) {
  await cluster.api.send('POST', '/api/v1/namespaces/pods/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations: { [behaviorAnnotation]: behavior } },
    spec: { containers: [{ name: 'app', image: 'docker.io/library/app:1.0' }] },
  })
}

async function statusOf(pod: string): Promise<PodStatus> {
  const { status } = await cluster.api.send<{ status: PodStatus }>('GET', `/api/v1/namespaces/pods/pods/${pod}`)
  return status
}

async function createNamespace(name: string) {
  await cluster.api.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  // Admission refuses pods until the namespace has its service account.
  await until(() =>
    cluster.api.send('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`).then(
      () => true,
      () => false,
    ),
  )
}

async function query(expression: string): Promise<string | undefined> {
  const response = await fetch(`${cluster.prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const body = (await response.json()) as { data: { result: { value: [number, string] }[] } }
  return body.data.result[0]?.value[1]
}

async function until(isSo: () => Promise<boolean>, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs / 1000} s: ${isSo}`)
    await sleep(100)
  }
}
