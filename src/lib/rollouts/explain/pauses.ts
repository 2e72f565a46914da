import { whoWrote } from '../../kube/managed-fields.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { isPausedByController, pauseEndsAtMs } from '../pause.ts'
import type { Rollout } from '../rollout.ts'
import { setWeightAt, stepText } from '../steps.ts'
import { action, advice } from './commands.ts'
import { lookAtController } from './controller.ts'
import type { EvidenceItem, Opening } from './explanation.ts'
import { clockTime, observed, plural, quoted, timestamp } from './sentences.ts'
import { eventsOf, eventTime, type Rule, type Situation } from './situation.ts'

/** spec.paused: nothing moves, whatever the steps say. */
export const pausedManually: Rule = situation => {
  const { rollout } = situation
  if (rollout.spec.paused !== true) return []
  const writer = whoWrote(rollout, ['spec', 'paused'])[0]
  return [
    {
      rule: 'paused-manually',
      blocks: 'now',
      title: `The rollout is paused by hand (spec.paused)${writer ? `, set by field manager ${quoted(writer.manager)}` : ''}: nothing moves until somebody resumes it.`,
      since: writer?.time ?? null,
      evidence: [
        observed(
          situation.self,
          writer
            ? `spec.paused is true, last written by field manager ${quoted(writer.manager)}`
            : 'spec.paused is true; managedFields does not show who wrote it',
          writer?.time,
        ),
        ...reasonsGiven(situation),
      ],
      opensWith: [
        action(situation, 'resume', [], 'clears spec.paused and leaves the step where it is'),
        ...(isPausedByController(rollout) ? [promoteBoth(situation)] : []),
        ...(situation.owner === null
          ? []
          : [advice('where Git says paused: true, Argo CD puts it back; change it there')]),
      ],
      allowed: null,
    },
  ]
}

/** A pause step without a duration, or with one. */
export const canaryPause: Rule = situation => {
  const pause = pauseOf(situation.rollout, 'CanaryPauseStep')
  if (pause === undefined) return []
  const blocks = situation.rollout.spec.paused ? 'next' : 'now'
  const { nowMs, stepLabel } = situation
  const endsAtMs = pauseEndsAtMs({ ...situation.rollout, spec: { ...situation.rollout.spec, paused: false } })
  const where = `step ${stepLabel}`
  const isLast = situation.stepIndex === situation.steps.length - 1
  const last = isLast ? ' and the last step' : ''
  const condition = observed(
    situation.self,
    `status.pauseConditions holds CanaryPauseStep; ${where} is "${situation.step ? stepText(situation.step) : 'gone'}"`,
    pause.startTime,
  )
  if (endsAtMs === undefined) {
    return [
      {
        rule: 'canary-pause-indefinite',
        blocks,
        title: `Paused at ${where}, a pause without a duration${last}: it waits until somebody promotes it${isLast ? ', which makes the new version stable' : ''}.`,
        since: pause.startTime,
        evidence: [condition, ...(blocks === 'now' ? reasonsGiven(situation) : [])],
        opensWith: [promoteHere(situation)],
        allowed: null,
      },
    ]
  }
  const overdueMs = nowMs - endsAtMs
  if (overdueMs > 30_000) {
    return [
      {
        rule: 'canary-pause-overdue',
        blocks,
        title: `The pause at ${where} ended ${humanDuration(overdueMs)} ago and the controller has not gone on.`,
        since: timestamp(endsAtMs),
        evidence: [condition],
        opensWith: lookAtController(situation),
        allowed: null,
      },
    ]
  }
  return [
    {
      rule: 'canary-pause-timed',
      blocks,
      title: `Paused at ${where} (${situation.step ? stepText(situation.step) : 'pause'}${isLast ? ', the last step' : ''}): it goes on by itself at ${clockTime(endsAtMs, nowMs)}${overdueMs < 0 ? `, in ${humanDuration(-overdueMs)}` : ''}.`,
      since: pause.startTime,
      evidence: [condition],
      opensWith: [advice(`wait until ${clockTime(endsAtMs, nowMs)}`), promoteHere(situation)],
      allowed: null,
    },
  ]
}

