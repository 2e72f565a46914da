import { describe, expect } from 'vitest'
import type { Explanation } from '../../src/lib/rollouts/explain/explanation.ts'
import { canary, twoPauses } from './manifests.ts'
import { contract, type World } from './world.ts'

const { scenario, alone } = contract()
const reads = ['get', 'list', 'watch']
const rollouts = { verbs: reads, resources: ['rollouts'] }

describe('somebody who may read rollouts and nothing else', () => {
  const reader = async (world: World) => {
    await world.paused(canary(twoPauses))
    return world.somebodyWho('reader', rollouts)
  }

  scenario('gets their state, and what is not visible is said', async world => {
    const as = await reader(world)
    expect(await world.run('rollout status web --watch=false', { as })).toMatchObject({ exitCode: 5 })
    expect((await world.run('rollout list', { as })).stdout).toMatch(/web .*Paused +1\/4/)
    const { exitCode, stdout, stderr } = await world.run('rollout get web', { as })
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/Step: +1\/4/)
    expect(`${stdout}${stderr}`).toMatch(/not visible.*(pods|replicasets)/i)
  })

  scenario('gets an explanation that says what it lacks, and names no command that is forbidden', async world => {
    const as = await reader(world)
    const { exitCode, stdout } = await world.run('rollout explain web -o info', { as })
    expect(exitCode).toBe(0)
    const { findings, goOn, notVisible } = JSON.parse(stdout) as Explanation
    expect(findings[0]?.rule).toBe('canary-pause-indefinite')
    expect(notVisible.map(each => each.what).join()).toMatch(/pods in namespace/)
    expect(goOn[0]).toMatchObject({ allowed: false })
    const text = (await world.run('rollout explain web', { as })).stdout
    expect(text).toMatch(/not (allowed|permitted)|may not|forbidden/i)
  })

  scenario('cannot promote, and is told which permission is missing', async world => {
    const as = await reader(world)
    const { exitCode, stderr } = await world.run('rollout promote web', { as })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/cannot patch resource "rollouts\/status"/)
    expect(stderr).toMatch(/kubectl auth can-i patch rollouts/)
    expect((await world.rollout()).status?.currentStepIndex).toBe(1)
  })

  scenario('waits and watches', async world => {
    const as = await reader(world)
    const waiting = world.start('rollout wait web --for step=3', { as })
    expect(await waiting.ended).toMatchObject({ exitCode: 5 })
    const watching = world.start('rollout watch web', { as })
    await world.untilWrites(watching, /Paused/)
    await world.run('rollout promote web')
    await world.untilWrites(watching, /step 3\/4/)
    expect(await watching.interrupt()).toMatchObject({ exitCode: 130 })
  })
})

describe('somebody who may do nothing', () => {
  scenario('is told what is missing, and how to check', async world => {
    await world.deployed(canary(twoPauses))
    const as = await world.somebodyWho('nobody')
    for (const line of [
      'rollout list',
      'rollout get web',
      'rollout status web',
      'rollout explain web',
      'rollout list -A',
    ]) {
      const { exitCode, stdout, stderr } = await world.run(line, { as })
      expect([exitCode, stdout], line).toEqual([1, ''])
      expect(stderr, line).toMatch(/cannot (get|list) resource "rollouts" in API group "argoproj.io"/)
      expect(stderr, line).toMatch(/auth can-i/)
    }
  })
})

describe('somebody who may change rollouts, and not their status', () => {
  scenario('changes the image, and cannot promote', async world => {
    await world.deployed(canary(twoPauses))
    const as = await world.somebodyWho('changer', rollouts, { verbs: ['patch', 'update'], resources: ['rollouts'] })
    expect(await world.run('rollout set-image web app=docker.io/library/web:2', { as })).toMatchObject({ exitCode: 0 })
    await world.untilStep(1)
    expect(await world.run('rollout promote web', { as })).toMatchObject({ exitCode: 1 })
  })
})

alone('where Argo Rollouts is not installed every command says so', async world => {
  await world.backend.withoutKind(async () => {
    for (const line of [
      'rollout list',
      'rollout get web',
      'rollout status web',
      'rollout promote web',
      'rollout wait web --for healthy',
      'rollout watch web',
      'rollout list -w',
    ]) {
      const { exitCode, stdout, stderr } = await world.run(line)
      expect([exitCode, stdout], `${line}: ${stderr}`).toEqual([1, ''])
      expect(stderr, line).toMatch(/Argo Rollouts is not installed in the cluster of context/)
      expect(stderr, line).toMatch(/api-resources --api-group=argoproj.io/)
    }
  })
})
