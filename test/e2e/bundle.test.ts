import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cleanEnvironment,
  type PlaygroundProcess,
  runInTerminal,
  runProgram,
  scratchFolder,
  startPlaygroundProcess,
} from './program.ts'

const scratch = scratchFolder()
let playground: PlaygroundProcess
const namespace = ['-n', 'loans']

beforeAll(async () => {
  playground = await startPlaygroundProcess(scratch.path)
  const healthy = await runProgram(['rollout', 'wait', 'loans-api', '--for', 'healthy', ...namespace], { env: env() })
  expect(healthy, healthy.stderr).toMatchObject({ code: 0 })
}, 60_000)

afterAll(async () => {
  await playground?.stop()
  scratch.remove()
})

function env(extra: Record<string, string> = {}): Record<string, string> {
  return cleanEnvironment(scratch.path, { KUBECONFIG: playground.kubeconfig, ...extra })
}

const widths = (output: string) =>
  output
    .replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '')
    .split(/\r?\n/)
    .map(line => [...line].length)

describe('the bundle', () => {
  it('says its version without a cluster, and keeps a code cache for the next start', async () => {
    const { code, stdout } = await runProgram(['version'], { env: cleanEnvironment(scratch.path) })
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^kubectl-canary \d+\.\d+\.\d+\n/)])
    expect(readdirSync(join(scratch.path, 'kubectl-canary', 'code')).length).toBe(1)
  })

  it('runs where no cache can be written', async () => {
    const { code } = await runProgram(['version'], { env: cleanEnvironment(playground.kubeconfig) })
    expect(code).toBe(0)
  })

  it('shows help on stdout without arguments', async () => {
    const { code, stdout, stderr } = await runProgram([], { env: env() })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('rollout promote')
  })

  it('answers a typo in a command and in a flag with 2 and the word that was meant', async () => {
    const command = await runProgram(['rollout', 'promot'], { env: env() })
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('rollout promote')])
    const flag = await runProgram(['rollout', 'list', '--all-namespace'], { env: env() })
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('--all-namespaces')])
  })

  it('writes no escape sequence into a pipe, and some when colour is forced', async () => {
    const plain = await runProgram(['rollout', 'get', 'loans-api', ...namespace], { env: env() })
    expect(plain.stdout).not.toContain('\u001B')
    const forced = await runProgram(['rollout', 'get', 'loans-api', ...namespace], { env: env({ FORCE_COLOR: '1' }) })
    expect(forced.stdout).toContain('\u001B[')
  })
})

describe('a reader that goes away', () => {
  it('ends a listing with 0 and says nothing', async () => {
    const listing = runProgram(['rollout', 'list', ...namespace], {
      env: env(),
      onStart: child => void child.stdout?.destroy(),
    })
    expect(await listing).toMatchObject({ code: 0, stderr: '' })
  })

  it('does not change the code of a command that judges', async () => {
    const { code } = await runProgram(['rollout', 'wait', 'loans-api', '--for', 'paused', '--once', ...namespace], {
      env: env(),
      onStart: child => void child.stdout?.destroy(),
    })
    expect(code).toBe(5)
  })
})

describe('Ctrl-C', () => {
  it('ends a wait with 130', async () => {
    const { code, output } = await runInTerminal(
      ['rollout', 'wait', 'loans-api', '--for', 'paused', '--timeout', '0', ...namespace],
      {
        columns: 100,
        rows: 30,
        env: env(),
        onOutput: (_, type) => type('\u0003'),
      },
    )
    expect(code, output).toBe(130)
  })
})

describe('in a terminal', () => {
  it.each([60, 80, 160])('no line of get, list and explain is wider than %i columns', async columns => {
    for (const words of [
      ['rollout', 'get', 'loans-api'],
      ['rollout', 'list', '-A'],
      ['rollout', 'explain', 'loans-api'],
    ]) {
      const { output } = await runInTerminal([...words, ...(words.includes('-A') ? [] : namespace)], {
        columns,
        rows: 40,
        env: env(),
      })
      expect(Math.max(...widths(output)), `${words.join(' ')}\n${output}`).toBeLessThanOrEqual(columns)
    }
  })

  it.each<Record<string, string>>([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('no colour with %o', async setting => {
    const { output } = await runInTerminal(['rollout', 'list', ...namespace], {
      columns: 80,
      rows: 24,
      env: env(setting),
    })
    expect(output).not.toMatch(/\u001B\[[0-9;]*m/)
  })

  it('watch leaves its last tree on the screen and ends when there is nothing left to watch', async () => {
    const { code, output } = await runInTerminal(['rollout', 'watch', 'loans-api', ...namespace], {
      columns: 80,
      rows: 40,
      env: env(),
    })
    expect(code, output).toBe(0)
    expect(output).toContain('Healthy')
    expect(output, 'no clearing of the whole screen').not.toContain('\u001B[2J')
  })
})

describe('the binary', () => {
  it.skipIf(!existsSync('dist/kubectl-canary'))('is the same program', async () => {
    const { execFileSync } = await import('node:child_process')
    expect(execFileSync('dist/kubectl-canary', ['version']).toString()).toMatch(/^kubectl-canary /)
  })
})
