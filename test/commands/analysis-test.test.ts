import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'

/** `analysis test`: golden output of every form, exit codes, and that --update touches nothing but what was wrong. */

const template = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: checks}
spec:
  args:
  - name: service
  - {name: token, valueFrom: {secretKeyRef: {name: tokens, key: web}}}
  metrics:
  - name: success-rate
    interval: 1m
    count: 3
    successCondition: result[0] >= 0.95
    failureLimit: 1
    provider:
      prometheus: {address: http://prometheus, query: 'rate(good_total{service="{{args.service}}"}[5m]) / rate(all_total{service="{{args.service}}"}[5m])'}
  - name: smoke
    count: 2
    interval: 1m
    consecutiveErrorLimit: 1
    successCondition: result.ok
    provider:
      web: {url: 'http://smoke?token={{args.token}}'}
---
apiVersion: argoproj.io/v1alpha1
kind: ClusterAnalysisTemplate
metadata: {name: unused}
spec:
  metrics:
  - name: ready
    provider: {job: {spec: {}}}
`

const tests = `apiVersion: kubectl-canary/v1
kind: AnalysisTest
templates: [template.yaml]
tests:
- name: good
  template: checks
  args: {service: web}
  start: 10m
  input_series:
  - {series: 'good_total{service="web"}', values: 0+99x60}
  - {series: 'all_total{service="web"}', values: 0+100x60}
  responses:
    smoke: [{value: {ok: true}}]
  expect:
    phase: Successful
    finishedAfter: 2m
    metrics:
      success-rate: {count: 3, values: [0.99, 0.99, 0.99]}
      smoke: {successful: 2, values: ['{"ok":true}', '{"ok":true}']}
- name: the server is down
  template: checks
  args: {service: web, token: hunter2}
  responses:
    smoke: [{error: 'no answer to token hunter2'}, {status: 503}]
  expect:
    phase: Successful   # we wish
    message: /went well/
`

let folder: ReturnType<typeof temporaryFolder>
afterEach(() => folder.remove())

async function run(line: string, files: Record<string, string> = {}, tty?: { columns: number; color: boolean }) {
  folder = temporaryFolder({ 'template.yaml': template, 'checks.test.yaml': tests, ...files })
  const context = fakeContext({ workingDirectory: folder.path, ...(tty ? { tty } : {}) })
  return runCommand(line, context)
}

const shown = (line: string, { exitCode, stdout, stderr }: Awaited<ReturnType<typeof run>>) =>
  `$ kubectl canary ${line}\n${stdout}${stderr}exit code ${exitCode}\n`

describe('output', () => {
  it.each([
    { name: 'table', line: 'analysis test checks.test.yaml' },
    { name: 'directory', line: 'analysis test .' },
    { name: 'filter', line: 'analysis test . --filter ^go+d$' },
    { name: 'coverage', line: 'analysis test . --coverage --filter good' },
    { name: 'json', line: 'analysis test . -o json --coverage' },
    { name: 'junit', line: 'analysis test . -o junit' },
    { name: 'update-dry-run', line: 'analysis test . --update --dry-run' },
    { name: 'newer-controller', line: 'analysis test . --controller-version 1.10 --filter down' },
  ])('$name', async ({ name, line }) => {
    await expect(shown(line, await run(line))).toMatchFileSnapshot(`../golden/analysis-test/${name}.txt`)
  })

  it('on a narrow terminal with colour', async () => {
    const { stdout } = await run('analysis test . --coverage', {}, { columns: 80, color: true })
    await expect(stdout).toMatchFileSnapshot('../golden/analysis-test/terminal.txt')
  })

  it('reads a test from stdin, and patterns relative to the working directory', async () => {
    folder = temporaryFolder({ 'template.yaml': template })
    const context = fakeContext({ workingDirectory: folder.path, stdin: tests })
    const { stdout, exitCode } = await runCommand('analysis test - --filter good', context)
    expect(stdout).toMatch(/^<stdin>\n {2}✔ passed {2}good {2}Successful after 2m\n/)
    expect(exitCode).toBe(0)
  })
})

describe('refused', () => {
  const only = (text: string) => ({ 'checks.test.yaml': text })
  it.each<{ name: string; line: string; files?: Record<string, string> }>([
    { name: 'no-file', line: 'analysis test' },
    { name: 'missing-file', line: 'analysis test other.yaml' },
    { name: 'bad-filter', line: 'analysis test . --filter (' },
    { name: 'filter-matches-nothing', line: 'analysis test . --filter nobody' },
    { name: 'bad-version', line: 'analysis test . --controller-version 2' },
    { name: 'dry-run-alone', line: 'analysis test . --dry-run' },
    { name: 'update-stdin', line: 'analysis test - --update' },
    { name: 'bad-output', line: 'analysis test . -o junitt' },
    {
      name: 'unknown-fields',
      line: 'analysis test .',
      files: only(tests.replace('finishedAfter', 'finishedAftr').replace('input_series', 'inputSeries')),
    },
    {
      name: 'unknown-names',
      line: 'analysis test .',
      files: only(
        tests
          .replace('template: checks', 'template: chekcs')
          .replace('service: web, token', 'servce: web, token')
          .replaceAll('smoke: [{error', 'smok: [{error'),
      ),
    },
    {
      name: 'wrong-values',
      line: 'analysis test .',
      files: only(
        tests
          .replace('start: 10m', 'start: 10 minutes')
          .replace('0+99x60', '0+99y60')
          .replace('phase: Successful\n', 'phase: Succesful\n')
          .replace('/went well/', '/went (well/'),
      ),
    },
    {
      name: 'wrong-series',
      line: 'analysis test .',
      files: only(tests.replace('0+99x60', '0+99y60').replace('all_total{service="web"}', 'all_total{service=~"web"}')),
    },
    {
      name: 'wrong-responses',
      line: 'analysis test .',
      files: only(
        tests
          .replace('{value: {ok: true}}', '{value: 1, error: x}')
          .replace("{error: 'no answer to token hunter2'}, {status: 503}", '{phase: Failed}, {status: 200, error: y}'),
      ),
    },
    { name: 'no-template-file', line: 'analysis test .', files: only(tests.replace('template.yaml', 'other/*.yaml')) },
    { name: 'not-yaml', line: 'analysis test .', files: only(tests.replace('tests:', 'tests: [')) },
    {
      name: 'several-files',
      line: 'analysis test .',
      files: { 'a.test.yaml': `${tests}  until: soon\n`, 'b.test.yaml': tests.replace('tests:', 'test:') },
    },
    { name: 'template-twice', line: 'analysis test .', files: { 'template.yaml': `${template}---\n${template}` } },
    {
      name: 'metric-not-valid',
      line: 'analysis test .',
      files: { 'template.yaml': template.replace('interval: 1m', 'interval: 60').replace('count: 3', 'count: 1.5') },
    },
    {
      name: 'template-not-valid',
      line: 'analysis test .',
      files: { 'template.yaml': template.replace('- name: service\n', '- {name: service, value: 5}\n') },
    },
  ])('$name', async ({ name, line, files }) => {
    await expect(shown(line, await run(line, files))).toMatchFileSnapshot(`../golden/analysis-test/refused-${name}.txt`)
  })
})

describe('--update', () => {
  it('writes what the runs came to, and the tests pass', async () => {
    const first = await run('analysis test . --update')
    await expect(shown('analysis test . --update', first)).toMatchFileSnapshot('../golden/analysis-test/update.txt')
    const text = readFileSync(folder.file('checks.test.yaml'), 'utf8')
    await expect(text).toMatchFileSnapshot('../golden/analysis-test/updated.yaml')
    const again = await runCommand('analysis test .', fakeContext({ workingDirectory: folder.path }))
    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('leaves a file alone whose tests pass, and writes nothing with --dry-run', async () => {
    await run('analysis test . --update --filter good')
    expect(readFileSync(folder.file('checks.test.yaml'), 'utf8')).toBe(tests)
    await runCommand('analysis test . --update --dry-run', fakeContext({ workingDirectory: folder.path }))
    expect(readFileSync(folder.file('checks.test.yaml'), 'utf8')).toBe(tests)
  })

  it('does not touch expectations that an anchor shares', async () => {
    const shared = tests
      .replace('  expect:\n    phase: Successful\n', '  expect: &good\n    phase: Failed\n')
      .replace(/ {2}expect:\n {4}phase: Successful {3}# we wish\n.*\n/, '  expect: *good\n')
    const result = await run('analysis test . --update', { 'checks.test.yaml': shared })
    expect(result.stderr).toContain('not updated: good: its expectations are shared by an anchor')
    expect(result.exitCode).toBe(3)
    expect(readFileSync(folder.file('checks.test.yaml'), 'utf8')).toBe(shared)
  })
})
