import { describe, expect } from 'vitest'
import type { KubeClient } from '../../src/lib/context/kube-client.ts'
import { canary, twoPauses } from './manifests.ts'
import { contract, type World } from './world.ts'

const { scenario } = contract()

/** A client that has read its rollout when the others have too, and goes on from there. */
function meeting(count: number): (client: KubeClient) => KubeClient {
  let here = 0
  let open = () => {}
  const all = new Promise<void>(resolve => {
    open = resolve
  })
  return client => {
    let isFirst = true
    const get: KubeClient['get'] = async (type, ref) => {
      const object = await client.get(type, ref)
      if (isFirst && ++here === count) open()
      isFirst = false
      await all
      return object as never
    }
    return new Proxy(client, {
      get: (target, key) => (key === 'get' ? get : bound(target, Reflect.get(target, key, target))),
    })
  }
}

const bound = (target: object, value: unknown) => (typeof value === 'function' ? value.bind(target) : value)

const stepOf = async (world: World) => (await world.rollout()).status?.currentStepIndex

describe('promote', () => {
  scenario('ends the pause at step 1, and waits for the next one', async world => {
    await world.paused(canary(twoPauses))
    const result = await world.run('rollout promote web --expect-step 1 --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    expect(result.stdout).toMatch(/promoted: was paused \(CanaryPauseStep\) at step 1\/4/)
    expect((await world.rollout()).status).toMatchObject({ currentStepIndex: 3, phase: 'Paused' })
  })

  scenario('of 16 people at once advances one step', async world => {
    await world.paused(canary(twoPauses))
    const results = await Promise.all(
      Array.from({ length: 16 }, () => world.run('rollout promote web --expect-step 1')),
    )
    expect(results.map(each => each.exitCode).sort()).toEqual([0, ...Array(15).fill(7)])
    expect((await world.untilStep(3)).status?.currentStepIndex).toBe(3)
  })

  scenario('of two who have read the same state advances one step, although they expect nothing', async world => {
    await world.paused(canary([{ pause: {} }, { pause: {} }, { pause: {} }]))
    const client = meeting(2)
    const results = await Promise.all([
      world.run('rollout promote web', { client }),
      world.run('rollout promote web', { client }),
    ])
    expect(results.map(each => each.exitCode).sort()).toEqual([0, 7])
    const refused = results.find(each => each.exitCode === 7)
    expect(refused?.stderr).toMatch(/changed between reading and writing .*: nothing was changed/s)
    await world.untilStep(1)
    await world.pass(1)
    expect(await stepOf(world)).toBe(1)
  })

  scenario('is refused where nothing is paused, and names the flags that would go on', async world => {
    await world.deployed(canary(twoPauses))
    await world.release({ image: 'web:2', pods: { 'ready-after': '1h' } })
    await world.untilRollout(({ status }) => status?.updatedReplicas === 1, 'a new pod')
    const before = await world.rollout()
    const result = await world.run('rollout promote web')
    expect(result.exitCode).toBe(7)
    expect(result.stderr).toMatch(/is not paused \(step 0\/4.*\): nothing was changed/)
    expect(result.stderr).toMatch(/--skip-current-step/)
    expect((await world.rollout()).spec).toEqual(before.spec)
    expect(await stepOf(world)).toBe(0)
  })

  scenario('is refused when everything is promoted', async world => {
    await world.deployed(canary(twoPauses))
    expect(await world.run('rollout promote web')).toMatchObject({ exitCode: 7 })
  })

  scenario('--skip-current-step goes past a step that waits for pods', async world => {
    await world.deployed(canary([{ setWeight: 50 }, { pause: {} }]))
    await world.release({ image: 'web:2', pods: { 'ready-after': '1h' } })
    await world.untilRollout(({ status }) => status?.updatedReplicas === 1, 'a new pod')
    expect(await world.run('rollout promote web --skip-current-step')).toMatchObject({ exitCode: 0 })
    await world.untilStep(1)
  })

  scenario('--full ends Healthy with the new image everywhere', async world => {
    await world.paused(canary(twoPauses))
    const result = await world.run('rollout promote web --full --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const { status } = await world.rollout()
    expect(status).toMatchObject({ phase: 'Healthy', currentStepIndex: 4, updatedReplicas: 2 })
    expect(status?.stableRS).toBe(status?.currentPodHash)
  })

  scenario('--to-step 3 stops at the pause of step 3', async world => {
    await world.paused(canary(twoPauses))
    expect(await world.run('rollout promote web --to-step 3')).toMatchObject({ exitCode: 0 })
    await world.untilStep(3)
    expect(await world.run('rollout promote web --to-step 1')).toMatchObject({ exitCode: 7 })
  })

  scenario('--skip-all-steps passes both pauses', async world => {
    await world.paused(canary(twoPauses))
    expect(await world.run('rollout promote web --skip-all-steps --wait=healthy')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.phase).toBe('Healthy')
  })

  scenario('ends a pause that has a duration before its time', async world => {
    await world.paused(canary([{ setWeight: 50 }, { pause: { duration: '1h' } }]))
    expect(await world.run('rollout promote web --wait')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.phase).toBe('Healthy')
  })

  scenario('is refused with 7 by every precondition that does not hold', async world => {
    await world.paused(canary(twoPauses))
    const wrong = [
      '--expect-step 3',
      '--expect-weight 75',
      '--expect-revision 1',
      '--expect-image docker.io/library/web:1',
    ]
    for (const flags of wrong) {
      const result = await world.run(`rollout promote web ${flags}`)
      expect(result.exitCode, `${flags}: ${result.stderr}`).toBe(7)
      expect(result.stderr).toMatch(/nothing was changed/)
    }
    expect(await stepOf(world)).toBe(1)
    const right = '--expect-step 1 --expect-weight 50 --expect-revision 2 --expect-image docker.io/library/web:2'
    expect(await world.run(`rollout promote web ${right}`)).toMatchObject({ exitCode: 0 })
    await world.untilStep(3)
  })

  scenario('leaves an Event with the reason where that is asked for', async world => {
    await world.paused(canary(twoPauses))
    expect(await world.run(['rollout', 'promote', 'web', '--event', '--reason', 'looks good'])).toMatchObject({
      exitCode: 0,
    })
    const events = await world.list<never>('Event')
    const messages = events.map(each => (each as { message: string }).message)
    expect(messages).toContainEqual(expect.stringContaining('looks good'))
  })

  scenario('prints the object after the action', async world => {
    await world.paused(canary(twoPauses))
    const { stdout, exitCode } = await world.run('rollout promote web --wait -o json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Rollout', status: { currentStepIndex: 3, phase: 'Paused' } })
    const named = await world.run('rollout promote web -o name')
    expect(named).toMatchObject({ exitCode: 0, stdout: 'rollout.argoproj.io/web\n' })
  })
})

describe('pause and resume', () => {
  scenario('a manual pause is ended by resume, and the step stays', async world => {
    await world.paused(canary(twoPauses))
    expect(await world.run('rollout pause web --wait')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).spec.paused).toBe(true)
    expect(await world.run('rollout pause web')).toMatchObject({ exitCode: 7 })
    expect(await world.run('rollout resume web')).toMatchObject({ exitCode: 0 })
    await world.untilStep(1)
    const { spec } = await world.rollout()
    expect(spec.paused ?? false).toBe(false)
    expect(await world.run('rollout resume web')).toMatchObject({ exitCode: 7 })
  })

  scenario('promote ends both pauses where both hold, and moves one step', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout pause web')
    await world.untilRollout(({ status }) => status?.message === 'manually paused', 'the manual pause')
    expect(await world.run('rollout promote web --wait')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.currentStepIndex).toBe(3)
  })

  scenario('a rollout paused in the middle of an update stays where it is', async world => {
    await world.deployed(canary([{ setWeight: 50 }, { pause: { duration: '30s' } }, { setWeight: 75 }]))
    await world.release({ image: 'web:2' })
    await world.untilPhase('Paused')
    expect(await world.run('rollout pause web')).toMatchObject({ exitCode: 0 })
    await world.pass(35)
    expect(await stepOf(world)).toBe(1)
    expect(await world.run('rollout resume web --wait')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.phase).toBe('Healthy')
  })
})

