import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runSuite } from './run-suite.ts'

describe('conformance: kargo-scenarios', () => {
  const ours = resolve('test/conformance/cases/kargo-scenarios')

  it('passes every scenario', () => {
    const failures: string[] = []
    const report = runSuite('kargo-scenarios', ours, (id, text) => failures.push(`${id}\n${text}`))
    expect(failures).toEqual([])
    expect(report.passed).toBe(report.total)
    expect(report.total).toBeGreaterThanOrEqual(65)
  })

  const shared = resolve('../shared/conformance/kargo-scenarios')
  const isThere = existsSync(shared)
  it.skipIf(!isThere)(`has the shared files${isThere ? '' : ' (skipped: ../shared/conformance is not here)'}`, () => {
    const names = readdirSync(shared).sort()
    expect(readdirSync(ours).sort()).toEqual(names)
    const different = names.filter(
      name => readFileSync(join(ours, name), 'utf8') !== readFileSync(join(shared, name), 'utf8'),
    )
    expect(different).toEqual([])
  })
})
