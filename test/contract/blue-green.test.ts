import { describe, expect } from 'vitest'
import type { Service } from '../../src/lib/kube/core-objects.ts'
import type { Explanation } from '../../src/lib/rollouts/explain/explanation.ts'
import { blueGreen, service } from './manifests.ts'
import { contract, type World } from './world.ts'

const { scenario } = contract()
const second = { image: 'docker.io/library/web:2' }

async function selects(world: World, name: string): Promise<string | undefined> {
  const { spec } = await world.get<Service>('Service', name)
  return spec?.selector?.['rollouts-pod-template-hash']
}

async function previewed(world: World, options: Parameters<typeof blueGreen>[0] = {}): Promise<void> {
  await world.apply(service('active'), service('preview'))
  await world.paused(blueGreen(options), second)
}

describe('blue-green', () => {
  scenario('pauses with both versions up, and promote switches the active service', async world => {
    await previewed(world)
    const { status } = await world.rollout()
    expect(status).toMatchObject({ message: 'BlueGreenPause' })
    expect(await selects(world, 'active')).toBe(status?.stableRS)
    expect(await selects(world, 'preview')).toBe(status?.currentPodHash)
    const { stdout } = await world.run('rollout get web')
    expect(stdout).toMatch(/Strategy: +BlueGreen/)
    expect(stdout).toMatch(/web:2 .*preview/)
    expect(stdout).toMatch(/web:1 .*active/)
    const result = await world.run('rollout promote web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const after = await world.rollout()
    expect(after.status).toMatchObject({ phase: 'Healthy', blueGreen: { activeSelector: status?.currentPodHash } })
    expect(await selects(world, 'active')).toBe(status?.currentPodHash)
  })

  scenario('explain says who has to promote', async world => {
    await previewed(world)
    const { stdout } = await world.run('rollout explain web -o info')
    const { findings, goOn } = JSON.parse(stdout) as Explanation
    expect(findings[0]).toMatchObject({ rule: 'blue-green-pause', blocks: 'now' })
    expect(goOn[0]?.command).toContain('rollout promote web')
    expect(await world.run('rollout status web --watch=false')).toMatchObject({
      exitCode: 5,
      stdout: 'Paused - BlueGreenPause\n',
    })
  })

  scenario('promotes itself after autoPromotionSeconds', async world => {
    await previewed(world, { blueGreen: { autoPromotionEnabled: true, autoPromotionSeconds: 30 } })
    const { stdout } = await world.run('rollout explain web -o info')
    expect((JSON.parse(stdout) as Explanation).findings[0]).toMatchObject({ rule: 'blue-green-auto-promotion' })
    expect(await world.run('rollout status web')).toMatchObject({ exitCode: 0 })
  })

  scenario(
    'abort keeps the active version, and retry makes the other one active where its pods are still there',
    async world => {
      await previewed(world)
      const { status } = await world.rollout()
      const aborted = await world.run('rollout abort web --wait')
      expect(aborted, aborted.stderr).toMatchObject({ exitCode: 0 })
      expect(await selects(world, 'active')).toBe(status?.stableRS)
      expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 3 })
      const retried = await world.run('rollout retry web --wait')
      expect(retried, retried.stderr).toMatchObject({ exitCode: 0 })
      expect(retried.stderr).toMatch(/the controller makes it active at once/)
      expect((await world.rollout()).status).toMatchObject({ phase: 'Healthy' })
      expect(await selects(world, 'active')).toBe(status?.currentPodHash)
    },
  )

  scenario('undo goes back to the version before', async world => {
    await previewed(world)
    await world.run('rollout promote web --wait')
    const { stableRS } = (await world.rollout()).status ?? {}
    expect(await world.run('rollout undo web --wait')).toMatchObject({ exitCode: 0 })
    const { status } = await world.rollout()
    expect(status?.currentPodHash).not.toBe(stableRS)
  })

  scenario('without the active service says so', async world => {
    await world.apply(blueGreen())
    await world.until(async () => {
      const { stdout } = await world.run('rollout explain web -o info')
      return (JSON.parse(stdout) as Explanation).findings[0]?.rule === 'service-missing'
    }, 'the missing service')
    expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 3 })
  })
})
