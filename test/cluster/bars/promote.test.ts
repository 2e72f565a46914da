import { expect } from 'vitest'
import { canary } from '../../contract/manifests.ts'
import { contract, type World } from '../../contract/world.ts'
import { shellIn } from './program.ts'

const { alone } = contract()
/** 50 for the bar, a few in a run of all tests */
const rounds = Number(process.env.ROUNDS ?? 5)
const people = 16
const timeoutMs = 60_000 + rounds * 60_000

alone(
  `${people} processes that promote one rollout at once advance it one step, in each of ${rounds} rounds`,
  async world => {
    const shell = shellIn(world)
    try {
      await world.paused(canary(Array.from({ length: rounds + 1 }, () => ({ pause: {} }))))
      let reminders = 0
      for (let step = 0; step < rounds; step++) {
        const results = await Promise.all(
          Array.from({ length: people }, () => shell.run(`rollout promote web --expect-step ${step}`)),
        )
        const codes = results.map(each => each.code).sort()
        expect(codes, results.map(each => each.stderr).join('\n')).toEqual([0, ...Array(people - 1).fill(7)])
        reminders += await advanced(world, step + 1)
      }
      console.log(`${rounds} rounds: one of ${people} processes promoted in each, the others were refused`)
      console.log(`${reminders} promotions were overlooked by the controller until the rollout was written again`)
    } finally {
      await shell.close()
    }
  },
  timeoutMs,
)

alone(
  `${people} processes that expect nothing advance it as many steps as they say, in each of ${rounds} rounds`,
  async world => {
    const shell = shellIn(world)
    try {
      await world.paused(canary(Array.from({ length: rounds * people + 1 }, () => ({ pause: {} }))))
      let step = 0
      for (let round = 0; round < rounds; round++) {
        const results = await Promise.all(Array.from({ length: people }, () => shell.run('rollout promote web')))
        const codes = results.map(each => each.code)
        expect(
          codes.every(code => code === 0 || code === 7),
          results.map(each => each.stderr).join('\n'),
        ).toBe(true)
        const promoted = codes.filter(code => code === 0).length
        expect(promoted).toBeGreaterThan(0)
        step += promoted
        await advanced(world, step)
      }
      console.log(`${rounds} rounds of ${people} processes without --expect-step: ${step} promotions, ${step} steps`)
    } finally {
      await shell.close()
    }
  },
  timeoutMs,
)

/**
 * Waits until the rollout is paused at exactly this step. A controller that has overlooked the promotion is reminded
 * after ten seconds, as `--wait` does it (src/lib/rollouts/wait/reminder.ts).
 *
 * @returns how often that was necessary
 */
async function advanced(world: World, step: number): Promise<number> {
  let reminders = 0
  let remindAtMs = Date.now() + 10_000
  await world.until(async () => {
    if (Date.now() > remindAtMs) {
      reminders += 1
      remindAtMs = Date.now() + 10_000
      await world.patch('Rollout', 'web', { metadata: { annotations: { reminded: String(remindAtMs) } } })
    }
    return (await world.rollout()).status?.currentStepIndex === step
  }, `step ${step}`)
  const { status } = await world.untilStep(step)
  expect(status?.currentStepIndex).toBe(step)
  return reminders
}
