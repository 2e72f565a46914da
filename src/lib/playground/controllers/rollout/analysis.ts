import { analysisRuns } from '../../../kube/resource-types.ts'
import { desiredReplicas, isCompletedAnalysis, isFullyPromoted } from '../../../rollouts/phase.ts'
import type { AnalysisRun, AnalysisRunRef, RolloutAnalysis } from '../../../rollouts/rollout.ts'
import { currentStep } from '../../../rollouts/steps.ts'
import { refOf } from '../../store/garbage.ts'
import { analysisRunOf, createRun } from './analysis-run.ts'
import { available, hashLabel, hashOf, hasScaleDownDeadline, isSaturated, wanted } from './replica-sets.ts'
import { isWithinRollbackWindow } from './status.ts'
import { blueGreenOf, canaryOf } from './strategy.ts'
import { type CurrentRuns, manager, note, pauseCondition, type Sync } from './sync.ts'

type Which = keyof CurrentRuns

/** Starts, follows and ends the AnalysisRuns of the update (argo-rollouts rollout/analysis.go). */
export function reconcileAnalysis(sync: Sync): void {
  const { rollout, newRS, pause } = sync
  const isSkipped =
    pause.isAborted(rollout) ||
    Boolean(rollout.status.promoteFull) ||
    hasScaleDownDeadline(newRS) ||
    !rollout.status.stableRS ||
    isWithinRollbackWindow(sync)
  if (isSkipped) {
    report(sync, sync.runs)
    cancel(sync, [...Object.values(sync.runs), ...sync.otherRuns])
    return
  }
  const next: CurrentRuns = {}
  if (canaryOf(rollout)) {
    next.step = reconcileStepRun(sync)
    next.background = reconcileBackgroundRun(sync)
  } else {
    next.pre = reconcilePromotionRun(sync, 'pre')
    judge(sync, next.pre, 'Blue/green pre-promotion analysis')
    next.post = reconcilePromotionRun(sync, 'post')
    judge(sync, next.post, 'Blue/green post-promotion analysis')
  }
  sync.runs = next
  report(sync, next)
  const current = new Set(Object.values(next).map(each => each?.metadata.name))
  const others = sync.otherRuns.filter(each => !current.has(each.metadata.name))
  cancel(sync, others)
  deleteOld(sync, others)
  for (const which of ['post', 'pre', 'step', 'background'] as const) noteChange(sync, which, next[which])
}

function reconcileStepRun(sync: Sync): AnalysisRun | undefined {
  const { rollout, runs } = sync
  if ((rollout.status.pauseConditions?.length ?? 0) > 0 || rollout.status.abort) return runs.step
  const current = currentStep(rollout)
  const analysis = current?.step?.analysis
  const isOfEarlierStep = runs.step && runs.step.metadata.labels?.['step-index'] !== String(current?.index)
  if (!analysis?.templates?.length || isOfEarlierStep || !current) {
    cancel(sync, [runs.step])
    return undefined
  }
  if (needsNewRun(sync, runs.step)) {
    const labels = { 'rollout-type': 'Step', 'step-index': String(current.index) }
    return start(sync, analysis, String(current.index), labels)
  }
  judge(sync, runs.step, 'Step-based analysis')
  return runs.step
}

function reconcileBackgroundRun(sync: Sync): AnalysisRun | undefined {
  const { rollout, runs } = sync
  const analysis = canaryOf(rollout)?.analysis
  if (!analysis?.templates?.length) {
    cancel(sync, [runs.background])
    return undefined
  }
  const index = currentStep(rollout)?.index
  const isBeforeStart = analysis.startingStep !== undefined && index !== undefined && index < analysis.startingStep
  if (isFullyPromoted(rollout) || !rollout.status.stableRS || !rollout.status.currentPodHash || isBeforeStart) {
    return undefined
  }
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun')) return runs.background
  if (needsNewRun(sync, runs.background)) return start(sync, analysis, '', { 'rollout-type': 'Background' })
  judge(sync, runs.background, 'Background analysis')
  return runs.background
}

function reconcilePromotionRun(sync: Sync, which: 'pre' | 'post'): AnalysisRun | undefined {
  const { rollout } = sync
  const strategy = blueGreenOf(rollout)
  const analysis = which === 'pre' ? strategy?.prePromotionAnalysis : strategy?.postPromotionAnalysis
  const run = sync.runs[which]
  if (!analysis?.templates?.length) {
    cancel(sync, [run])
    return undefined
  }
  if (which === 'pre' ? skipsPreAnalysis(sync) : skipsPostAnalysis(sync)) {
    cancel(sync, [run])
    return run
  }
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun') || !needsNewRun(sync, run)) return run
  return start(sync, analysis, which, { 'rollout-type': which === 'pre' ? 'PrePromotion' : 'PostPromotion' })
}

function skipsPreAnalysis({ rollout, newRS, runs }: Sync): boolean {
  const { stableRS, blueGreen } = rollout.status
  const hash = hashOf(newRS)
  const active = blueGreen?.activeSelector ?? ''
  if (stableRS === hash || active === '' || active === hash || hash === '') return true
  if (runs.pre) return false
  const preview = blueGreenOf(rollout)?.previewReplicaCount
  if (preview !== undefined) return wanted(newRS) !== preview || available(newRS) !== preview
  return !isSaturated(desiredReplicas(rollout), newRS)
}

