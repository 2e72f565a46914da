import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Recording } from '../../src/lib/verify/recording/recording.ts'
import type { VerdictDocument } from '../../src/lib/verify/verdict-document.ts'
import { simulate } from '../bench/verify/simulate.ts'
import { type World, worlds } from '../bench/verify/worlds.ts'
import { fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'

const clean = worlds.clean as World

/** The lines of a recording, as `verify --record` writes them. */
function linesOf({ pods, series, endStep, ...header }: Recording): string {
  const { id, spec, start, stepSeconds, lookbackSteps } = header
  return [
    { apiVersion: 'kubectl-canary/v1', kind: 'VerificationRecording', id, spec, start, stepSeconds, lookbackSteps },
    ...pods,
    ...series.map(({ from, values, kind: _, ...rest }) => ({ series: rest, from, values })),
    ...(endStep === undefined ? [] : [{ end: { steps: endStep } }]),
  ]
    .map(each => `${JSON.stringify(each)}\n`)
    .join('')
}

const bad = linesOf({ ...simulate(clean, { errors: 5 }, 3, {}), id: 'bad' })
const good = linesOf({ ...simulate(clean, {}, 3, {}), id: 'good' })

describe('verify replay', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'))
    writeFileSync(join(folder, 'bad.ndjson'), bad)
    writeFileSync(join(folder, 'good.ndjson.gz'), gzipSync(good))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const replay = (line: string, stdin = '') =>
    runCommand(`verify replay ${line}`, fakeContext({ workingDirectory: folder, stdin }))

  it('tells the verdicts, and ends with the worst', async () => {
    const { exitCode, stdout, stderr } = await replay('bad.ndjson good.ndjson.gz')
    expect(exitCode, stderr).toBe(3)
    await expect(stdout).toMatchFileSnapshot('../golden/verify/replay.txt')
  })

  it('ends with 0 when all is well', async () => {
    expect(await replay('good.ndjson.gz')).toMatchObject({ exitCode: 0 })
  })

  it('prints a line for each recording of standard input', async () => {
    const { exitCode, stdout } = await replay('- -o ndjson', `${good}${bad}${good}`)
    expect(exitCode).toBe(3)
    const verdicts = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as VerdictDocument)
    expect(verdicts.map(each => [each.id, each.verdict, each.exitCode])).toEqual([
      ['good', 'Healthy', 0],
      ['bad', 'Unhealthy', 3],
      ['good', 'Healthy', 0],
    ])
    expect(verdicts[2]).toEqual(verdicts[0])
    expect(verdicts[1]?.metrics[0]).toMatchObject({ name: 'errors', status: 'OK', verdict: 'Unhealthy' })
  })

  it('prints documents with -o json and yaml', async () => {
    const { stdout } = await replay('bad.ndjson -o json')
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'VerificationVerdict', verdict: 'Unhealthy', logs: null })
    expect((await replay('bad.ndjson -o yaml')).stdout).toMatch(/^verdict: Unhealthy$/m)
  })

  it('passes over lines that a newer version may have written, and judges what breaks off', async () => {
    const cut = `${bad.split('\n').slice(0, -2).join('\n')}\n{"weather":{"rain":true}}\n`
    const { exitCode, stderr } = await replay('-', cut)
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/warning: <stdin>:\d+: a line of an unknown shape was passed over/)
    expect(stderr).toMatch(/warning: the recording breaks off at step 120/)
  })

  it.each([
    ['', '', /no recording is named/],
    ['missing.ndjson', '', /missing.ndjson: there is no such file/],
    ['.', '', /\.: it is a directory/],
    ['-', '', /<stdin>: there is no recording in it/],
    ['-', 'x\n', /<stdin>:1: not JSON/],
    ['-', '[]\n', /<stdin>:1: a JSON object is expected/],
    ['-', '{"pod":"a"}\n', /<stdin>:1: a recording begins with/],
    ['-', '\n{"kind":"VerificationRecording"}\n', /<stdin>:2: the header needs stepSeconds/],
    ['- -o name', '', /output format "name"/],
  ])('%j of %j is a usage error', async (line, stdin, message) => {
    const { exitCode, stderr } = await replay(line, stdin)
    expect(exitCode, stderr).toBe(2)
    expect(stderr).toMatch(message)
  })
})
