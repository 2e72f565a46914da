import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

const least = { expr: 3545, conditions: 2289 }

describe.each(['expr', 'conditions'] as const)('conformance: %s', suite => {
  const ours = resolve(`test/conformance/cases/${suite}.jsonl`)

  it('passes every case', () => {
    const failures: string[] = []
    const report = runSuite(suite, ours, (id, text) => failures.push(`${id}\n${text}`))
    expect(failures).toEqual([])
    expect(report.passed).toBe(report.total)
    expect(report.total).toBeGreaterThanOrEqual(least[suite])
    if (suite === 'expr') expect(report.messages?.equal).toBe(report.messages?.total)
  })
})

describe.each(['expr.jsonl', 'expr.env.json', 'conditions.jsonl'])('conformance file %s', name => {
  const shared = resolve('../shared/conformance', name)
  const isThere = existsSync(shared)
  it.skipIf(!isThere)(`is the shared one${isThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    expect(readFileSync(resolve('test/conformance/cases', name), 'utf8') === readFileSync(shared, 'utf8')).toBe(true)
  })
})
