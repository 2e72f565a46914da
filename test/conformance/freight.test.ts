import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

describe('conformance: freight', () => {
  const ours = resolve('test/conformance/cases/freight.jsonl')

  it('passes every case', () => {
    const failures: string[] = []
    const report = runSuite('freight', ours, (id, text) => failures.push(`${id}\n${text}`))
    expect(failures).toEqual([])
    expect(report.passed).toBe(report.total)
    expect(report.total).toBeGreaterThanOrEqual(600)
  })

  const shared = resolve('../shared/conformance/freight.jsonl')
  const isThere = existsSync(shared)
  it.skipIf(!isThere)(`has the shared file${isThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    expect(readFileSync(ours, 'utf8') === readFileSync(shared, 'utf8')).toBe(true)
  })
})
