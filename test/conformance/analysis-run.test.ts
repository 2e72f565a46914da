import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

const ours = resolve('test/conformance/cases/analysis-run.jsonl')
const shared = resolve('../shared/conformance/analysis-run.jsonl')

describe('conformance: analysis-run', () => {
  it('passes every case', () => {
    const failures: string[] = []
    const report = runSuite('analysis-run', ours, (id, text) => failures.push(`${id}\n${text}`))
    expect(failures).toEqual([])
    expect(report.passed).toBe(report.total)
    expect(report.total).toBeGreaterThanOrEqual(500)
  })

  const isThere = existsSync(shared)
  it.skipIf(!isThere)(`has the shared cases${isThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    expect(readFileSync(ours, 'utf8') === readFileSync(shared, 'utf8')).toBe(true)
  })
})