describe('writes', () => {
  scenario('--dry-run changes nothing: client prints the request, server has it checked', async world => {
    await world.paused(canary(twoPauses))
    const { resourceVersion } = (await world.rollout()).metadata
    const client = await world.run('rollout promote web --dry-run=client')
    expect(client).toMatchObject({ exitCode: 0 })
    expect(client.stdout).toMatch(/PATCH \/apis\/argoproj.io\/v1alpha1\/namespaces\/\S+\/rollouts\/web\/status/)
    expect(client.stdout).toContain('"pauseConditions": null')
    expect(await world.run('rollout promote web --dry-run=server')).toMatchObject({ exitCode: 0 })
    for (const verb of ['abort', 'pause', 'restart', 'undo', 'set-image'])
      expect(
        await world.run(`rollout ${verb} web ${verb === 'set-image' ? 'app=web:3 ' : ''}--dry-run=server`),
        verb,
      ).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).metadata.resourceVersion).toBe(resourceVersion)
  })

  scenario('-A is a usage error', async world => {
    expect(await world.run('rollout promote -A')).toMatchObject({ exitCode: 2 })
  })

  scenario('-l prints what it means and needs --yes', async world => {
    await world.paused(canary(twoPauses))
    const asked = await world.run('rollout promote -l app=web')
    expect(asked.exitCode).toBe(7)
    expect(`${asked.stdout}${asked.stderr}`).toMatch(/web/)
    expect(await stepOf(world)).toBe(1)
    expect(await world.run('rollout promote -l app=web --yes --wait')).toMatchObject({ exitCode: 0 })
    expect(await stepOf(world)).toBe(3)
  })

  scenario('several names: each has its turn, the worst code is answered', async world => {
    await world.paused(canary(twoPauses))
    const result = await world.run('rollout promote rollout/web none web')
    expect(result.exitCode).toBe(2)
    const twice = await world.run('rollout promote none web')
    expect(twice.exitCode).toBe(1)
    expect(twice.stderr).toMatch(/"none" not found/)
    await world.untilStep(3)
  })
})
