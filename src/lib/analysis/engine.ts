import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { Argument, ControllerVersion, EngineRun, SecretKeyRef } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'
import { assessRun } from './assess-run.ts'
import { lastMeasurement, resultOf, withResult } from './metric-results.ts'
import { resolveMetric } from './placeholders.ts'
import { type MeasurementTask, recordMeasurement, type TaskResult } from './record-measurement.ts'
import { trimMeasurements } from './retention.ts'
import { isSameValue } from './same-value.ts'
import { dueAction, nextWakeUpMs } from './schedule.ts'
import { dryRunMetrics, retentionLimits, validateMetrics } from './validate.ts'

/** What the engine asks of its surroundings; both functions give the same answer whenever they are asked. */
export interface EngineRules {
  version: ControllerVersion
  /** @throws AnalysisError in the controller's words when it cannot be read */
  readSecret(ref: SecretKeyRef): string
  /** Why no provider can be built for a metric; its measurements are errors then, and are never trimmed. */
  providerProblem(metric: AnalysisMetric): string | undefined
}

/** What has to happen next. `untilMs` is a time in ms since 1970; without one only a change of the spec goes on. */
export type EngineAction =
  | { kind: 'measure'; tasks: MeasurementTask[] }
  | { kind: 'wait'; untilMs: number | undefined }
  | { kind: 'end' }

export interface EngineStep {
  run: EngineRun
  action: EngineAction
}

/**
 * The controller's analysis, as a state machine: takes the results of the tasks that it asked for last, assesses the run
 * and says what to do next. It asks for everything that is due at one moment at once, and looks again after each change
 * of the status, as the controller does when it sees its own update; metrics that a failed sibling cancels end there.
 * A finished run never changes. Results are kept in the order of the spec, where the controller's is random. (argo-rollouts analysis/analysis.go reconcileAnalysisRun, v1.9.1)
 *
 * @param results of all tasks of the last `measure` action; undefined when there was none
 */
export function step(run: EngineRun, nowMs: number, rules: EngineRules, results?: readonly TaskResult[]): EngineStep {
  let current = run
  let taken = results
  for (;;) {
    if (isCompletedAnalysis(current.status?.phase)) return { run: current, action: { kind: 'end' } }
    const round = planRound(current, nowMs, rules)
    if (round.kind === 'invalid') return { run: round.run, action: { kind: 'end' } }
    if (!taken && round.tasks.length > 0) return { run: current, action: { kind: 'measure', tasks: round.tasks } }
    const next = conclude(current, round, taken ?? [], nowMs, rules)
    taken = undefined
    if (isSameValue(next.status, current.status))
      return { run: current, action: { kind: 'wait', untilMs: nextWakeUpMs(current, round.metrics) } }
    current = next
  }
}

interface Round {
  kind: 'round'
  /** with their arguments resolved, secrets as a placeholder text */
  metrics: AnalysisMetric[]
  dryRun: Set<string>
  retention: Map<string, number>
  secrets: string[]
  tasks: MeasurementTask[]
}

function planRound(run: EngineRun, nowMs: number, rules: EngineRules): Round | { kind: 'invalid'; run: EngineRun } {
  const { metrics: templates = [], args = [] } = run.spec
  try {
    const plan = planOf(run.spec)
    const known = args.map(arg => withSecret(arg, rules))
    const hasSecrets = args.some(arg => arg.valueFrom?.secretKeyRef)
    const tasks = plan.metrics.flatMap((metric, index) => {
      const action = dueAction(run, metric, nowMs, rules.version)
      const template = templates[index]
      if (!action || !template) return []
      const inFlight = action === 'measure' ? undefined : lastMeasurement(resultOf(run, metric.name))
      const resolved = hasSecrets ? resolveMetric(template, known) : metric
      return [{ metric: resolved, action, ...(inFlight ? { inFlight } : {}) }]
    })
    const secrets = known.flatMap(arg => (arg.valueFrom?.secretKeyRef && arg.value ? [arg.value] : []))
    return { kind: 'round', ...plan, secrets, tasks }
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    const prefix = error instanceof InvalidSpec ? 'Analysis spec invalid' : 'Unable to resolve metric arguments'
    // completedAt is not set on this path
    const status = { ...run.status, phase: 'Error' as const, message: `${prefix}: ${error.message}` }
    return { kind: 'invalid', run: { ...run, status } }
  }
}

/** What a spec says, whatever has been measured so far. */
type Plan = Pick<Round, 'metrics' | 'dryRun' | 'retention'>

/** The arguments are in place and the metrics are not valid. */
class InvalidSpec extends AnalysisError {}

// A spec never changes while its run goes on, and every round asks for the same.
const plans = new WeakMap<EngineRun['spec'], Plan>()

/** @throws AnalysisError for arguments, InvalidSpec for what they make */
function planOf(spec: EngineRun['spec']): Plan {
  const known = plans.get(spec)
  if (known) return known
  const { metrics: templates = [], args = [], dryRun = [], measurementRetention = [] } = spec
  const metrics = templates.map(metric => resolveMetric(metric, args.map(withoutSecret)))
  try {
    validateMetrics(metrics)
    const plan = {
      metrics,
      dryRun: dryRunMetrics(dryRun, metrics),
      retention: retentionLimits(measurementRetention, metrics),
    }
    plans.set(spec, plan)
    return plan
  } catch (error) {
    throw error instanceof AnalysisError ? new InvalidSpec(error.message) : error
  }
}

const withoutSecret = (arg: Argument): Argument =>
  arg.valueFrom?.secretKeyRef ? { name: arg.name, value: 'temp-for-secret' } : arg

/** A secret wins over a value that is also there. */
function withSecret(arg: Argument, rules: EngineRules): Argument {
  const ref = arg.valueFrom?.secretKeyRef
  return ref ? { ...arg, value: rules.readSecret(ref) } : arg
}

function conclude(
  run: EngineRun,
  { metrics, dryRun, retention, secrets }: Round,
  taken: readonly TaskResult[],
  nowMs: number,
  { version, providerProblem }: EngineRules,
): EngineRun {
  let measured = run.status?.metricResults ?? []
  for (const result of taken) {
    const { name } = result.task.metric
    const before = measured.find(each => each.name === name)
    measured = withResult(measured, recordMeasurement(before, result, { isDryRun: dryRun.has(name), secrets, version }))
  }
  const status = assessRun({ ...run, status: { ...run.status, metricResults: measured } }, metrics, dryRun, nowMs)
  const ordered = metrics.flatMap(({ name }) => status.metricResults?.filter(each => each.name === name) ?? [])
  const results = trimMeasurements(ordered, metrics, retention, metric => !providerProblem(metric))
  return { ...run, status: { ...status, metricResults: results } }
}
