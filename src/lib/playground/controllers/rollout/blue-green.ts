import type { Service } from '../../../kube/core-objects.ts'
import { desiredReplicas } from '../../../rollouts/phase.ts'
import { selectorText } from '../../store/selectors.ts'
import { reconcileAnalysis, skipsPostAnalysis } from './analysis.ts'
import { isReferenced } from './canary.ts'
import { withConditions } from './progress.ts'
import { newVersionCount } from './replica-counts.ts'
import {
  actual,
  available,
  hashOf,
  hasScaleDownDeadline,
  isSaturated,
  ready,
  revisionOf,
  wanted,
} from './replica-sets.ts'
import { restartPods } from './restart.ts'
import { countUntilDeadline, dropDeadlines, scale, scaleNewVersion } from './scaling.ts'
import { findService, selectedHash, switchService } from './services.ts'
import {
  baseStatus,
  isActive,
  isTemplateChanged,
  isWithinRollbackWindow,
  promoteStable,
  promotionReason,
  resetStatus,
  scalerView,
} from './status.ts'
import { blueGreenOf } from './strategy.ts'
import { type ControlledStatus, isHalted, pauseCondition, persistStatus, type Sync } from './sync.ts'
import { cleanUpHistory, syncRevision } from './versions.ts'

/** One look at a blue-green rollout (argo-rollouts rollout/bluegreen.go, rolloutBlueGreen). */
export function syncBlueGreen(sync: Sync): void {
  syncRevision(sync)
  const strategy = blueGreenOf(sync.rollout)
  const preview = findService(sync, strategy?.previewService)
  if (preview && !isHalted(sync)) switchService(sync, preview, hashOf(sync.newRS))
  if (isTemplateChanged(sync)) {
    syncStatus(sync)
    return
  }
  restartPods(sync)
  scaleBlueGreen(sync)
  pauseBeforeSwitch(sync)
  switchActive(sync)
  reconcileAnalysis(sync)
  syncStatus(sync)
}

export function scaleBlueGreen(sync: Sync): void {
  dropDeadlines(sync)
  if (sync.stableRS) scale(sync, sync.stableRS, desiredReplicas(sync.rollout))
  scaleNewVersion(sync)
  scaleDownOthers(sync)
  cleanUpHistory(sync)
}

function scaleDownOthers(sync: Sync): void {
  const { rollout, runs } = sync
  if (pauseCondition(rollout, 'InconclusiveAnalysisRun')) return
  const strategy = blueGreenOf(rollout)
  const awaitsAnalysis = strategy?.postPromotionAnalysis && strategy.scaleDownDelaySeconds === undefined
  if (awaitsAnalysis && !skipsPostAnalysis(sync) && runs.post?.status?.phase !== 'Successful') return
  const kept = { count: 0 }
  const others = sync.otherRSs.filter(isActive).sort((one, other) => revisionOf(other) - revisionOf(one))
  for (const each of others) {
    if (isReferenced(sync, each)) continue
    scale(sync, each, countUntilDeadline(sync, each, kept, desiredReplicas(rollout)))
  }
}

const activeService = (sync: Sync): Service | undefined => findService(sync, blueGreenOf(sync.rollout)?.activeService)

/** Whether the switch needs no pause: it was done before, asked for, or goes back to a version that is still up. */
function isFastTracked(sync: Sync): boolean {
  const selected = selectedHash(activeService(sync))
  return (
    hasScaleDownDeadline(sync.newRS) ||
    Boolean(sync.rollout.status.promoteFull) ||
    selected === '' ||
    selected === hashOf(sync.newRS)
  )
}

function isReadyForSwitch(sync: Sync): boolean {
  const count = newVersionCount(sync.rollout, sync, undefined)
  return wanted(sync.newRS) === count && available(sync.newRS) === count
}

