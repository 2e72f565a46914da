import type { RecordedPod, RecordedSeries, Recording } from '../../../src/lib/verify/recording/recording.ts'
import type { VerificationSpec } from '../../../src/lib/verify/spec/verification.ts'
import { Chance } from './chance.ts'
import type { Regression, World } from './worlds.ts'

const stepSeconds = 15
const stepsPerMinute = 60 / stepSeconds
const lookbackSteps = 60 * stepsPerMinute
const windowSteps = 30 * stepsPerMinute
const length = lookbackSteps + windowSteps + 1
const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const medianSeconds = 0.08
const logDeviation = 0.6

/** Four metrics of a service over an hour of past and half an hour of canary. */
export function simulate(world: World, regression: Regression, seed: number, spec: VerificationSpec): Recording {
  const chance = new Chance(seed)
  const shared = sharedCourse(world, chance)
  const pods = podsOf(world, chance)
  const series = pods.flatMap(({ recorded, level }) =>
    podSeries(recorded, level, { world, regression, shared, chance }),
  )
  return {
    id: String(seed),
    spec: { duration: '30m', warmup: '60s', lookback: '60m', metrics, ...spec },
    start: '2026-01-01T10:00:00Z',
    stepSeconds,
    lookbackSteps,
    pods: pods.map(each => each.recorded),
    series,
    logs: [],
    templates: [],
    endStep: windowSteps,
    warnings: [],
  }
}

const metrics: VerificationSpec['metrics'] = [
  { name: 'errors', ratio: { bad: 'bad', total: 'total' } },
  { name: 'latency', histogram: 'bucket' },
  { name: 'cpu', gauge: 'cpu' },
  { name: 'memory', gauge: 'memory' },
]

/** What all pods have in common, by index from the beginning of the lookback. */
interface Shared {
  load: Float64Array
  errors: Float64Array
  latency: Float64Array
}

function sharedCourse(world: World, chance: Chance): Shared {
  const load = new Float64Array(length).fill(1)
  const errors = new Float64Array(length).fill(1)
  const latency = new Float64Array(length).fill(1)
  if (world.drift) {
    const phase = chance.uniform() * 2 * Math.PI
    const wander = chance.autoregressive(length, 0.98)
    let burst = 0
    let strength = 1
    for (let t = 0; t < length; t++) {
      load[t] = 1 + 0.3 * Math.sin((2 * Math.PI * t) / 240 + phase)
      latency[t] = Math.exp(0.1 * (wander[t] as number))
      if (burst === 0 && chance.uniform() < 0.01) {
        burst = 2 + Math.floor(chance.uniform() * 8)
        strength = 2 + 6 * chance.uniform()
      }
      if (burst > 0) burst--
      errors[t] = burst > 0 ? strength : 1
    }
  }
  if (world.loadErrors) {
    for (let t = 0; t < length; t++) {
      const growth = t < lookbackSteps ? 1 : 1 + (t - lookbackSteps) / windowSteps
      load[t] = (load[t] as number) * growth
      errors[t] = (errors[t] as number) * growth ** 2
    }
  }
  return { load, errors, latency }
}

/** How a pod differs from the others, as factors. */
interface Level {
  errors: number
  latency: number
  cpu: number
  memory: number
}

function podsOf(world: World, chance: Chance): { recorded: RecordedPod; level: Level }[] {
  const sd = world.pods ?? { errors: 0, latency: 0, cpu: 0, memory: 0 }
  const one = (arm: RecordedPod['arm'], index: number, readyStep: number) => {
    const isBad = world.badNodes && chance.uniform() < 0.2
    const level: Level = {
      errors: Math.exp(sd.errors * chance.normal()) * (isBad ? 1.5 : 1),
      latency: Math.exp(sd.latency * chance.normal()) * (isBad ? 1.15 : 1),
      cpu: Math.exp(sd.cpu * chance.normal()),
      memory: Math.exp(sd.memory * chance.normal()),
    }
    const restarts = world.restarts ? restartsOf(readyStep, chance) : []
    return { recorded: { pod: `${arm}-${index}`, arm, readyStep, goneStep: null, restarts }, level }
  }
  const late = world.scaleOut ? Math.ceil(world.stablePods / 2) : 0
  return [
    ...Array.from({ length: world.stablePods }, (_, index) => one('stable', index, -1000)),
    ...Array.from({ length: late }, (_, index) => one('stable', world.stablePods + index, 30 + index)),
    ...Array.from({ length: world.canaryPods }, (_, index) => one('canary', index, -4)),
  ]
}

/** About one in two hours. */
function restartsOf(readyStep: number, chance: Chance): { step: number }[] {
  const restarts: { step: number }[] = []
  for (let step = Math.max(readyStep + 8, -lookbackSteps); step <= windowSteps; step++)
    if (chance.uniform() < 1 / 480) restarts.push({ step })
  return restarts
}

