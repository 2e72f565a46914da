import { judgeRecording } from '../../../src/lib/verify/judge-recording.ts'
import type { Sensitivity, VerificationSpec } from '../../../src/lib/verify/spec/verification.ts'
import { simulate } from './simulate.ts'
import { type Regression, type World, worlds } from './worlds.ts'

/**
 * `npm run bench:verify [-- --runs N] [--seed N] [--only WORD]`: how often healthy canaries fail, and how soon bad ones
 * are found, in simulated worlds with fixed seeds; shares with their 95 % intervals (Wilson).
 */
const words = process.argv.slice(2)
const option = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined)
const runs = Number(option('--runs') ?? 200)
const firstSeed = Number(option('--seed') ?? 1)
const only = option('--only')

interface Question {
  name: string
  world: World
  regression?: Regression
  spec?: VerificationSpec
}

const noEarlyPass = { earlyPass: false, mustDetect: { errors: 99, latency: 99 } }
const real = worlds.real as World
const clean = worlds.clean as World
const questions: Question[] = [
  ...Object.entries(worlds).flatMap(([name, world]) =>
    (['Medium', 'High'] as Sensitivity[]).map(sensitivity => ({
      name: `healthy, ${name}, ${sensitivity}`,
      world,
      spec: { ...noEarlyPass, sensitivity },
    })),
  ),
  { name: 'within tolerance: errors x1.2, clean', world: clean, regression: { errors: 1.2 }, spec: noEarlyPass },
  { name: 'within tolerance: errors x1.2, real', world: real, regression: { errors: 1.2 }, spec: noEarlyPass },
  { name: 'within tolerance: cpu x1.15, real', world: real, regression: { cpu: 1.15 }, spec: noEarlyPass },
  ...[2, 3, 5, 20].map(errors => ({
    name: `errors x${errors}, clean`,
    world: clean,
    regression: { errors },
    spec: noEarlyPass,
  })),
  { name: 'errors x2, real', world: real, regression: { errors: 2 }, spec: noEarlyPass },
  { name: 'latency x1.25, clean', world: clean, regression: { latency: 1.25 }, spec: noEarlyPass },
  { name: 'slow 3 % x10, real', world: real, regression: { slowShare: 0.03 }, spec: noEarlyPass },
  {
    name: 'errors x3 from minute 10, clean',
    world: clean,
    regression: { errors: 3, fromMinute: 10 },
    spec: noEarlyPass,
  },
  { name: 'cpu x1.5, real', world: real, regression: { cpu: 1.5 }, spec: noEarlyPass },
  { name: 'early pass, clean', world: clean, spec: { minDuration: '4m' } },
  { name: 'early pass, real', world: real, spec: { minDuration: '4m' } },
  { name: 'false pass: errors x2, real', world: real, regression: { errors: 2 }, spec: { minDuration: '4m' } },
  {
    name: 'no power: low, errors x1.5',
    world: worlds.low as World,
    regression: { errors: 1.5 },
    spec: { mustDetect: { errors: 1.5 } },
  },
]

console.log(`${runs} runs each, seeds from ${firstSeed}; shares in %, times in s from onset`)
for (const question of questions) {
  if (only !== undefined && !question.name.includes(only)) continue
  console.log(answer(question))
}

function answer({ name, world, regression = {}, spec = {} }: Question): string {
  const verdicts = new Map<string, number>()
  const times: number[] = []
  const culprits = new Map<string, number>()
  const started = process.cpuUsage()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const { judgement } = judgeRecording(simulate(world, regression, seed, spec))
    const label = judgement.early ? `${judgement.verdict} early` : judgement.verdict
    verdicts.set(label, (verdicts.get(label) ?? 0) + 1)
    for (const each of judgement.decidedBy) culprits.set(each, (culprits.get(each) ?? 0) + 1)
    if (judgement.verdict === 'Unhealthy' || judgement.early)
      times.push(judgement.step * 15 - 60 * (regression.fromMinute ?? 0))
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? '-'
  const cpu = process.cpuUsage(started)
  const shares = [...verdicts].map(([label, count]) => `${label} ${share(count)}`).join(', ')
  const by = culprits.size > 0 ? ` by ${[...culprits].map(([metric, count]) => `${metric} ${count}`).join(', ')}` : ''
  const when = times.length > 0 ? `; median ${at(0.5)}, p90 ${at(0.9)}, p95 ${at(0.95)}` : ''
  return `${name.padEnd(38)} ${shares}${when}${by}  (${((cpu.user + cpu.system) / 1000 / runs).toFixed(0)} ms a run)`
}

/** In per cent, with Wilson's 95 % interval. */
function share(count: number): string {
  const [p, z] = [count / runs, 1.96]
  const center = (p + z ** 2 / (2 * runs)) / (1 + z ** 2 / runs)
  const half = (z * Math.sqrt((p * (1 - p)) / runs + z ** 2 / (4 * runs ** 2))) / (1 + z ** 2 / runs)
  const percent = (value: number) => (100 * value).toFixed(1)
  return `${percent(p)} (${percent(Math.max(0, center - half))}-${percent(center + half)})`
}
