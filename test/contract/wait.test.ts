import { describe, expect } from 'vitest'
import { canary, twoPauses } from './manifests.ts'
import { contract } from './world.ts'

const { scenario } = contract()
const second = { image: 'docker.io/library/web:2' }

describe('wait', () => {
  scenario('--for paused meets the pause of the image that is meant, not the Healthy before', async world => {
    await world.deployed(canary(twoPauses))
    const waiting = world.start(`rollout wait web --for paused --for healthy --image ${second.image} --timeout 2m`)
    await world.pass(3)
    expect(waiting.hasEnded).toBe(false)
    await world.release(second)
    const result = await waiting.ended
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
    expect(result.stdout).toMatch(/is Paused - CanaryPauseStep \(met: paused\)/)
  })

  scenario('goals that hold are met at once', async world => {
    await world.paused(canary(twoPauses))
    const { currentPodHash } = (await world.rollout()).status ?? {}
    const goals = [
      'paused',
      'step=1',
      'step=0',
      'setweight=50',
      'weight=50',
      'revision=2',
      'phase=Paused',
      'message=/CanaryPause/',
      'condition=Paused',
      'condition=Progressing=Unknown',
      'jsonpath={.status.currentStepIndex}=1',
    ]
    const results = await Promise.all(goals.map(goal => world.run(`rollout wait web --for ${goal} --once`)))
    for (const [index, result] of results.entries())
      expect(result.exitCode, `${goals[index]}: ${result.stdout}${result.stderr}`).toBe(0)
    const hash = await world.run(`rollout wait web --for paused --pod-hash ${currentPodHash} --once`)
    expect(hash).toMatchObject({ exitCode: 0 })
  })

  scenario('what is not reached is 5 with --once and 6 after the timeout', async world => {
    await world.deployed(canary(twoPauses))
    await world.release({ ...second, pods: { 'ready-after': '1h' } })
    await world.untilRollout(({ status }) => status?.updatedReplicas === 1, 'a new pod')
    expect(await world.run('rollout wait web --for paused --once')).toMatchObject({ exitCode: 5 })
    const timedOut = await world.run('rollout wait web --for paused --timeout 2s')
    expect(timedOut.exitCode).toBe(6)
    expect(`${timedOut.stdout}${timedOut.stderr}`).toMatch(/timed out/)
  })

  scenario('a pause that nobody is waiting for ends it with 5', async world => {
    await world.paused(canary(twoPauses))
    const result = await world.run('rollout wait web --for healthy')
    expect(result.exitCode).toBe(5)
    expect(result.stdout).toMatch(/does not go on by itself/)
  })

  scenario('Degraded ends it with 3, unless it is what is waited for', async world => {
    await world.paused(canary(twoPauses))
    const waiting = world.start('rollout wait web --for step=3')
    expect(await waiting.ended).toMatchObject({ exitCode: 5 })
    await world.run('rollout abort web --wait')
    expect(await world.run('rollout wait web --for healthy')).toMatchObject({ exitCode: 3 })
    expect(await world.run('rollout wait web --for degraded')).toMatchObject({ exitCode: 0 })
  })

  scenario('a later step is met by one beyond it', async world => {
    await world.deployed(canary([{ setWeight: 50 }, { pause: { duration: 1 } }, { setWeight: 75 }, { pause: {} }]))
    const waiting = world.start(`rollout wait web --for step=2 --image ${second.image}`)
    await world.release(second)
    expect(await waiting.ended).toMatchObject({ exitCode: 0 })
    expect(await world.run('rollout wait web --for setweight=75')).toMatchObject({ exitCode: 0 })
  })

  scenario('a rollout that is deleted is an error, unless that is what is waited for', async world => {
    await world.deployed(canary(twoPauses))
    await world.release({ ...second, pods: { 'ready-after': '1h' } })
    await world.untilQuiet(({ status }) => status?.updatedReplicas === 1, 'a new pod')
    const waiting = world.start('rollout wait web --for degraded')
    const gone = world.start('rollout wait web --for delete')
    const status = world.start('rollout status web')
    await world.untilWrites(status, /Progressing/)
    await world.untilWrites(waiting, /Progressing/)
    await world.untilWrites(gone, /Progressing/)
    await world.delete('Rollout', 'web')
    expect(await waiting.ended).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/was deleted/) })
    expect(await gone.ended).toMatchObject({ exitCode: 0 })
    expect(await status.ended).toMatchObject({ exitCode: 1 })
    expect(await world.run('rollout wait web --for healthy')).toMatchObject({ exitCode: 1 })
  })

  scenario('--changed-since waits for something newer than what was seen', async world => {
    await world.deployed(canary([]))
    const { resourceVersion } = (await world.rollout()).metadata
    const waiting = world.start(`rollout wait web --for healthy --changed-since ${resourceVersion}`)
    await world.pass(2)
    expect(waiting.hasEnded).toBe(false)
    await world.release(second)
    expect(await waiting.ended).toMatchObject({ exitCode: 0 })
    const { status } = await world.rollout()
    expect(status?.stableRS).toBe(status?.currentPodHash)
  })

  scenario('several rollouts: all have to get there', async world => {
    await world.paused(canary(twoPauses))
    await world.deployed(canary([], { name: 'other' }))
    expect(await world.run('rollout wait web other --for paused --for healthy')).toMatchObject({ exitCode: 0 })
    expect(await world.run('rollout wait other web none --for healthy --timeout 5s')).toMatchObject({ exitCode: 1 })
  })

  scenario('Ctrl-C ends it with 130', async world => {
    await world.deployed(canary(twoPauses))
    await world.release({ ...second, pods: { 'ready-after': '1h' } })
    await world.untilQuiet(({ status }) => status?.updatedReplicas === 1, 'a new pod')
    const waiting = world.start('rollout wait web --for degraded')
    await world.untilWrites(waiting, /Progressing/)
    expect(await waiting.interrupt()).toMatchObject({ exitCode: 130 })
  })
})

describe('status', () => {
  scenario('tells every phase on the way, and ends at the pause with 5', async world => {
    await world.deployed(canary(twoPauses))
    const watching = world.start(`rollout status web --image ${second.image}`)
    await world.untilWrites(watching, /Pending/)
    await world.release(second)
    const result = await watching.ended
    expect(result.exitCode).toBe(5)
    expect(result.stdout).toMatch(/^Pending.*\n(.*\n)*Progressing.*\n(.*\n)*Paused - CanaryPauseStep\n$/)
  })

  scenario('--through-pauses goes on to the end', async world => {
    await world.paused(canary(twoPauses))
    const watching = world.start('rollout status web --through-pauses')
    await world.untilWrites(watching, /Paused/)
    await world.run('rollout promote web --wait')
    await world.untilStep(3)
    await world.run('rollout promote web')
    expect(await watching.ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Healthy\n$/) })
  })

  scenario('one look: 0 Healthy, 5 for what is under way, 6 after a timeout', async world => {
    await world.deployed(canary(twoPauses))
    expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 0, stdout: 'Healthy\n' })
    const otherImage = await world.run(`rollout status web --image ${second.image} --watch=false`)
    expect(otherImage).toMatchObject({ exitCode: 5, stdout: expect.stringMatching(/^Pending/) })
    await world.release({ ...second, pods: { 'ready-after': '1h' } })
    await world.untilRollout(({ status }) => status?.phase === 'Progressing', 'Progressing')
    expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 5 })
    expect(await world.run('rollout status web --timeout 1s')).toMatchObject({ exitCode: 6 })
    expect(await world.run('rollout status none')).toMatchObject({ exitCode: 1 })
  })
})