interface Course {
  world: World
  regression: Regression
  shared: Shared
  chance: Chance
}

function podSeries(pod: RecordedPod, level: Level, { world, regression, shared, chance }: Course): RecordedSeries[] {
  const from = Math.max(-lookbackSteps, pod.readyStep)
  const count = windowSteps - from + 1
  const slow = world.pods
    ? chance.autoregressive(length, 0.9).map(each => (world.pods?.slowErrors ?? 0) * each)
    : undefined
  const [cpuNoise, memoryNoise] = [chance.autoregressive(length, 0.7), chance.autoregressive(length, 0.95)]
  const totals: (number | null)[] = []
  const bads: (number | null)[] = []
  const buckets = [...edges, Number.POSITIVE_INFINITY].map((): (number | null)[] => [])
  const [cpu, memory]: [(number | null)[], (number | null)[]] = [[], []]
  let [total, bad] = [0, 0]
  const cumulative = buckets.map(() => 0)
  const live = world.stablePods + world.canaryPods
  for (let index = 0; index < count; index++) {
    const step = from + index
    const at = step + lookbackSteps
    const restart = pod.restarts.find(each => each.step === step)
    if (restart) {
      total = 0
      bad = 0
      cumulative.fill(0)
    }
    const isCold =
      world.restarts && [pod.readyStep, ...pod.restarts.map(each => each.step)].some(s => step >= s && step < s + 4)
    const isWorse = pod.arm === 'canary' && step > (regression.fromMinute ?? 0) * stepsPerMinute
    const effects = isWorse ? regression : {}
    const mean = (world.requestsPerSecond / live) * stepSeconds * (shared.load[at] as number)
    const errorRatio =
      world.errorRatio *
      (shared.errors[at] as number) *
      level.errors *
      (effects.errors ?? 1) *
      (isCold ? 3 : 1) *
      Math.exp(slow?.[at] ?? 0)
    const median =
      medianSeconds * (shared.latency[at] as number) * level.latency * (effects.latency ?? 1) * (isCold ? 2 : 1)
    const counts = bucketCounts(mean, median, effects.slowShare ?? 0, chance)
    const requests = counts.reduce((sum, each) => sum + each, 0)
    total += requests
    bad += Math.min(requests, chance.poisson(mean * Math.min(1, errorRatio)))
    let below = 0
    for (const [bucket, each] of counts.entries()) {
      below += each
      cumulative[bucket] = (cumulative[bucket] as number) + below
    }
    const isLost = world.lostScrapes && chance.uniform() < 0.02
    totals.push(isLost ? null : total)
    bads.push(isLost ? null : bad)
    for (const [bucket, values] of buckets.entries()) values.push(isLost ? null : (cumulative[bucket] as number))
    const minutes = Math.max(0, step - (regression.fromMinute ?? 0) * stepsPerMinute) / stepsPerMinute
    cpu.push(isLost ? null : 0.4 * level.cpu * (effects.cpu ?? 1) * Math.exp(0.1 * (cpuNoise[at] as number)))
    memory.push(
      isLost
        ? null
        : 5e8 * level.memory * (1 + (effects.leak ?? 0) * minutes) * Math.exp(0.03 * (memoryNoise[at] as number)),
    )
  }
  const one = (
    metric: string,
    part: RecordedSeries['part'],
    values: (number | null)[],
    le?: string,
  ): RecordedSeries => ({
    metric,
    part,
    pod: pod.pod,
    kind: 'samples',
    from,
    values,
    ...(le === undefined ? {} : { le }),
  })
  return [
    one('errors', 'total', totals),
    one('errors', 'bad', bads),
    ...buckets.map((values, index) =>
      one('latency', 'bucket', values, edges[index] === undefined ? '+Inf' : String(edges[index])),
    ),
    one('cpu', 'value', cpu),
    one('memory', 'value', memory),
  ]
}

/** Requests of one step by bucket; a share of them takes ten times as long. */
function bucketCounts(mean: number, median: number, slowShare: number, chance: Chance): number[] {
  let before = 0
  return [...edges, Number.POSITIVE_INFINITY].map(edge => {
    const below = (1 - slowShare) * lognormalBelow(edge, median) + slowShare * lognormalBelow(edge, 10 * median)
    const count = chance.poisson(mean * (below - before))
    before = below
    return count
  })
}

const lognormalBelow = (edge: number, median: number) =>
  edge === Number.POSITIVE_INFINITY ? 1 : normalBelow(Math.log(edge / median) / logDeviation)

/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x)
  return z > 0 ? 1 - tail / 2 : tail / 2
}
