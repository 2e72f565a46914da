import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { temporaryFolder } from '../fakes/temporary-folder.ts'
import { runSuite, UsageError } from './run-suite.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

const file = (name: string, text: string) => {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}
const run = (path: string) => {
  const failures: Record<string, string> = {}
  const report = runSuite('rollout-info', path, (id, text) => {
    failures[id] = text
  })
  return { report, failures }
}

it('says which case differs where, and counts', () => {
  const objects = {
    rollout: { metadata: { name: 'a' }, spec: {} },
    replicaSets: [],
    pods: [],
    experiments: [],
    analysisRuns: [],
  }
  const test = (id: string, more: object) => JSON.stringify({ id, now: '2026-01-01T00:00:00Z', objects, expect: more })
  const { report, failures } = run(
    file('cases.jsonl', `${test('one', { phase: 'Paused' })}\n\n${JSON.stringify({ id: 'two', expect: {} })}\n`),
  )
  expect(report).toEqual({ suite: 'rollout-info', total: 2, passed: 0, failed: 2 })
  expect(failures.one).toContain('phase\n    expected "Paused"\n    actual   "Progressing"')
  expect(failures.two).toContain('threw')
})

it.each([
  ['an unknown suite', () => runSuite('nope', 'x', () => {})],
  ['an unreadable file', () => run(join(folder.path, 'missing.jsonl'))],
  ['a line that is no JSON', () => run(file('broken.jsonl', '{}\n{"id":'))],
  ['a file without cases', () => run(file('empty.jsonl', '\n'))],
])('refuses %s', (_what, attempt) => {
  expect(attempt).toThrow(UsageError)
})
