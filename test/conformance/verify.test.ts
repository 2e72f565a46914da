import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

const least = { 'kayenta-judge': 63, 'verify-golden': 23 }

describe.each(['kayenta-judge', 'verify-golden'] as const)('conformance: %s', suite => {
  const ours = resolve(`test/conformance/cases/${suite}.json`)

  it('passes every case', () => {
    const failures: string[] = []
    const report = runSuite(suite, ours, (id, text) => failures.push(`${id}\n${text}`))
    expect(failures).toEqual([])
    expect(report.passed).toBe(report.total)
    expect(report.total).toBeGreaterThanOrEqual(least[suite])
  })

  const shared = resolve('../shared/conformance', `${suite}.json`)
  const isThere = existsSync(shared)
  it.skipIf(!isThere)(`has the shared file${isThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    expect(readFileSync(ours, 'utf8') === readFileSync(shared, 'utf8')).toBe(true)
  })
})
