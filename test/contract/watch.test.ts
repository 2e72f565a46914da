import { describe, expect } from 'vitest'
import { canary, twoPauses } from './manifests.ts'
import { contract } from './world.ts'

const { scenario } = contract()
/** Longer than changes are gathered, also where a second of the cluster is a fraction of one here. */
const noticeable = { duration: 20 }
const second = { image: 'docker.io/library/web:2' }

interface Line {
  type: string
  phase?: string
  step?: number
  exitCode?: number
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)

describe('watch', () => {
  scenario('tells what happens, line by line, until the rollout is Healthy', async world => {
    await world.deployed(canary([{ setWeight: 50 }, { pause: noticeable }]))
    const watching = world.start(`rollout watch web --image ${second.image}`)
    await world.untilWrites(watching, /Pending/)
    await world.release(second)
    const { exitCode, stdout } = await watching.ended
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/Progressing[\s\S]*Paused - CanaryPauseStep[\s\S]*Healthy/)
    expect(stdout).toMatch(/pod \S+\/web-\S+: Running, ready 1\/1/)
  })

  scenario('-o ndjson is the same as events, with an end', async world => {
    await world.deployed(canary([{ setWeight: 50 }, { pause: noticeable }]))
    const watching = world.start(`rollout watch web --image ${second.image} -o ndjson`)
    await world.untilWrites(watching, /Pending/)
    await world.release(second)
    const { exitCode, stdout } = await watching.ended
    expect(exitCode).toBe(0)
    const events = lines(stdout)
    const phases = events.filter(each => each.type === 'rollout.phase').map(each => each.phase)
    expect(phases.at(0)).toBe('Pending')
    expect(phases).toContain('Paused')
    expect(phases.at(-1)).toBe('Healthy')
    expect(events.filter(each => each.type === 'rollout.step').map(each => each.step)).toContain(1)
    expect(events.at(-1)).toMatchObject({ type: 'end', exitCode: 0 })
  })

  scenario('ends with 3 when the rollout is aborted', async world => {
    await world.paused(canary(twoPauses))
    const watching = world.start('rollout watch web')
    await world.untilWrites(watching, /Paused/)
    await world.run('rollout abort web')
    const { exitCode, stdout, stderr } = await watching.ended
    expect(exitCode, stderr).toBe(3)
    expect(stdout).toMatch(/Degraded/)
  })

  scenario('goes on through a pause that somebody else ends', async world => {
    await world.paused(canary(twoPauses))
    const watching = world.start('rollout watch web')
    await world.untilWrites(watching, /Paused/)
    await world.run('rollout promote web --full')
    expect(await watching.ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Healthy/) })
  })

  scenario('redraws a tree on a terminal, and leaves the last one', async world => {
    await world.paused(canary([{ setWeight: 50 }, { pause: {} }]))
    const watching = world.start('rollout watch web', { tty: { columns: 100, rows: 40 } })
    await world.untilWrites(watching, /Paused/)
    await world.run('rollout promote web')
    const { exitCode, stdout } = await watching.ended
    expect(exitCode).toBe(0)
    expect(stdout.slice(stdout.lastIndexOf('Name:'))).toMatch(/✔ Healthy[\s\S]*revision:2/)
  })

  scenario('ends with 6 after its timeout, with 1 for a rollout that is not there', async world => {
    await world.paused(canary(twoPauses))
    expect(await world.run('rollout watch web --timeout 2s')).toMatchObject({ exitCode: 6 })
    expect(await world.run('rollout watch none')).toMatchObject({ exitCode: 1 })
  })
})

describe('list -w', () => {
  scenario('adds a row for every change, also for a new rollout and a deleted one', async world => {
    await world.deployed(canary(twoPauses))
    const watching = world.start('rollout list -w')
    await world.untilWrites(watching, /web .*Healthy/)
    await world.release(second)
    await world.untilWrites(watching, /web .*Paused +1\/4/)
    await world.apply(canary([], { name: 'other' }))
    await world.untilWrites(watching, /other .*Healthy/)
    await world.delete('Rollout', 'other')
    await world.untilWrites(watching, /other .*Deleted/)
    expect(await watching.interrupt()).toMatchObject({ exitCode: 130 })
  })

  scenario('--output-watch-events prints documents', async world => {
    await world.deployed(canary([]))
    const watching = world.start('rollout list -w -o json --output-watch-events')
    await world.untilWrites(watching, /"ADDED"/)
    await world.patch('Rollout', 'web', { metadata: { labels: { seen: 'yes' } } })
    await world.untilWrites(watching, /"MODIFIED".*"seen":"yes"/)
    await watching.interrupt()
  })
})
