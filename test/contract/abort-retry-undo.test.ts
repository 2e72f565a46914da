import { describe, expect } from 'vitest'
import { imagesOf } from '../../src/lib/rollouts/image-reference.ts'
import { canary, twoPauses } from './manifests.ts'
import { contract } from './world.ts'

const { scenario } = contract()
const image = (tag: number) => `docker.io/library/web:${tag}`

describe('abort', () => {
  scenario('sends everything back to the stable version, and says that the spec still holds the other', async world => {
    await world.paused(canary(twoPauses))
    const { stableRS } = (await world.rollout()).status ?? {}
    const result = await world.run('rollout abort web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    expect(`${result.stdout}${result.stderr}`).toMatch(/spec still holds .*web:2/s)
    const pods = await world.pods()
    const serving = pods.filter(pod => !pod.metadata.deletionTimestamp)
    expect(serving.map(pod => pod.metadata.labels?.['rollouts-pod-template-hash'])).toEqual([stableRS, stableRS])
    const status = await world.run('rollout status web --watch=false')
    expect(status).toMatchObject({
      exitCode: 3,
      stdout: 'Degraded - RolloutAborted: Rollout aborted update to revision 2\n',
    })
    expect(await world.run('rollout status web')).toMatchObject({ exitCode: 3 })
    expect(await world.run('rollout abort web')).toMatchObject({ exitCode: 7 })
    expect(await world.run('rollout promote web')).toMatchObject({ exitCode: 7 })
  })

  scenario('with nothing to abort is refused', async world => {
    await world.deployed(canary(twoPauses))
    const result = await world.run('rollout abort web')
    expect(result.exitCode).toBe(7)
    expect(result.stderr).toMatch(/nothing was changed/)
  })
})

describe('retry', () => {
  scenario('tries the same version again from step 0', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout promote web --wait')
    await world.run('rollout abort web --wait')
    const result = await world.run('rollout retry web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
    expect((await world.rollout()).status?.abort ?? false).toBe(false)
    expect(await world.run('rollout retry web')).toMatchObject({ exitCode: 7 })
  })
})

describe('undo', () => {
  scenario('in the middle of an update goes back to the stable version', async world => {
    await world.paused(canary(twoPauses))
    const planned = await world.run('rollout undo web --dry-run=client')
    expect(planned).toMatchObject({ exitCode: 0 })
    expect(planned.stdout).toMatch(/web:2/)
    expect(planned.stdout).toMatch(/web:1/)
    const result = await world.run('rollout undo web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const rollout = await world.rollout()
    expect(imagesOf(rollout.spec.template)).toEqual([image(1)])
    expect(rollout.status).toMatchObject({ phase: 'Healthy', updatedReplicas: 2 })
  })

  scenario('after an abort takes the bad version out of the spec', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout abort web --wait')
    expect(await world.run('rollout undo web --wait')).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.phase).toBe('Healthy')
    expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 0, stdout: 'Healthy\n' })
  })

  scenario('of a Healthy rollout goes to the version before, step by step', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout promote web --full --wait')
    const result = await world.run('rollout undo web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const rollout = await world.rollout()
    expect(imagesOf(rollout.spec.template)).toEqual([image(1)])
    expect(rollout.status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
  })

  scenario('--to-revision goes to that one, and refuses one that is not there', async world => {
    await world.deployed(canary([]))
    for (const tag of [2, 3]) {
      await world.release({ image: image(tag) })
      await world.untilPhase('Healthy')
    }
    expect(await world.run('rollout undo web --to-revision 1 --wait')).toMatchObject({ exitCode: 0 })
    const rollout = await world.rollout()
    expect(imagesOf(rollout.spec.template)).toEqual([image(1)])
    expect(rollout.metadata.annotations?.['rollout.argoproj.io/revision']).toBe('4')
    const unknown = await world.run('rollout undo web --to-revision 9')
    expect(unknown.exitCode).not.toBe(0)
    expect(unknown.stderr).toMatch(/revision 9/)
  })

  scenario('of a rollout with one version is refused', async world => {
    await world.deployed(canary(twoPauses))
    expect(await world.run('rollout undo web')).toMatchObject({ exitCode: 7 })
  })
})
