import type { AnalysisRunSpec, EngineRun } from '../../../src/lib/analysis/analysis.ts'
import { AnalysisError } from '../../../src/lib/analysis/analysis-error.ts'
import { type EngineRules, step } from '../../../src/lib/analysis/engine.ts'
import type { Measured, TaskResult } from '../../../src/lib/analysis/record-measurement.ts'
import type { AnalysisMetric } from '../../../src/lib/rollouts/rollout.ts'

export const startMs = Date.parse('2026-01-02T03:04:05Z')

export const metric = (more: Partial<AnalysisMetric> = {}): AnalysisMetric => ({
  name: 'rate',
  provider: { web: { url: 'http://web/' } },
  ...more,
})

export const runOf = (spec: AnalysisRunSpec): EngineRun => ({ metadata: { name: 'run', namespace: 'shop' }, spec })

export const rules = (more: Partial<EngineRules> = {}): EngineRules => ({
  version: '1.9',
  providerProblem: () => undefined,
  readSecret: ({ name }) => {
    throw new AnalysisError(`secrets "${name}" not found`)
  },
  ...more,
})

/** Executes a run on a virtual clock; `answer` gives the n-th measurement of a metric. */
export function execute(
  run: EngineRun,
  answer: (name: string, index: number) => Measured,
  options: { rules?: EngineRules; terminateAtMs?: number; maxMeasurements?: number } = {},
): { run: EngineRun; seen: EngineRun[]; measuredAt: number[] } {
  const asked = new Map<string, number>()
  const seen: EngineRun[] = []
  const measuredAt: number[] = []
  let current = run
  let nowMs = startMs
  let results: TaskResult[] | undefined
  while (measuredAt.length < (options.maxMeasurements ?? 500)) {
    const next = step(current, nowMs, options.rules ?? rules(), results)
    current = next.run
    seen.push(current)
    results = undefined
    if (next.action.kind === 'end') break
    if (next.action.kind === 'measure') {
      results = next.action.tasks.map(task => {
        const index = asked.get(task.metric.name) ?? 0
        asked.set(task.metric.name, index + 1)
        measuredAt.push((nowMs - startMs) / 1000)
        return { task, measured: answer(task.metric.name, index), startedAtMs: nowMs, finishedAtMs: nowMs }
      })
      continue
    }
    const untilMs = next.action.untilMs ?? Number.POSITIVE_INFINITY
    if (options.terminateAtMs !== undefined && !current.spec.terminate && options.terminateAtMs <= untilMs) {
      nowMs = options.terminateAtMs
      current = { ...current, spec: { ...current.spec, terminate: true } }
    } else if (untilMs === Number.POSITIVE_INFINITY) break
    else nowMs = Math.max(nowMs, untilMs)
  }
  return { run: current, seen, measuredAt }
}

/** `SFIE` to measurements; the last one repeats. */
export const script =
  (letters: string) =>
  (_name: string, index: number): Measured => {
    const letter = letters[Math.min(index, letters.length - 1)]
    if (letter === 'E') return { phase: 'Error', message: 'boom' }
    return { phase: letter === 'S' ? 'Successful' : letter === 'F' ? 'Failed' : 'Inconclusive', value: '1' }
  }
