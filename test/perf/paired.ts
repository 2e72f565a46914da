import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Times whole commands in turn (A B C A B C ...), so that a machine whose speed drifts slows all of them alike. */

export interface Timed {
  name: string
  argv: readonly string[]
  env?: Readonly<Record<string, string>>
}

export interface Runs {
  name: string
  /** wall clock of each round */
  wallMs: number[]
  /** peak resident set of each round; empty where /usr/bin/time is missing */
  peakKiB: number[]
}

/**
 * Runs each command once to warm up and then `rounds` times, interleaved.
 *
 * @throws Error when a command exits with anything but 0
 */
export async function measurePaired(commands: readonly Timed[], rounds: number): Promise<Runs[]> {
  const runs = commands.map(({ name }): Runs => ({ name, wallMs: [], peakKiB: [] }))
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const { wallMs, peakKiB } = await once(command)
      if (round < 0) continue
      runs[index]?.wallMs.push(wallMs)
      if (peakKiB !== undefined) runs[index]?.peakKiB.push(peakKiB)
    }
  }
  return runs
}

const timeProgram = '/usr/bin/time'

async function once({ name, argv, env }: Timed): Promise<{ wallMs: number; peakKiB: number | undefined }> {
  const withMemory = existsSync(timeProgram)
  const [file = '', ...args] = withMemory ? [timeProgram, '-q', '-f', '\n%M', ...argv] : argv
  const started = process.hrtime.bigint()
  const child = spawn(file, args, { env: { ...environment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  const wallMs = Number(process.hrtime.bigint() - started) / 1e6
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr.trim().slice(0, 500)}`)
  return { wallMs, peakKiB: withMemory ? Number(stderr.trim().split('\n').at(-1)) : undefined }
}

/** NODE_EXTRA_CA_CERTS makes every start of Node 20 about 95 ms slower. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env
  return rest
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Median of the ratios of each round, with the 10th and 90th percentile of them. */
export function ratio(a: readonly number[], b: readonly number[]): { median: number; p10: number; p90: number } {
  const ratios = a.map((value, round) => value / (b[round] ?? Number.NaN)).sort((x, y) => x - y)
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))] ?? Number.NaN
  return { median: median(ratios), p10: at(0.1), p90: at(0.9) }
}