function pauseBeforeSwitch(sync: Sync): void {
  const { rollout, pause } = sync
  const { status } = rollout
  const strategy = blueGreenOf(rollout)
  if (!strategy || status.abort || !isReadyForSwitch(sync) || isHalted(sync)) return
  const seconds = strategy.autoPromotionSeconds ?? 0
  const needsPause = strategy.autoPromotionEnabled === false || seconds > 0
  if (isFastTracked(sync) || status.blueGreen?.scaleUpPreviewCheckPoint || !needsPause) {
    pause.remove('BlueGreenPause')
    return
  }
  if (!isPreAnalysisDone(sync)) return
  const condition = pauseCondition(rollout, 'BlueGreenPause')
  if (!condition) {
    if (!status.controllerPause) pause.add('BlueGreenPause')
    return
  }
  if (isPauseDone(sync)) {
    pause.remove('BlueGreenPause')
    return
  }
  const leftMs = Date.parse(condition.startTime) + seconds * 1000 - sync.environment.timeline.now()
  if (seconds > 0 && leftMs > 0) sync.enqueueAfter(leftMs)
}

function isPreAnalysisDone({ rollout, runs }: Sync): boolean {
  return !blueGreenOf(rollout)?.prePromotionAnalysis || runs.pre?.status?.phase === 'Successful'
}

/** CompletedBlueGreenPause. */
function isPauseDone({ rollout, pause, environment }: Sync): boolean {
  const { status } = rollout
  const strategy = blueGreenOf(rollout)
  if (pause.isAdding) return false
  if (status.blueGreen?.scaleUpPreviewCheckPoint) return true
  const condition = pauseCondition(rollout, 'BlueGreenPause')
  if (strategy?.autoPromotionEnabled === false) return Boolean(status.controllerPause) && !condition
  const seconds = strategy?.autoPromotionSeconds ?? 0
  if (seconds === 0) return true
  return condition !== undefined && environment.timeline.now() >= Date.parse(condition.startTime) + seconds * 1000
}

function switchActive(sync: Sync): void {
  const { rollout, newRS } = sync
  const service = activeService(sync)
  const replicas = desiredReplicas(rollout)
  if (!service || isHalted(sync) || !isReadyForSwitch(sync) || !isSaturated(replicas, newRS)) return
  let hash = selectedHash(service)
  if (isFastTracked(sync) || (isPauseDone(sync) && isPreAnalysisDone(sync))) hash = hashOf(newRS)
  if (rollout.status.abort) hash = rollout.status.stableRS ?? ''
  if (hash !== '') switchService(sync, service, hash)
}

/** syncRolloutStatusBlueGreen. */
function syncStatus(sync: Sync): void {
  const { rollout } = sync
  const next: ControlledStatus = { ...baseStatus(sync), ...scalerView(sync) }
  if (isTemplateChanged(sync)) resetStatus(sync, next)
  if (rollout.status.promoteFull || isWithinRollbackWindow(sync)) {
    sync.pause.clear()
    sync.pause.removeAbort()
  }
  const previewSelector = selectedHash(findService(sync, blueGreenOf(rollout)?.previewService))
  const activeSelector = selectedHash(activeService(sync))
  next.blueGreen = { ...next.blueGreen, previewSelector, activeSelector }
  const reason = promotionReason(sync, next)
  if (reason !== undefined) promoteStable(sync, next, reason)
  else if (isPreviewSeen(sync)) next.blueGreen.scaleUpPreviewCheckPoint = true
  const active = sync.allRSs.find(each => hashOf(each) === activeSelector)
  if (active) {
    next.HPAReplicas = actual(active)
    next.selector = selectorText(active.spec?.selector)
    next.availableReplicas = available(active)
    next.readyReplicas = ready(active)
  }
  persistStatus(sync, withConditions(sync, next))
}

/** With previewReplicaCount: whether the small preview was looked at, so that it may grow to full size. */
function isPreviewSeen(sync: Sync): boolean {
  const { rollout, newRS } = sync
  const count = blueGreenOf(rollout)?.previewReplicaCount
  if (count === undefined) return false
  if (rollout.status.blueGreen?.scaleUpPreviewCheckPoint) return !isTemplateChanged(sync)
  return isPreAnalysisDone(sync) && isPauseDone(sync) && available(newRS) === count
}
