import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderRollout } from '../../../src/lib/output/rollout-view.ts'
import { rolloutInfo } from '../../../src/lib/rollouts/info/info.ts'
import { rolloutRow } from '../../../src/lib/rollouts/info/rollout-row.ts'
import type { RolloutObjects } from '../../../src/lib/rollouts/rollout-objects.ts'

const cases = readFileSync('test/conformance/cases/rollout-info.jsonl', 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line).objects as RolloutObjects)

/** `value` without the fields at which the dice fall; what the API server demands of every object stays. */
function thinned(value: unknown, dice: () => boolean): unknown {
  if (Array.isArray(value)) return value.map(each => thinned(each, dice))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => ['metadata', 'name', 'rollout', 'spec'].includes(key) || dice())
  return Object.fromEntries(kept.map(([key, each]) => [key, thinned(each, dice)]))
}

it('any field may be missing', () => {
  fc.assert(
    fc.property(fc.nat(cases.length - 1), fc.infiniteStream(fc.integer({ min: 0, max: 9 })), (index, dice) => {
      const lists = { replicaSets: [], pods: [], experiments: [], analysisRuns: [] }
      const objects = { ...lists, ...(thinned(cases[index], () => Number(dice.next().value) > 0) as RolloutObjects) }
      const info = rolloutInfo(objects, 0)
      expect(renderRollout(info, { color: true, columns: 80 }, 0)).not.toMatch(/undefined|NaN|null|\[object/)
      expect(JSON.stringify(rolloutRow(objects.rollout))).not.toContain('null')
    }),
    { numRuns: 500 },
  )
})
