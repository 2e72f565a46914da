import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn as spawnPty } from '@lydell/node-pty'

/** The built bundle as users start it: a process of its own, with pipes or in a pseudo-terminal. */

export const program = [process.execPath, join(import.meta.dirname, '../../bin/run.cjs')] as const

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface ProgramOptions {
  env?: Record<string, string>
  onStart?: (child: ChildProcess) => void
}

/** An environment in which nothing of the machine's shows: no kubeconfig, no colour settings, a cache of its own. */
export function cleanEnvironment(cache: string, extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: cache, XDG_CACHE_HOME: cache, TERM: 'xterm-256color', ...extra }
}

/** Runs it to its end. */
export async function runProgram(argv: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const [file, ...args] = program
  const child = spawn(file, [...args, ...argv], { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] })
  options.onStart?.(child)
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    ended.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    ended.stderr += text
  })
  const [code] = await once(child, 'close')
  return { ...ended, code }
}

export interface Terminal {
  columns: number
  rows: number
  env: Record<string, string>
  /** called with all of the output so far, whenever there is more; may type or end it */
  onOutput?: (text: string, type: (keys: string) => void) => void
}

/** Runs it in a pseudo-terminal; stdout and stderr are one there. */
export function runInTerminal(argv: readonly string[], terminal: Terminal): Promise<{ code: number; output: string }> {
  const [file, ...args] = program
  const { columns: cols, rows, env, onOutput } = terminal
  const pty = spawnPty(file, [...args, ...argv], { cols, rows, env, name: env.TERM ?? 'xterm-256color' })
  let output = ''
  pty.onData(text => {
    output += text
    onOutput?.(output, keys => pty.write(keys))
  })
  return new Promise(resolve => pty.onExit(({ exitCode }) => resolve({ code: exitCode, output })))
}

export interface PlaygroundProcess {
  kubeconfig: string
  stop(): Promise<void>
}

/** A playground in a process of its own, with the example rollout. */
export async function startPlaygroundProcess(cache: string, speed = 50): Promise<PlaygroundProcess> {
  const kubeconfig = join(cache, 'playground.yaml')
  const [file, ...args] = program
  const words = ['playground', '--speed', String(speed), '--write-kubeconfig', kubeconfig]
  const child = spawn(file, [...args, ...words], { env: cleanEnvironment(cache), stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    kubeconfig,
    stop: async () => {
      child.kill('SIGINT')
      await once(child, 'close')
    },
  }
}

/** A folder of the test's own, gone with `remove`. */
export function scratchFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'kubectl-canary-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
