import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { isIndefinitePauseStep, pauseStepMs } from '../pause.ts'
import { stepDescription } from '../steps.ts'
import type { Finding } from './explanation.ts'
import { clockTime, observed } from './sentences.ts'
import { conditionOf, type Rule, type Situation } from './situation.ts'

/** The next step after this one at which the rollout stands still. */
export const nextStop: Rule = situation => {
  const { stepIndex, steps, isUpdating, isAborted } = situation
  if (stepIndex === undefined || !isUpdating || isAborted || situation.rollout.status?.promoteFull) return []
  // a spec that the controller refuses has no next step before it is another one
  if (conditionOf(situation.rollout, 'InvalidSpec') !== undefined) return []
  const at = steps.findIndex(
    (step, index) => index > stepIndex && (step.pause || step.analysis || step.experiment || step.plugin),
  )
  const step = steps[at]
  if (step === undefined) return []
  const label = `step ${at}/${steps.length}`
  const weightsBefore = steps
    .slice(stepIndex + 1, at)
    .flatMap(each => (each.setWeight === undefined ? [] : [each.setWeight]))
  const before = weightsBefore.length > 0 ? `, after weight ${weightsBefore.join(' and ')}` : ''
  const duration = pauseStepMs(step)
  const what = step.pause
    ? isIndefinitePauseStep(step)
      ? `${label} is a pause without a duration${before}: it needs somebody to promote it`
      : `${label} is a pause of ${duration === undefined ? step.pause.duration : humanDuration(duration)}${before}`
    : step.analysis
      ? `${label} is an ${stepDescription(step)}${before}: it decides whether the update goes on`
      : step.experiment
        ? `${label} is an ${stepDescription(step)}${before}: it decides whether the update goes on`
        : `${label} is the work of ${stepDescription(step)}${before}`
  return [
    {
      rule: step.pause
        ? 'next-pause'
        : step.analysis
          ? 'next-analysis'
          : step.experiment
            ? 'next-experiment'
            : 'next-plugin',
      blocks: 'next',
      title: `${what[0]?.toUpperCase()}${what.slice(1)}.`,
      since: null,
      evidence: [observed(situation.self, `spec.strategy.canary.steps[${at}] is "${stepDescription(step)}"`)],
      opensWith: [],
      allowed: null,
    },
  ]
}

/** The deadline that passes next, while the rollout waits for pods. */
export const deadlineAhead: Rule = situation => {
  const { rollout, nowMs, phase } = situation
  const condition = conditionOf(rollout, 'Progressing')
  const last = parseTime(condition?.lastUpdateTime ?? condition?.lastTransitionTime)
  if (phase !== 'Progressing' || condition?.status !== 'True' || last === undefined || !countsTime(situation)) return []
  const seconds = rollout.spec.progressDeadlineSeconds ?? 600
  const at = last + seconds * 1000
  if (at <= nowMs) return []
  const end = rollout.spec.progressDeadlineAbort
    ? 'the update is aborted (progressDeadlineAbort)'
    : 'the rollout counts as Degraded'
  return [
    {
      rule: 'progress-deadline-ahead',
      blocks: 'next',
      title: `Without progress ${end} at ${clockTime(at, nowMs)}, in ${humanDuration(at - nowMs)}.`,
      since: null,
      evidence: [
        observed(
          situation.self,
          `progressDeadlineSeconds is ${seconds}; last progress`,
          condition.lastUpdateTime ?? condition.lastTransitionTime,
        ),
      ],
      opensWith: [],
      allowed: null,
    } satisfies Finding,
  ]
}

/** argo-rollouts rollout/sync.go: the deadline rests while a step may take as long as it likes. */
function countsTime(situation: Situation): boolean {
  const { step, newSet } = situation
  if (step?.pause || step?.analysis || step?.experiment) return false
  return newSet !== undefined && (newSet.status?.availableReplicas ?? 0) < (newSet.spec?.replicas ?? 0)
}
