import { describe, expect } from 'vitest'
import { blueGreen, canary, service, twoPauses } from './manifests.ts'
import { contract, requestsOf } from './world.ts'

const { scenario } = contract()

const cells = (line: string) => line.trim().split(/ {2,}/)

describe('list', () => {
  scenario('shows a row per rollout, and the API objects with -o', async world => {
    await world.apply(service('active'), service('preview'))
    await world.paused(canary(twoPauses))
    await world.deployed(blueGreen({ name: 'blue' }))
    const { stdout, exitCode } = await world.run('rollout list')
    expect(exitCode).toBe(0)
    const [header = '', ...rows] = stdout.trim().split('\n')
    expect(cells(header).slice(0, 4)).toEqual(['NAME', 'STRATEGY', 'STATUS', 'STEP'])
    expect(rows.map(row => cells(row).slice(0, 4))).toEqual([
      ['blue', 'BlueGreen', 'Healthy', '-'],
      ['web', 'Canary', 'Paused', '1/4'],
    ])
    expect(rows[1]).toMatch(/web:2/)
    const wide = await world.run('rollout list -o wide')
    expect(wide.stdout.split('\n')[0]?.length).toBeGreaterThan(header.length)
    const json = JSON.parse((await world.run('rollout list -o json')).stdout)
    expect(json).toMatchObject({ kind: 'List', items: [{ kind: 'Rollout' }, { metadata: { name: 'web' } }] })
    expect(await world.run('rollout list -o name')).toMatchObject({
      stdout: 'rollout.argoproj.io/blue\nrollout.argoproj.io/web\n',
    })
    const path = await world.run(['rollout', 'list', '-o', 'jsonpath={.items[*].status.phase}'])
    expect(path.stdout).toBe('Healthy Paused')
    const columns = await world.run('rollout list --no-headers -o custom-columns=N:.metadata.name,P:.status.phase')
    expect(columns.stdout.trim().split('\n').map(cells)).toEqual([
      ['blue', 'Healthy'],
      ['web', 'Paused'],
    ])
  })

  scenario('selects by labels, and by namespace', async world => {
    await world.deployed(canary([]))
    await world.deployed(canary([], { name: 'api' }))
    await world.patch('Rollout', 'api', { metadata: { labels: { tier: 'back' } } })
    expect((await world.run('rollout list -l tier=back -o name')).stdout).toBe('rollout.argoproj.io/api\n')
    expect((await world.run('rollout list -l tier!=back -o name')).stdout).toBe('rollout.argoproj.io/web\n')
    expect((await world.run('rollout list --field-selector metadata.name=web -o name')).stdout).toMatch(/web/)
    const everywhere = await world.run('rollout list -A')
    expect(everywhere.stdout).toMatch(/^NAMESPACE +NAME/)
    const ours = everywhere.stdout.split('\n').filter(line => line.startsWith(`${world.namespace} `))
    expect(ours).toHaveLength(2)
    expect((await world.run('rollout list --chunk-size 1 -o name')).stdout.split('\n')).toHaveLength(3)
    const sorted = await world.run('rollout list --sort-by {.metadata.name} -o name')
    expect(sorted.stdout).toBe('rollout.argoproj.io/api\nrollout.argoproj.io/web\n')
    const none = await world.run('rollout list -l tier=front')
    expect(none).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringMatching(/^No resources found/) })
    expect(await world.run('rollout list -l =')).toMatchObject({ exitCode: 2 })
  })

  scenario('answers with the worst state where --exit-status asks for it', async world => {
    await world.deployed(canary([]))
    expect(await world.run('rollout list --exit-status')).toMatchObject({ exitCode: 0 })
    await world.paused(canary(twoPauses, { name: 'other' }))
    expect(await world.run('rollout list --exit-status')).toMatchObject({ exitCode: 5 })
    await world.run('rollout abort other --wait')
    expect(await world.run('rollout list --exit-status')).toMatchObject({ exitCode: 3 })
  })
})

describe('get', () => {
  scenario('shows where it is, both versions and their pods', async world => {
    await world.paused(canary(twoPauses))
    const { stdout, exitCode } = await world.run('rollout get web')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/Status: +॥ Paused/)
    expect(stdout).toMatch(/CanaryPauseStep/)
    expect(stdout).toMatch(/Step: +1\/4/)
    expect(stdout).toMatch(/SetWeight: +50/)
    expect(stdout).toMatch(/web:2 .*canary/)
    expect(stdout).toMatch(/web:1 .*stable/)
    expect(stdout).toMatch(/revision:2[\s\S]*web-\w+ +ReplicaSet +✔ Healthy[\s\S]*revision:1/)
    expect(stdout.match(/ Pod +✔ Running/g)).toHaveLength(
      (await world.pods()).filter(pod => !pod.metadata.deletionTimestamp).length,
    )
    const info = JSON.parse((await world.run('rollout get web -o info')).stdout)
    expect(info).toMatchObject({ kind: 'RolloutInfo' })
    const object = await world.run('rollout get web -o jsonpath={.status.currentStepIndex}')
    expect(object.stdout).toBe('1')
    expect((await world.run('rollout get rollout/web -o name')).stdout).toBe('rollout.argoproj.io/web\n')
    expect((await world.run('rollout get rollouts.argoproj.io/web -o name')).stdout).toBe('rollout.argoproj.io/web\n')
    expect(await world.run('rollout get web --exit-status')).toMatchObject({ exitCode: 5 })
  })

  scenario('what is not there is an error, unless that is said to be none', async world => {
    await world.deployed(canary([]))
    const missing = await world.run('rollout get none')
    expect(missing).toMatchObject({ exitCode: 1, stdout: '' })
    expect(missing.stderr).toMatch(/rollouts.argoproj.io "none" not found/)
    expect(await world.run('rollout get none --ignore-not-found')).toMatchObject({ exitCode: 0, stdout: '' })
    const two = await world.run('rollout get none web')
    expect(two).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/Name: +web/) })
    expect(await world.run('rollout get deployment/web')).toMatchObject({ exitCode: 2 })
  })

  scenario('-w tells what changes, until Ctrl-C', async world => {
    await world.paused(canary(twoPauses))
    const watching = world.start('rollout get web -w')
    await world.untilWrites(watching, /step 1\/4/)
    await world.run('rollout promote web')
    await world.untilWrites(watching, /step 3\/4/)
    expect(await watching.interrupt()).toMatchObject({ exitCode: 130 })
  })
})

describe('requests', () => {
  scenario('are the fewest that answer, and none is about a namespace without a selector', async world => {
    await world.paused(canary(twoPauses))
    const rows = [
      { line: 'rollout status web --watch=false', atMost: 1 },
      { line: 'rollout get web', atMost: 5 },
      { line: 'rollout get web -o json', atMost: 1 },
      { line: 'rollout list', atMost: 1 },
      { line: 'rollout promote web --expect-step 3', atMost: 1 },
      { line: 'rollout promote web --expect-step 1', atMost: 2 },
    ]
    for (const { line, atMost } of rows) {
      const requests = requestsOf(await world.run(`${line} -v 6`))
      expect(requests.length, `${line}:\n${requests.join('\n')}`).toBeGreaterThan(0)
      expect(requests.length, `${line}:\n${requests.join('\n')}`).toBeLessThanOrEqual(atMost)
      const wide = requests.filter(each => /\/(pods|replicasets|analysisruns|experiments)\?(?!.*Selector=)/.test(each))
      expect(wide).toEqual([])
    }
  })
})
