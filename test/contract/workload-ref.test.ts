import { describe, expect } from 'vitest'
import type { Deployment } from '../../src/lib/kube/core-objects.ts'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import { canary, object, template, twoPauses } from './manifests.ts'
import { contract, requestsOf, type World } from './world.ts'

const { scenario } = contract()
const image = (tag: number) => `docker.io/library/web:${tag}`

function referring(): Rollout {
  const { spec, ...rest } = canary(twoPauses)
  const { template: _template, selector: _selector, ...others } = spec
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  return { ...rest, spec: { ...others, workloadRef } }
}

async function deployed(world: World): Promise<void> {
  const selector = { matchLabels: { app: 'web' } }
  await world.deployed(
    referring(),
    object('apps/v1', 'Deployment', 'web', { spec: { replicas: 0, selector, template: template() } }),
  )
}

describe('a rollout of a Deployment', () => {
  scenario('set-image writes to the Deployment, and --wait waits for that version', async world => {
    await deployed(world)
    const result = await world.run(`rollout set-image web app=${image(2)} --wait`)
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const { spec } = await world.get<Deployment>('Deployment', 'web')
    expect(spec?.template?.spec?.containers?.[0]?.image).toBe(image(2))
    expect((await world.rollout()).status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
    expect((await world.run('rollout get web')).stdout).toMatch(/web:2 .*canary/)
  })

  scenario('undo writes to the Deployment', async world => {
    await deployed(world)
    await world.run(`rollout set-image web app=${image(2)} --wait`)
    const result = await world.run('rollout undo web --wait')
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    const { spec } = await world.get<Deployment>('Deployment', 'web')
    expect(spec?.template?.spec?.containers?.[0]?.image).toBe(image(1))
    expect((await world.rollout()).status?.phase).toBe('Healthy')
  })

  scenario('its state costs one request more', async world => {
    await deployed(world)
    const status = await world.run('rollout status web --watch=false -v 6')
    expect(status).toMatchObject({ exitCode: 0, stdout: 'Healthy\n' })
    expect(requestsOf(status)).toHaveLength(2)
    expect(requestsOf(await world.run('rollout get web -v 6')).length).toBeLessThanOrEqual(6)
  })

  scenario('a Deployment that is not there is explained', async world => {
    await world.apply(referring())
    await world.until(async () => {
      const { stdout } = await world.run('rollout explain web')
      return /workload-missing/.test(stdout)
    }, 'the missing workload')
  })

  scenario('history, diff and logs read its template', async world => {
    await deployed(world)
    await world.run(`rollout set-image web app=${image(2)} --wait`)
    expect((await world.run('rollout history web')).stdout).toMatch(/web:2/)
    expect((await world.run('rollout diff web')).stdout).toMatch(/web:1[\s\S]*web:2/)
    expect(await world.run('rollout logs web --canary')).toMatchObject({ exitCode: 0 })
    const promoted = await world.run(`rollout promote web --expect-image ${image(2)} --wait`)
    expect(promoted, promoted.stderr).toMatchObject({ exitCode: 0 })
    expect((await world.rollout()).status?.currentStepIndex).toBe(3)
  })
})
