import { readGoDuration } from '../../values/go-duration.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { AnalysisMetric, AnalysisRun, AnalysisRunRef, Measurement, MetricResult } from '../rollout.ts'
import { action, advice, reading } from './commands.ts'
import type { Blocks, EvidenceItem, Finding, Opening } from './explanation.ts'
import { pauseOf } from './pauses.ts'
import { clockTime, nameOf, observed, plural, quoted } from './sentences.ts'
import { analysisRunOf, type Rule, type Situation } from './situation.ts'

interface RunInUse {
  ref: AnalysisRunRef
  run: AnalysisRun | undefined
  /** `analysis of step 2/7`, `background analysis` */
  role: string
  /** a running one holds the rollout at this place; a background one goes along with it */
  holds: boolean
}

/** The runs that the rollout's status names: of the step, of the background, before and after a blue-green promotion. */
function runsInUse(situation: Situation): RunInUse[] {
  const { canary, blueGreen } = situation.rollout.status ?? {}
  const named: [AnalysisRunRef | undefined, string, boolean][] = [
    [canary?.currentStepAnalysisRunStatus, stepRole(situation, canary?.currentStepAnalysisRunStatus?.name), true],
    [canary?.currentBackgroundAnalysisRunStatus, 'background analysis', false],
    [blueGreen?.prePromotionAnalysisRunStatus, 'analysis before promotion', true],
    [blueGreen?.postPromotionAnalysisRunStatus, 'analysis after promotion', true],
  ]
  return named.flatMap(([ref, role, holds]) =>
    ref?.name ? [{ ref, run: analysisRunOf(situation, ref.name), role, holds }] : [],
  )
}

/** An abort sends the step index back to 0, so the run's own label says which step it belongs to. */
function stepRole(situation: Situation, name: string | undefined): string {
  const index = analysisRunOf(situation, name)?.metadata.labels?.['step-index']
  if (index !== undefined) return `analysis of step ${quoted(index)}/${situation.steps.length}`
  return situation.isAborted ? 'analysis of a step' : `analysis of step ${situation.stepLabel}`
}

/** One finding per run in use, by its phase. */
export const analysis: Rule = situation => {
  const found = runsInUse(situation).flatMap(used => findingOf(situation, used))
  return found.some(finding => finding.rule === 'analysis-inconclusive')
    ? found
    : [...found, ...pausedWithoutRun(situation)]
}

/** The pause says that an analysis was inconclusive, and no run that can be read says which. */
function pausedWithoutRun(situation: Situation): Finding[] {
  const pause = pauseOf(situation.rollout, 'InconclusiveAnalysisRun')
  if (pause === undefined) return []
  return [
    {
      rule: 'analysis-inconclusive',
      blocks: situation.rollout.spec.paused ? 'next' : 'now',
      title: 'An analysis came to no verdict; the rollout is paused until a person decides.',
      since: pause.startTime,
      evidence: [observed(situation.self, 'status.pauseConditions holds InconclusiveAnalysisRun', pause.startTime)],
      opensWith: [inSpiteOfVerdict(situation)],
      allowed: null,
    },
  ]
}

function inSpiteOfVerdict(situation: Situation): Opening {
  const { stepIndex } = situation
  const expect = stepIndex === undefined ? [] : ['--expect-step', String(stepIndex)]
  return action(situation, 'promote', expect, 'goes on in spite of the missing verdict, to the next step')
}

function findingOf(situation: Situation, used: RunInUse): Finding[] {
  const phase = used.run?.status?.phase ?? used.ref.status
  switch (phase) {
    case 'Failed':
    case 'Error':
      return [failed(situation, used, phase)]
    case 'Inconclusive':
      return [inconclusive(situation, used)]
    case 'Running':
      return [running(situation, used)]
    case 'Successful':
      return situation.isUpdating && !situation.isAborted ? [successful(situation, used)] : []
    default:
      return [pending(situation, used)]
  }
}

function failed(situation: Situation, used: RunInUse, phase: 'Failed' | 'Error'): Finding {
  const metric = worstMetric(used.run, phase)
  const message = quoted(used.run?.status?.message || used.ref.message)
  return {
    rule: phase === 'Failed' ? 'analysis-failed' : 'analysis-error',
    blocks: 'now',
    title:
      phase === 'Failed'
        ? `The ${used.role} judged the new version bad${metric ? `: metric ${metric.name} failed` : ''}, so the controller gave up the update.`
        : `The ${used.role} could not measure${metric ? ` metric ${metric.name}` : ''}, and too many errors count as failed, so the controller gave up the update.`,
    since: used.run?.status?.completedAt ?? null,
    evidence: [
      observed(runName(situation, used), `${phase}${message ? `: ${message}` : ''}`, used.run?.status?.completedAt),
      ...(metric ? measurements(situation, used, metric) : []),
    ],
    opensWith: [
      action(situation, 'retry', [], 'tries the same version again from the first step, with a new analysis'),
      ...(phase === 'Error'
        ? [advice("correct the metric's query, condition or the provider's address in the AnalysisTemplate first")]
        : []),
    ],
    allowed: null,
  }
}

