import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'
import { grouping, labelledLog } from './suites/loghub.ts'

describe('conformance: loghub', () => {
  const sets = resolve('../shared/datasets/loghub')
  const isThere = existsSync(sets)
  it.skipIf(!isThere)(
    `groups lines as people did${isThere ? '' : ' (skipped: ../shared/datasets is not here)'}`,
    () => {
      const failures: string[] = []
      const { means, total } = runSuite('loghub', sets, (id, text) => failures.push(`${id}\n${text}`))
      expect(failures).toEqual([])
      expect(total).toBe(8)
      expect(means?.ga).toBeGreaterThanOrEqual(0.95)
      expect(means?.fga).toBeGreaterThanOrEqual(0.95)
    },
  )

  it.each([
    { found: 'a a b b', truth: 'x x y y', ga: 1, fga: 1 },
    { found: 'a a b c', truth: 'x x y y', ga: 0.5, fga: 2 / 5 },
    { found: 'a a a a', truth: 'x x x y', ga: 0, fga: 0 },
    { found: 'a b c d', truth: 'x y z z', ga: 0.5, fga: 4 / 7 },
  ])('scores $found against $truth', ({ found, truth, ga, fga }) => {
    const score = grouping(found.split(' '), truth.split(' '))
    expect(score.ga).toBeCloseTo(ga)
    expect(score.fga).toBeCloseTo(fga)
  })

  it('reads quoted fields', () => {
    const log = labelledLog('LineId,Content,EventId\n1,"a, ""b""\nc",E1\r\n2,,E2\n', 'X.csv')
    expect(log).toMatchObject({ id: 'X', content: ['a, "b"\nc', ''], events: ['E1', 'E2'] })
  })
})