/** Blue-green waits before the active service is switched. */
export const blueGreenPause: Rule = situation => {
  const pause = pauseOf(situation.rollout, 'BlueGreenPause')
  if (pause === undefined || situation.rollout.spec.paused) return []
  const { nowMs } = situation
  const endsAtMs = pauseEndsAtMs(situation.rollout)
  const blueGreen = situation.rollout.spec.strategy?.blueGreen
  const active = blueGreen?.activeService ?? 'the active service'
  const preview = blueGreen?.previewService
  const promote = action(situation, 'promote', [], `switches service ${active} to the new version`)
  const evidence = [
    observed(
      situation.self,
      `status.pauseConditions holds BlueGreenPause${preview ? `; the new version can be tried through service ${preview}` : ''}`,
      pause.startTime,
    ),
    ...reasonsGiven(situation),
  ]
  if (endsAtMs === undefined) {
    return [
      {
        rule: 'blue-green-pause',
        blocks: 'now',
        title: `The new version is ready and waits for promotion: service ${active} still sends all traffic to the old one.`,
        since: pause.startTime,
        evidence,
        opensWith: [promote],
        allowed: null,
      },
    ]
  }
  return [
    {
      rule: 'blue-green-auto-promotion',
      blocks: 'now',
      title: `The new version is ready; service ${active} is switched to it at ${clockTime(endsAtMs, nowMs)}${endsAtMs > nowMs ? `, in ${humanDuration(endsAtMs - nowMs)}` : ''} (autoPromotionSeconds).`,
      since: pause.startTime,
      evidence,
      opensWith: [advice(`wait until ${clockTime(endsAtMs, nowMs)}`), promote],
      allowed: null,
    },
  ]
}

/** Paused because an experiment could not tell; the analysis counterpart is in analysis.ts, beside its measurements. */
export const inconclusiveExperimentPause: Rule = situation => {
  const pause = pauseOf(situation.rollout, 'InconclusiveExperiment')
  if (pause === undefined || situation.rollout.spec.paused) return []
  const name = situation.rollout.status?.canary?.currentExperiment
  const experiment = situation.evidence.experiments.find(each => each.metadata.name === name)
  const runs = (experiment?.status?.analysisRuns ?? []).filter(run => run.phase === 'Inconclusive')
  return [
    {
      rule: 'experiment-inconclusive',
      blocks: 'now',
      title: `Experiment ${name ?? 'of this step'} ended without a verdict, so the rollout paused at step ${situation.stepLabel}: a person has to decide.`,
      since: pause.startTime,
      evidence: [
        observed(situation.self, 'status.pauseConditions holds InconclusiveExperiment', pause.startTime),
        ...(experiment?.status?.message
          ? [
              observed(
                { kind: 'Experiment', namespace: situation.namespace, name: experiment.metadata.name },
                quoted(experiment.status.message),
              ),
            ]
          : []),
        ...runs.map(run =>
          observed(
            { kind: 'AnalysisRun', namespace: situation.namespace, name: run.analysisRun ?? run.name },
            `Inconclusive${run.message ? `: ${quoted(run.message)}` : ''}`,
          ),
        ),
      ],
      opensWith: [promoteHere(situation)],
      allowed: null,
    },
  ]
}

/** Ends the pause by hand together with the one of the step. */
function promoteBoth(situation: Situation): Opening {
  const both = promoteHere(situation)
  const needs = ['patch rollouts', 'patch rollouts/status']
  return {
    ...both,
    text: 'ends both pauses, this one and that of the step',
    needs,
    allowed: action(situation, 'resume', [], '').allowed === false ? false : both.allowed,
  }
}

export function pauseOf(rollout: Rollout, reason: string): { reason: string; startTime: string } | undefined {
  return rollout.status?.pauseConditions?.find(condition => condition.reason === reason)
}

/** Ends the pause at the current step, and only if the rollout still stands there. */
function promoteHere(situation: Situation): Opening {
  const { stepIndex, steps, rollout } = situation
  if (stepIndex === undefined) return action(situation, 'promote', [], 'ends this pause')
  const next = steps[stepIndex + 1]
  const remaining = steps.length - stepIndex - 1
  const then =
    next === undefined
      ? 'the new version becomes stable'
      : `step ${stepIndex + 1}/${steps.length} is "${stepText(next)}"${next.setWeight === undefined ? '' : `, up from ${setWeightAt(rollout, stepIndex)}`}`
  return action(
    situation,
    'promote',
    ['--expect-step', String(stepIndex)],
    `ends this pause and nothing else; then ${then}${remaining > 1 ? ` (${plural(remaining, 'step')} left)` : ''}`,
  )
}

/** Events that say who did it and why; kubectl-canary leaves them with --event. */
function reasonsGiven(situation: Situation): EvidenceItem[] {
  return eventsOf(situation, situation.self)
    .filter(event => /^KubectlCanary|^Canary[A-Z]/.test(event.reason ?? ''))
    .slice(0, 2)
    .filter(event => parseTime(eventTime(event)) !== undefined)
    .map(event => observed(situation.self, `${event.reason}: ${quoted(event.message)}`, eventTime(event)))
}