function inconclusive(situation: Situation, used: RunInUse): Finding {
  const metric = worstMetric(used.run, 'Inconclusive')
  const pause = pauseOf(situation.rollout, 'InconclusiveAnalysisRun')
  const message = quoted(used.run?.status?.message || used.ref.message)
  return {
    rule: 'analysis-inconclusive',
    blocks: pause ? 'now' : null,
    title: `The ${used.role} came to no verdict${metric ? `: metric ${metric.name} met neither its success nor its failure condition` : ''}${pause ? '; the rollout is paused until a person decides' : ''}.`,
    since: pause?.startTime ?? used.run?.status?.completedAt ?? null,
    evidence: [
      observed(runName(situation, used), `Inconclusive${message ? `: ${message}` : ''}`, used.run?.status?.completedAt),
      ...(metric ? measurements(situation, used, metric) : []),
      ...(pause
        ? [observed(situation.self, 'status.pauseConditions holds InconclusiveAnalysisRun', pause.startTime)]
        : []),
    ],
    opensWith: pause ? [inSpiteOfVerdict(situation)] : [],
    allowed: null,
  }
}

function running(situation: Situation, used: RunInUse): Finding {
  const { run } = used
  const metrics = (run?.spec.metrics ?? []).map(metric => progress(situation, used, metric))
  const last = run === undefined ? undefined : endsAtMs(run)
  const blocks: Blocks = used.holds ? 'now' : null
  return {
    rule: 'analysis-running',
    blocks,
    title: `The ${used.role} is running${used.holds ? ' and the rollout waits for its verdict' : ' beside the steps; it ends the update if it fails'}${last !== undefined && used.holds ? `; without failures it ends about ${clockTime(last, situation.nowMs)}` : ''}.`,
    since: run?.status?.startedAt ?? null,
    evidence:
      metrics.length > 0
        ? metrics
        : [
            observed(
              runName(situation, used),
              `Running${run === undefined ? ' (the run itself could not be read)' : ''}`,
            ),
          ],
    opensWith: used.holds ? waitOrSkip(situation, used) : [],
    allowed: null,
  }
}

function pending(situation: Situation, used: RunInUse): Finding {
  const { run } = used
  const delays = (run?.spec.metrics ?? []).filter(metric => metric.initialDelay)
  const delay = delays[0]
  const gone = run === undefined && !situation.evidence.notVisible.some(each => each.what.startsWith('analysisruns'))
  return {
    rule: 'analysis-pending',
    blocks: used.holds ? 'now' : null,
    title: gone
      ? `The ${used.role}, AnalysisRun ${used.ref.name}, does not exist (any more); the rollout waits for its verdict.`
      : `The ${used.role} has not measured anything yet${delay ? ` (metric ${delay.name} waits ${delay.initialDelay} before its first measurement)` : ''}.`,
    since: run?.status?.startedAt ?? run?.metadata.creationTimestamp ?? null,
    evidence: [
      observed(
        runName(situation, used),
        gone ? 'not found' : `${run?.status?.phase ?? (used.ref.status || 'no status yet')}`,
        run?.metadata.creationTimestamp,
      ),
    ],
    opensWith: used.holds ? waitOrSkip(situation, used) : [],
    allowed: null,
  }
}

function successful(situation: Situation, used: RunInUse): Finding {
  const { run } = used
  return {
    rule: 'analysis-successful',
    blocks: null,
    title: `The ${used.role} was successful.`,
    since: run?.status?.completedAt ?? null,
    evidence:
      run === undefined
        ? [observed(runName(situation, used), 'Successful')]
        : (run.spec.metrics ?? []).map(metric => progress(situation, used, metric)),
    opensWith: [],
    allowed: null,
  }
}

function waitOrSkip(situation: Situation, used: RunInUse): Opening[] {
  const { stepIndex } = situation
  return [
    reading(situation, ['canary', 'analysis', 'watch', used.ref.name], 'shows the measurements as they come'),
    ...(stepIndex === undefined
      ? []
      : [
          action(
            situation,
            'promote',
            ['--skip-current-step', '--expect-step', String(stepIndex)],
            'goes on without this verdict',
          ),
        ]),
  ]
}

function runName(situation: Situation, used: RunInUse) {
  return used.run === undefined
    ? { kind: 'AnalysisRun', namespace: situation.namespace, name: used.ref.name }
    : nameOf('AnalysisRun', used.run)
}

function worstMetric(run: AnalysisRun | undefined, phase: string): MetricResult | undefined {
  return run?.status?.metricResults?.find(result => result.phase === phase && !result.dryRun)
}

/** The judged metric's limit, its condition, and its last measurements that did not pass. */
function measurements(situation: Situation, used: RunInUse, result: MetricResult): EvidenceItem[] {
  const metric = used.run?.spec.metrics?.find(each => each.name === result.name)
  const condition = conditionText(metric)
  const bad = (result.measurements ?? []).filter(each => each.phase !== 'Successful').slice(-3)
  return [
    observed(runName(situation, used), `metric ${result.name}: ${counts(result)}${condition ? `; ${condition}` : ''}`),
    ...bad.map(each => observed(runName(situation, used), measurementText(result.name, each), each.finishedAt)),
  ]
}

