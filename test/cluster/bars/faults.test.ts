import { expect } from 'vitest'
import { type ClusterBackend, startClusterBackend } from '../../contract/cluster-backend.ts'
import { canary } from '../../contract/manifests.ts'
import { contract, type World } from '../../contract/world.ts'
import { type Program, shellIn } from './program.ts'

// A cluster of its own: nobody else's API server is stopped.
let backend: ClusterBackend
const { alone } = contract(async () => {
  backend = await startClusterBackend({})
  return backend
})

/** They would come back by themselves, after up to a minute. */
async function restartControllers(): Promise<void> {
  const { cluster } = backend
  for (const name of ['argo-rollouts', 'controller-manager', 'scheduler', 'kwok'] as const) {
    await cluster.stop(name)
    await cluster.start(name)
  }
}

const untilWrites = (world: World, started: Program, pattern: RegExp) =>
  world.until(
    () => pattern.test(started.stdout + started.stderr) || started.hasEnded,
    () => `${pattern} in:\n${started.stdout}${started.stderr}`,
  )

const rows: { signal: NodeJS.Signals; afterwards: 'goes on' | 'is aborted'; code: number; phase: string }[] = [
  { signal: 'SIGKILL', afterwards: 'goes on', code: 0, phase: 'Healthy' },
  { signal: 'SIGTERM', afterwards: 'goes on', code: 0, phase: 'Healthy' },
  { signal: 'SIGKILL', afterwards: 'is aborted', code: 3, phase: 'Degraded' },
]

for (const { signal, afterwards, code, phase } of rows) {
  alone(
    `${signal} ends the API server under status, wait, watch and list -w; it comes back and the rollout ${afterwards}`,
    async world => {
      const shell = shellIn(world)
      try {
        await world.paused(canary([{ setWeight: 50 }, { pause: { duration: '25s' } }]))
        const status = shell.start('rollout status web')
        const wait = shell.start('rollout wait web --for healthy --timeout 5m')
        const watch = shell.start('rollout watch web')
        const list = shell.start('rollout list -w')
        const all = [status, wait, watch, list]
        for (const each of all) await untilWrites(world, each, /Paused/)

        await backend.cluster.stop('apiserver', signal)
        await new Promise(resolve => setTimeout(resolve, 4000))
        expect(all.map(each => each.hasEnded)).toEqual([false, false, false, false])
        await backend.cluster.start('apiserver')
        await restartControllers()

        if (afterwards === 'is aborted') expect((await shell.run('rollout abort web')).code).toBe(0)
        const ended = await Promise.all([status.ended, wait.ended, watch.ended])
        expect(
          ended.map(each => each.code),
          ended.map(each => each.stdout + each.stderr).join('\n'),
        ).toEqual([code, code, code])
        expect(ended[0]?.stdout).toMatch(new RegExp(`^${phase}`, 'm'))
        for (const each of ended) expect(each.stderr).toMatch(/the API server does not answer/)
        await untilWrites(world, list, new RegExp(`web .*${phase}`))
        expect(list.hasEnded).toBe(false)
        expect((await list.interrupt()).code).toBe(130)
      } finally {
        await shell.close()
      }
    },
  )
}
