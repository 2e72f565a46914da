import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

const files = ['promql.jsonl', 'promql.series.json']
const ours = (name: string) => resolve('test/conformance/cases', name)
const shared = (name: string) => resolve('../shared/conformance', name)
describe('conformance: promql', () => {
  it('passes every case', () => {
    const failures: string[] = []
    const report = runSuite('promql', ours('promql.jsonl'), id => failures.push(id))
    expect(failures).toEqual([])
    expect(report.total).toBeGreaterThanOrEqual(2999)
    expect(report.messages?.equal).toBeGreaterThanOrEqual(469)
  }, 120_000)

  const areThere = files.every(name => existsSync(shared(name)))
  it.skipIf(!areThere)(`has the shared cases${areThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    for (const name of files) expect(readFileSync(ours(name), 'utf8') === readFileSync(shared(name), 'utf8')).toBe(true)
  })
})