function measurementText(name: string, measurement: Measurement): string {
  const value = measurement.value ? ` value ${quoted(measurement.value)}` : ''
  const message = measurement.message ? `: ${quoted(measurement.message)}` : ''
  return `metric ${name}: ${measurement.phase ?? 'measured'}${value}${message}`
}

/** Where a metric stands: counts, its last value, the condition, and how many failures are left. */
function progress(situation: Situation, used: RunInUse, metric: AnalysisMetric): EvidenceItem {
  const result = used.run?.status?.metricResults?.find(each => each.name === metric.name)
  const last = result?.measurements?.at(-1)
  const wanted = effectiveCount(metric)
  const parts = [
    result === undefined ? 'not measured yet' : counts(result),
    wanted === undefined ? undefined : `${result?.count ?? 0} of ${plural(wanted, 'measurement')}`,
    last?.value ? `last value ${quoted(last.value)}` : undefined,
    last?.message ? quoted(last.message) : undefined,
    conditionText(metric),
    ...(isCompletedAnalysis(result?.phase)
      ? []
      : [
          result?.dryRun ? 'dry run, does not count' : failuresLeft(metric, result),
          nextMeasurement(situation, metric, last),
        ]),
  ]
  return observed(
    runName(situation, used),
    `metric ${metric.name}: ${parts.filter(part => part !== undefined && part !== '').join('; ')}`,
    last?.finishedAt,
  )
}

function counts(result: MetricResult): string {
  const words = [
    [result.successful, 'successful'],
    [result.failed, 'failed'],
    [result.inconclusive, 'inconclusive'],
    [result.error, (result.error ?? 0) === 1 ? 'error' : 'errors'],
  ] as const
  return words.flatMap(([count, word]) => (count ? [`${count} ${word}`] : [])).join(', ') || 'not measured yet'
}

function conditionText(metric: AnalysisMetric | undefined): string | undefined {
  const parts = [
    metric?.successCondition ? `success when ${quoted(metric.successCondition)}` : undefined,
    metric?.failureCondition ? `failure when ${quoted(metric.failureCondition)}` : undefined,
  ].filter(part => part !== undefined)
  return parts.length > 0 ? parts.join(', ') : undefined
}

/** argo-rollouts analysis.go: failureLimit defaults to 0, below 0 is off; consecutiveErrorLimit defaults to 4. */
function failuresLeft(metric: AnalysisMetric, result: MetricResult | undefined): string {
  const limit = limitOf(metric.failureLimit, 0)
  const errorLimit = limitOf(metric.consecutiveErrorLimit, 4)
  const left = limit - (result?.failed ?? 0)
  const failures =
    limit < 0 ? 'failures do not count' : left <= 0 ? 'the next failure ends it' : `${plural(left, 'failure')} left`
  const errors = result?.consecutiveError ?? 0
  return errors > 0 ? `${failures}; ${errors} errors in a row, ${errorLimit} are tolerated` : failures
}

function limitOf(value: number | string | undefined, byDefault: number): number {
  if (value === undefined) return byDefault
  const number = Number(value)
  return Number.isInteger(number) ? number : 0
}

/** argo-rollouts analysis_types.go EffectiveCount: 1 without an interval, unlimited with one; undefined: unlimited. */
function effectiveCount(metric: AnalysisMetric): number | undefined {
  const count = limitOf(metric.count, 0)
  return count === 0 ? (metric.interval ? undefined : 1) : count
}

function nextMeasurement(
  situation: Situation,
  metric: AnalysisMetric,
  last: Measurement | undefined,
): string | undefined {
  const finished = parseTime(last?.finishedAt)
  const interval = readGoDuration(metric.interval)
  if (finished === undefined || interval === undefined) return undefined
  const at = finished + (last?.phase === 'Error' ? 10_000 : interval)
  return at > situation.nowMs ? `next in ${humanDuration(at - situation.nowMs)}` : 'next one due'
}

/** When the run ends if nothing fails; undefined when some metric runs without end. */
function endsAtMs(run: AnalysisRun): number | undefined {
  const started = parseTime(run.status?.startedAt)
  if (started === undefined) return undefined
  const ends = (run.spec.metrics ?? []).map(metric => {
    const count = effectiveCount(metric)
    const interval = readGoDuration(metric.interval) ?? 0
    const result = run.status?.metricResults?.find(each => each.name === metric.name)
    const last = parseTime(result?.measurements?.at(-1)?.finishedAt)
    if (count === undefined) return Number.NaN
    const left = count - (result?.count ?? 0)
    return last === undefined
      ? started + (readGoDuration(metric.initialDelay) ?? 0) + (count - 1) * interval
      : last + left * interval
  })
  const end = Math.max(...ends)
  return Number.isFinite(end) ? end : undefined
}
