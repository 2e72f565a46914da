import { describe, expect } from 'vitest'
import { canary, twoPauses } from './manifests.ts'
import { contract } from './world.ts'

const { scenario } = contract()

describe('logs', () => {
  scenario('of both versions, or of one, each line with its pod', async world => {
    world.podsWrite('starting', 'listening on 8080')
    await world.paused(canary(twoPauses))
    const { currentPodHash, stableRS } = (await world.rollout()).status ?? {}
    await world.until(async () => {
      const { stdout } = await world.run('rollout logs web --all')
      return (stdout.match(/listening/g) ?? []).length === (await world.pods()).length
    }, 'the lines of every pod')
    const canaryLines = (await world.run('rollout logs web --canary')).stdout.trim().split('\n')
    expect(canaryLines).toHaveLength(2)
    expect(canaryLines.every(line => line.includes(`${currentPodHash}-`))).toBe(true)
    const stable = (await world.run('rollout logs web --stable --grep listen')).stdout.trim().split('\n')
    expect(stable.every(line => line.includes(`${stableRS}-`) && line.includes('listening on 8080'))).toBe(true)
    expect((await world.run('rollout logs web --canary --tail 1 --prefix=false')).stdout).toBe('listening on 8080\n')
    expect(await world.run('rollout logs none')).toMatchObject({ exitCode: 1 })
    expect(await world.run('rollout logs web --canary --stable')).toMatchObject({ exitCode: 2 })
  })

  scenario('-f goes on with what comes, and ends with Ctrl-C', async world => {
    world.podsWrite('starting')
    await world.paused(canary(twoPauses))
    const following = world.start('rollout logs web --canary -f')
    await world.untilWrites(following, /starting/)
    const { currentPodHash } = (await world.rollout()).status ?? {}
    const pod = (await world.pods()).find(each => each.metadata.name.includes(`${currentPodHash}-`))
    world.backend.appendLog(world.namespace, pod?.metadata.name ?? '', ['a request came'])
    await world.untilWrites(following, /a request came/)
    expect(await following.interrupt()).toMatchObject({ exitCode: 130 })
  })
})

describe('diff', () => {
  scenario('tells what the canary has that the stable version has not', async world => {
    const env = (value: string) => ({ env: [{ name: 'MODE', value }] })
    await world.paused(canary(twoPauses, { container: env('calm') }), {
      image: 'docker.io/library/web:2',
      container: { ...env('wild'), resources: { requests: { cpu: '10m' } } },
    })
    const { exitCode, stdout } = await world.run('rollout diff web')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/web:1[\s\S]*web:2/)
    expect(stdout).toMatch(/MODE[\s\S]*calm[\s\S]*wild/)
    expect(stdout).toMatch(/10m/)
    expect(stdout).not.toMatch(/protocol|terminationMessagePath|imagePullPolicy/)
    const info = JSON.parse((await world.run('rollout diff web -o json')).stdout)
    expect(info.changes.length).toBeGreaterThanOrEqual(3)
  })

  scenario('of a rollout with one version tells that there is none', async world => {
    await world.deployed(canary(twoPauses))
    const { exitCode, stdout, stderr } = await world.run('rollout diff web')
    expect(exitCode).toBe(0)
    expect(`${stdout}${stderr}`).toMatch(/no difference|nothing|same|one version/i)
  })
})

describe('history', () => {
  scenario('lists the revisions with their images, and shows one', async world => {
    await world.paused(canary(twoPauses))
    const { exitCode, stdout } = await world.run('rollout history web')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/1 .*web:1/)
    expect(stdout).toMatch(/2 .*web:2/)
    const one = await world.run('rollout history web --revision 1')
    expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/web:1/) })
    const none = await world.run('rollout history web --revision 7')
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/7/) })
  })
})
