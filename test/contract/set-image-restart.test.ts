import { describe, expect } from 'vitest'
import { imagesOf } from '../../src/lib/rollouts/image-reference.ts'
import { canary, twoPauses } from './manifests.ts'
import { contract } from './world.ts'

const { scenario } = contract()
const image = (tag: number) => `docker.io/library/web:${tag}`

describe('set-image', () => {
  scenario('releases an image, and waits for the first pause', async world => {
    await world.deployed(canary(twoPauses))
    const result = await world.run(`rollout set-image web app=${image(2)} --wait`)
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const rollout = await world.rollout()
    expect(imagesOf(rollout.spec.template)).toEqual([image(2)])
    expect(rollout.status).toMatchObject({ phase: 'Paused', currentStepIndex: 1, updatedReplicas: 1 })
  })

  scenario('never takes the Healthy of the version before for an answer', async world => {
    await world.deployed(canary([]))
    const result = await world.run(`rollout set-image web app=${image(2)} --wait=healthy`)
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const { status } = await world.rollout()
    expect(status?.stableRS).toBe(status?.currentPodHash)
    const images = (await world.pods()).filter(pod => !pod.metadata.deletionTimestamp).map(pod => imagesOf(pod)[0])
    expect(images).toEqual([image(2), image(2)])
  })

  scenario('shows what would change with --dry-run', async world => {
    await world.deployed(canary(twoPauses))
    const { stdout, exitCode } = await world.run(`rollout set-image web app=${image(2)} --dry-run=client`)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(image(1))
    expect(stdout).toContain(image(2))
    expect(imagesOf((await world.rollout()).spec.template)).toEqual([image(1)])
  })

  scenario('names the containers when there is none of that name, and refuses what is there already', async world => {
    await world.deployed(canary(twoPauses))
    const unknown = await world.run(`rollout set-image web nginx=${image(2)}`)
    expect(unknown.exitCode).not.toBe(0)
    expect(unknown.stderr).toMatch(/\bapp\b/)
    expect(await world.run(`rollout set-image web app=${image(1)}`)).toMatchObject({ exitCode: 7 })
    expect(await world.run(`rollout set-image none app=${image(2)}`)).toMatchObject({ exitCode: 1 })
  })
})

describe('restart', () => {
  scenario('replaces every pod, and waits until the new ones are there', async world => {
    await world.deployed(canary(twoPauses))
    const before = (await world.pods()).map(pod => pod.metadata.uid)
    // Pods have whole seconds: one that is as old as the restart does not count as older.
    await world.pass(2)
    const result = await world.run('rollout restart web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const after = (await world.pods()).filter(pod => !pod.metadata.deletionTimestamp).map(pod => pod.metadata.uid)
    expect(after).toHaveLength(2)
    expect(after.filter(uid => before.includes(uid))).toEqual([])
    expect((await world.rollout()).status?.phase).toBe('Healthy')
  })

  scenario('--in an hour happens in an hour', async world => {
    await world.deployed(canary(twoPauses))
    const before = (await world.pods()).map(pod => pod.metadata.uid).sort()
    expect(await world.run('rollout restart web --in 1h')).toMatchObject({ exitCode: 0 })
    expect(Date.parse((await world.rollout()).spec.restartAt ?? '')).toBeGreaterThan(
      world.backend.clock.now() + 3_000_000,
    )
    await world.pass(3)
    expect((await world.pods()).map(pod => pod.metadata.uid).sort()).toEqual(before)
  })
})