export function skipsPostAnalysis({ rollout, newRS, runs }: Sync): boolean {
  const hash = hashOf(newRS)
  if (rollout.status.stableRS === hash || rollout.status.blueGreen?.activeSelector !== hash || hash === '') return true
  return !runs.post && !isSaturated(desiredReplicas(rollout), newRS)
}

/** A run is repeated after an inconclusive one that somebody let pass, and after a retry (needsNewAnalysisRun). */
function needsNewRun({ rollout }: Sync, run: AnalysisRun | undefined): boolean {
  if (!run) return true
  const isPausedOtherwise = pauseCondition(rollout, 'CanaryPauseStep') ?? pauseCondition(rollout, 'BlueGreenPause')
  if (rollout.status.controllerPause && !isPausedOtherwise) return run.status?.phase === 'Inconclusive'
  return rollout.status.abortedAt !== undefined
}

/** What the phase of a run does to the rollout: inconclusive pauses it, failed and error abort it. */
function judge({ pause }: Sync, run: AnalysisRun | undefined, what: string): void {
  const { phase, message } = run?.status ?? {}
  if (phase === 'Inconclusive') pause.add('InconclusiveAnalysisRun')
  if (phase === 'Failed' || phase === 'Error') pause.abort(`${what} phase error/failed${message ? `: ${message}` : ''}`)
}

function start(sync: Sync, analysis: RolloutAnalysis, infix: string, labels: Record<string, string>): AnalysisRun {
  const run = analysisRunOf(sync, analysis, infix, { [hashLabel]: hashOf(sync.newRS), ...labels })
  return createRun(sync.environment, run)
}

function cancel({ environment }: Sync, runs: readonly (AnalysisRun | undefined)[]): void {
  for (const run of runs) {
    if (!run || run.spec.terminate || isCompletedAnalysis(run.status?.phase)) continue
    if (!environment.store.find(analysisRuns, refOf(run))) continue
    environment.store.patch(
      analysisRuns,
      refOf(run),
      { type: 'merge', body: { spec: { terminate: true } } },
      { manager },
    )
  }
}

/** Keeps the last runs of each kind (FilterAnalysisRunsToDelete). */
function deleteOld(sync: Sync, runs: readonly AnalysisRun[]): void {
  const { store } = sync.environment
  type Limits = { successfulRunHistoryLimit?: number; unsuccessfulRunHistoryLimit?: number }
  const limits = (sync.rollout.spec as { analysis?: Limits }).analysis ?? {}
  const left = { good: limits.successfulRunHistoryLimit ?? 5, bad: limits.unsuccessfulRunHistoryLimit ?? 5 }
  const hashes = new Set(sync.allRSs.map(hashOf))
  const born = (run: AnalysisRun) => run.metadata.creationTimestamp ?? ''
  for (const run of [...runs].sort((one, other) => (born(one) > born(other) ? -1 : 1))) {
    const isOrphan = !hashes.has(run.metadata.labels?.[hashLabel] ?? '')
    const kind =
      run.status?.phase === 'Successful' ? 'good' : isCompletedAnalysis(run.status?.phase) ? 'bad' : undefined
    if (!isOrphan && !kind) continue
    const isSurplus = kind !== undefined && left[kind]-- <= 0
    if ((isOrphan || isSurplus) && store.find(analysisRuns, refOf(run))) store.delete(analysisRuns, refOf(run))
  }
}

function report({ rollout, newStatus }: Sync, runs: CurrentRuns): void {
  const reference = (run: AnalysisRun | undefined): AnalysisRunRef | undefined =>
    run && {
      name: run.metadata.name,
      status: run.status?.phase ?? '',
      ...(run.status?.message ? { message: run.status.message } : {}),
    }
  if (canaryOf(rollout)) {
    const background = reference(runs.background)
    const step = reference(runs.step)
    newStatus.canary = {
      ...newStatus.canary,
      ...(background ? { currentBackgroundAnalysisRunStatus: background } : {}),
      ...(step ? { currentStepAnalysisRunStatus: step } : {}),
    }
    return
  }
  const pre = reference(runs.pre)
  const post = reference(runs.post)
  newStatus.blueGreen = {
    ...newStatus.blueGreen,
    ...(pre ? { prePromotionAnalysisRunStatus: pre } : {}),
    ...(post ? { postPromotionAnalysisRunStatus: post } : {}),
  }
}

const names: Record<Which, string> = {
  post: 'PostPromotion',
  pre: 'PrePromotion',
  step: 'Step',
  background: 'Background',
}

function noteChange(sync: Sync, which: Which, run: AnalysisRun | undefined): void {
  const phase = run?.status?.phase
  if (!run || !phase) return
  const { canary, blueGreen } = sync.rollout.status
  const last = {
    step: canary?.currentStepAnalysisRunStatus,
    background: canary?.currentBackgroundAnalysisRunStatus,
    pre: blueGreen?.prePromotionAnalysisRunStatus,
    post: blueGreen?.postPromotionAnalysisRunStatus,
  }[which]
  if (last && (last.name !== run.metadata.name || last.status === phase)) return
  const type = phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal'
  const previous = last ? last.status : 'NoPreviousStatus'
  const message = `${names[which]} Analysis Run '${run.metadata.name}' Status New: '${phase}' Previous: '${previous}'`
  note(sync, type, `AnalysisRun${phase}`, message)
}
