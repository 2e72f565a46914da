import { expect } from 'vitest'
import type { Rollout } from '../../../src/lib/rollouts/rollout.ts'
import { canary } from '../../contract/manifests.ts'
import { contract, type World } from '../../contract/world.ts'
import { shellIn } from './program.ts'

const { alone } = contract()
const count = Number(process.env.ROLLOUTS ?? 200)
const names = Array.from({ length: count }, (_, index) => `web-${String(index).padStart(3, '0')}`)

/** A row without its age, by the name in front. */
function rowsOf(table: string): Map<string, string> {
  const rows = new Map<string, string>()
  for (const line of table.trim().split('\n')) {
    const cells = line.trim().split(/ {2,}/)
    if (cells[0]?.startsWith('web-')) rows.set(cells[0], cells.filter((_, index) => index !== ageColumn).join(' '))
  }
  return rows
}
const ageColumn = 6

async function untilAll(world: World, phase: string): Promise<void> {
  let left = count
  await world.until(
    async () => {
      const rollouts = await world.list<Rollout>('Rollout')
      left = rollouts.filter(
        ({ metadata, status }) => status?.phase !== phase || status.observedGeneration !== String(metadata.generation),
      ).length
      return left === 0
    },
    () => `${left} of ${count} rollouts to be ${phase}`,
    600_000,
  )
}

alone(
  `list -w of ${count} rollouts that change at once ends with the state of each`,
  async world => {
    const shell = shellIn(world)
    try {
      const steps = [{ setWeight: 50 }, { pause: { duration: 2 } }, { setWeight: 100 }, { pause: {} }]
      const labelled = (name: string) => {
        const rollout = canary(steps, { name, spec: { replicas: 1 } })
        const labels = { app: name }
        return {
          ...rollout,
          spec: {
            ...rollout.spec,
            selector: { matchLabels: labels },
            template: { ...rollout.spec.template, metadata: { labels } },
          },
        }
      }
      await Promise.all(names.map(name => world.apply(labelled(name))))
      await untilAll(world, 'Healthy')
      const watching = shell.start('rollout list -w')
      await world.until(() => rowsOf(watching.stdout).size === count, 'a row of each')
      const before = { processor: watching.processorSeconds(), ms: Date.now() }
      const spec = { template: { spec: { containers: [{ name: 'app', image: 'docker.io/library/web:2' }] } } }
      await Promise.all(names.map(name => world.patch('Rollout', name, { spec })))
      await untilAll(world, 'Paused')
      const final = rowsOf((await shell.run('rollout list')).stdout)
      expect(final.size).toBe(count)
      await world.until(
        () => JSON.stringify([...rowsOf(watching.stdout)].sort()) === JSON.stringify([...final].sort()),
        () => differences(rowsOf(watching.stdout), final),
      )
      const seconds = (Date.now() - before.ms) / 1000
      const share = (watching.processorSeconds() - before.processor) / seconds
      const rows = watching.stdout.split('\n').length
      console.log(`${count} rollouts changed in ${seconds.toFixed(0)} s, ${rows} rows were written`)
      console.log(`list -w took ${(share * 100).toFixed(1)} % of one core meanwhile`)
      expect((await watching.interrupt()).code).toBe(130)
    } finally {
      await shell.close()
    }
  },
  1_200_000,
)

function differences(shown: Map<string, string>, final: Map<string, string>): string {
  const wrong = [...final].filter(([name, row]) => shown.get(name) !== row)
  return `the last rows to be the final ones; ${wrong.length} differ:\n${wrong
    .slice(0, 5)
    .map(([name, row]) => `${shown.get(name)}\n${row}`)
    .join('\n')}`
}
