import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'

const bad = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: sample
  namespace: shop
spec:
  metrics:
  - name: errors
    successCondition: len(result) = 0 # none
    provider:
      prometheus:
        query: max(up{pod="a"})
`
const good = bad.replace(' = 0', ' == 0')
const info = good.replace('    successCondition', '    interval: 1m\n    count: 3\n    successCondition')

let folder: ReturnType<typeof temporaryFolder>
let directory: string

beforeEach(() => {
  folder = temporaryFolder({
    'bad.yaml': bad,
    'good.yaml': good,
    'info.yaml': info,
    'broken.yaml': 'a: [',
    'other.yaml': 'kind: ConfigMap\n',
  })
  directory = folder.path
})

afterEach(() => folder.remove())

const run = (line: string, options = {}) => runCommand(line, fakeContext({ workingDirectory: directory, ...options }))

describe('analysis lint', () => {
  it('shows each finding with its line, and ends with 3', async () => {
    const { exitCode, stdout, stderr } = await run('analysis lint bad.yaml')
    expect(exitCode).toBe(3)
    expect(stdout).toBe(`bad.yaml:9:35: error CA017: successCondition cannot be compiled: unexpected token Operator("=")
  9 |     successCondition: len(result) = 0 # none
    |                                   ^
  fix: write == instead of =
`)
    expect(stderr).toBe('1 error in 1 object; --fix puts 1 right (--explain CA017 says more)\n')
  })

  it.each([
    ['a good file', 'good.yaml', 0],
    ['only infos', 'info.yaml', 0],
    ['several files', 'good.yaml bad.yaml', 3],
    ['-f', '-f good.yaml', 0],
    ['no YAML', 'broken.yaml', 2],
    ['nothing to check', 'other.yaml', 2],
    ['no file', '', 2],
    ['a file that is not there', 'gone.yaml', 2],
    ['a directory', '.', 2],
    ['an unknown severity', 'good.yaml --severity high', 2],
    ['an unknown version', 'good.yaml --controller-version next', 2],
    ['a dry run of nothing', 'good.yaml --dry-run', 2],
    ['an unknown rule', '--explain CA999', 2],
    ['an unknown format', 'good.yaml -o xml', 2],
  ])('%s', async (_name, args, exitCode) => {
    expect((await run(`analysis lint ${args}`)).exitCode).toBe(exitCode)
  })

  it('reads standard input', async () => {
    const { exitCode, stdout } = await run('analysis lint -', { stdin: bad })
    expect(exitCode).toBe(3)
    expect(stdout).toContain('<stdin>:9:35')
  })

  it('hides what is milder than --severity', async () => {
    expect((await run('analysis lint info.yaml')).stdout).toContain('CA023')
    expect((await run('analysis lint info.yaml --severity warning')).stdout).toBe('')
  })

  it('looks into directories', async () => {
    mkdirSync(join(directory, 'below', 'deeper'), { recursive: true })
    writeFileSync(join(directory, 'below', 'good.yaml'), good)
    writeFileSync(join(directory, 'below', 'deeper', 'bad.yaml'), bad)
    expect((await run('analysis lint below')).exitCode).toBe(0)
    const { exitCode, stdout } = await run('analysis lint below -R')
    expect(exitCode).toBe(3)
    expect(stdout).toContain('below/deeper/bad.yaml:9:35')
  })

  it.each(['json', 'sarif', 'github'])('-o %s', async format => {
    const { exitCode, stdout } = await run(`analysis lint bad.yaml info.yaml -o ${format}`)
    expect(exitCode).toBe(3)
    const text = format === 'sarif' ? withoutRules(stdout) : stdout
    await expect(text).toMatchFileSnapshot(`../golden/lint/output.${format}.txt`)
  })

  it('fixes files, and says what is left', async () => {
    const dry = await run('analysis lint bad.yaml --fix --dry-run')
    expect(dry.exitCode).toBe(0)
    expect(dry.stdout).toContain(
      '-    successCondition: len(result) = 0 # none\n+    successCondition: len(result) == 0 # none\n',
    )
    expect(readFileSync(join(directory, 'bad.yaml'), 'utf8')).toBe(bad)
    const { exitCode, stderr } = await run('analysis lint bad.yaml good.yaml --fix')
    expect(exitCode).toBe(0)
    expect(stderr).toContain('put right 1 finding in 1 file\n')
    expect(readFileSync(join(directory, 'bad.yaml'), 'utf8')).toBe(good)
  })

  it('does not fix what it cannot write', async () => {
    expect((await run('analysis lint - --fix', { stdin: bad })).exitCode).toBe(2)
    expect((await run('analysis lint - --fix --dry-run', { stdin: bad })).stdout).toContain('+++ <stdin>')
  })

  it('explains a rule and lists all', async () => {
    const explained = await run('analysis lint --explain ca021')
    expect(explained.exitCode).toBe(0)
    expect(explained.stdout).toContain('CA021 nan-result (warning)')
    expect(explained.stdout).toContain('Wrong:')
    expect((await run('analysis lint --list')).stdout.split('\n')).toHaveLength(61)
    expect(JSON.parse((await run('analysis lint --list -o json')).stdout).rules[20]).toMatchObject({ id: 'CA021' })
  })
})

describe('templates of the cluster', () => {
  const metric = (condition: string) => ({
    name: 'errors',
    successCondition: condition,
    provider: { prometheus: { query: 'max(up{pod="a"})' } },
  })
  const object = (kind: string, name: string, spec: object) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind,
    metadata: { name, ...(kind === 'AnalysisTemplate' ? { namespace: 'shop' } : {}) },
    spec,
  })
  const { client } = fakeClient({
    objects: [
      object('AnalysisTemplate', 'whole', { templates: [{ templateName: 'part', clusterScope: true }] }),
      object('ClusterAnalysisTemplate', 'part', { metrics: [metric('results[0] < 1')] }),
    ],
  })

  it('are found by name, with those that they refer to; the position is the path of the field', async () => {
    const { exitCode, stdout } = await run('analysis lint whole -n shop', { client })
    expect(exitCode).toBe(3)
    expect(stdout).toContain('ClusterAnalysisTemplate/part spec.metrics[0].successCondition: error CA017: ')
  })

  it('are found by type and name', async () => {
    expect((await run('analysis lint cat/part', { client })).exitCode).toBe(3)
    expect((await run('analysis lint gone -n shop', { client })).exitCode).toBe(1)
    expect((await run('analysis lint cat/part --fix', { client })).exitCode).toBe(2)
  })
})

function withoutRules(sarif: string): string {
  const log = JSON.parse(sarif)
  expect(log.version).toBe('2.1.0')
  expect(log.runs[0].tool.driver.rules).toHaveLength(59)
  log.runs[0].tool.driver.rules = []
  log.runs[0].tool.driver.version = 'any'
  return `${JSON.stringify(log, null, 2)}\n`
}
