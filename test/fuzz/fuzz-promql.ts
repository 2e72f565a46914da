import { Labels } from '../../src/lib/promql/labels/labels.ts'
import { evaluateInstant, evaluateRange, parsePromql } from '../../src/lib/promql/promql.ts'
import { MemoryStorage } from '../../src/lib/promql/storage/memory-storage.ts'
import { readSeries } from '../../src/lib/promql/storage/series-notation.ts'
import { corpusOf } from './corpus.ts'
import { attempted, fuzz, type Summary } from './fuzz.ts'
import { mutated } from './mutate.ts'
import { type Answer, answerOf, type Difference, difference } from './promql-answers.ts'
import { PromqlOracle } from './promql-oracle.ts'
import { QueryGenerator } from './promql-queries.ts'
import { randomSeries, type SeriesSet } from './promql-series.ts'
import { Random } from './random.ts'

export function storeOf({ series, intervalMs }: SeriesSet): MemoryStorage {
  return new MemoryStorage(
    series.map(({ labels, values }) => {
      const read = readSeries(Labels.of(labels), values, intervalMs)
      if ('problem' in read) throw new Error(read.problem)
      return read
    }),
  )
}

export interface Asked {
  query: string
  startMs: number
  endMs: number
  /** 0: an instant query. */
  stepMs: number
  lookbackMs: number
}

export function randomQuestion(random: Random): Asked {
  const query = new QueryGenerator(random).query()
  const startMs = random.pick([0, 60_000, 300_000, 301_234, 500_000, 600_000])
  const isRange = random.chance(0.5)
  const stepMs = isRange ? random.pick([7000, 15_000, 30_000, 60_000]) : 0
  const endMs = isRange ? startMs + stepMs * random.below(12) + random.below(2) * 1000 : startMs
  return { query, startMs, endMs, stepMs, lookbackMs: random.pick([300_000, 300_000, 60_000]) }
}

export function ourAnswer(store: MemoryStorage, asked: Asked, maxSamples = 5_000_000): Answer {
  const { query, startMs, endMs, stepMs, lookbackMs } = asked
  const parsed = parsePromql(query)
  if (parsed.kind === 'promql-error') return { error: parsed.message, stage: parsed.stage }
  const options = { lookbackMs, maxSamples }
  const result =
    stepMs === 0
      ? evaluateInstant(parsed, store, startMs, options)
      : evaluateRange(parsed, store, { startMs, endMs, stepMs }, options)
  return 'kind' in result ? { error: result.message, stage: result.stage } : answerOf(result)
}

/** The real engine walks through maps in random order: its answer can be another one the next time, or ours. */
async function isUnstable(oracle: PromqlOracle, asked: Asked, ours: Answer, theirs: Answer): Promise<boolean> {
  for (let times = 0; times < 12; times++) {
    const again = await oracle.ask(asked)
    if (difference(again, theirs) || !difference(ours, again)) return true
  }
  return false
}

const queriesPerSet = 250

/** Asks the real engine and ours the same; every difference goes to `report`. */
export async function compareWithOracle(
  count: number,
  seed: number,
  report: (asked: Asked, found: Difference, set: number) => void,
): Promise<{
  queries: number
  differences: Record<Difference['what'], number>
  errors: number
  withNotes: number
  unstable: number
}> {
  const oracle = PromqlOracle.start()
  const differences = { result: 0, error: 0, notes: 0 }
  let [errors, withNotes, unstable] = [0, 0, 0]
  try {
    for (let first = 0; first < count; first += queriesPerSet) {
      const setSeed = seed + first
      const random = new Random(setSeed)
      const series = randomSeries(random)
      const loaded = await oracle.ask(series)
      if (loaded.error !== undefined) throw new Error(loaded.error)
      const store = storeOf(series)
      const asked = Array.from({ length: Math.min(queriesPerSet, count - first) }, () => randomQuestion(random))
      const theirs = asked.map(each => oracle.ask(each))
      for (const [index, each] of asked.entries()) {
        const expected = (await theirs[index]) ?? {}
        const ours = ourAnswer(store, each)
        const found = difference(ours, expected)
        if (expected.error !== undefined) errors++
        if ((expected.warnings ?? expected.infos ?? []).length > 0) withNotes++
        if (!found) continue
        if (await isUnstable(oracle, each, ours, expected)) {
          unstable++
          continue
        }
        differences[found.what]++
        report(each, found, setSeed)
      }
    }
  } finally {
    oracle.stop()
  }
  return { queries: count, differences, errors, withNotes, unstable }
}

/** What was asked and answered, to be asked again without the real engine. */
export type Recorded = { series: SeriesSet } | { asked: Asked; answer: Answer }

/** Answers of the real engine to random questions; those that differ from time to time are left out. */
export async function recordAnswers(sets: number, perSet: number, seed: number): Promise<Recorded[]> {
  const oracle = PromqlOracle.start()
  const recorded: Recorded[] = []
  try {
    for (let set = 0; set < sets; set++) {
      const random = new Random(seed + set)
      const series = randomSeries(random)
      await oracle.ask(series)
      recorded.push({ series })
      for (let left = perSet; left > 0; ) {
        const asked = { ...randomQuestion(random) }
        const answer = await oracle.ask(asked)
        const text = JSON.stringify(answer)
        // Rather histograms than numbers, and nothing long.
        if (answer.rows?.length === 0 || text.length > 3000 || (!text.includes('"schema"') && random.chance(0.7)))
          continue
        if (await isUnstable(oracle, asked, { stage: 'none' }, answer)) continue
        recorded.push({ asked, answer })
        left--
      }
    }
  } finally {
    oracle.stop()
  }
  return recorded
}

const mostSamples = 300_000

/** Random and mutated queries over random series: each ends in a result or a problem, within its samples. */
export function fuzzPromql(count: number, seed: number, report: (text: string) => void): Summary {
  const corpus = corpusOf('promql.jsonl', ['query'])
  let store = storeOf(randomSeries(new Random(seed)))
  return fuzz('promql', count, seed, attempt, report)

  function attempt(index: number) {
    const random = new Random(seed * 1_000_003 + index)
    if (index % 1000 === 0) store = storeOf(randomSeries(random))
    const asked = randomQuestion(random)
    const generated = new QueryGenerator(random)
    const isMutated = random.chance(0.5)
    if (isMutated) asked.query = mutated(random, random.chance(0.5) ? corpus : [generated.query(), generated.query()])
    return attempted(
      () => `attempt ${index}: ${JSON.stringify(asked)}`,
      () => {
        const { stage } = ourAnswer(store, asked, mostSamples)
        return stage === undefined ? 'answered' : `${stage} problem`
      },
    )
  }
}
