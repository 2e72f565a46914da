import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MemoryStorage } from '../../../src/lib/promql/storage/memory-storage.ts'
import { ourAnswer, type Recorded, storeOf } from '../../fuzz/fuzz-promql.ts'
import { difference } from '../../fuzz/promql-answers.ts'

const recorded: Recorded[] = readFileSync('test/fixtures/promql/real-answers.jsonl', 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line))

describe('answers of the engine of Prometheus 3.16 (npm run fuzz -- promql --record)', () => {
  it('are ours, with native histograms, warnings and infos', () => {
    let store: MemoryStorage | undefined
    const differences: string[] = []
    let asked = 0
    for (const each of recorded) {
      if ('series' in each) store = storeOf(each.series)
      else if (store) {
        asked++
        const found = difference(ourAnswer(store, each.asked), each.answer)
        if (found) differences.push(`${each.asked.query}: ${found.text}`)
      }
    }
    expect(differences).toEqual([])
    expect(asked).toBeGreaterThan(350)
  })
})
