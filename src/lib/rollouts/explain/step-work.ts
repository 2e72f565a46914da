import { readGoDuration } from '../../values/go-duration.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import type { Experiment } from '../rollout.ts'
import { action, advice, reading } from './commands.ts'
import type { EvidenceItem, Finding, Opening } from './explanation.ts'
import { nameOf, observed, quoted } from './sentences.ts'
import type { Rule, Situation } from './situation.ts'

/** A step that a plugin carries out: what the plugin last said. */
export const stepPlugin: Rule = situation => {
  const { rollout, step, stepIndex, stepLabel } = situation
  const statuses = rollout.status?.canary?.stepPluginStatuses ?? []
  const status = situation.isAborted
    ? statuses.find(each => each.phase === 'Failed' || each.phase === 'Error')
    : statuses.find(each => each.index === stepIndex && step?.plugin !== undefined && each.operation !== 'Terminate')
  if (status === undefined || status.disabled) return []
  const isBad = status.phase === 'Failed' || status.phase === 'Error'
  if (!isBad && status.phase !== 'Running') return []
  const where = situation.isAborted ? `step ${status.index ?? '?'}/${situation.steps.length}` : `step ${stepLabel}`
  return [
    {
      rule: isBad ? 'step-plugin-failing' : 'step-plugin-running',
      blocks: 'now',
      title: isBad
        ? `Plugin ${quoted(status.name)} of ${where} ${status.phase === 'Failed' ? 'failed' : 'ended with an error'}${status.message ? `: ${quoted(status.message)}` : ''}.`
        : `Plugin ${quoted(status.name)} of ${where} has not finished its work${status.message ? `: ${quoted(status.message)}` : ''}.`,
      since: (isBad ? status.finishedAt : status.startedAt) ?? status.updatedAt ?? null,
      evidence: [
        observed(
          situation.self,
          `status.canary.stepPluginStatuses: ${quoted(status.name)} ${status.operation ?? 'Run'} ${status.phase}${status.executions ? `, executed ${status.executions === 1 ? 'once' : `${status.executions} times`}` : ''}`,
          status.updatedAt,
        ),
      ],
      opensWith: situation.isAborted
        ? [action(situation, 'retry', [], 'tries the same version again from the first step')]
        : skipStep(situation, 'goes on without what the plugin was to do'),
      allowed: null,
    },
  ]
}

/** An experiment step: runs, or has failed. Inconclusive ones are in pauses.ts. */
export const experiment: Rule = situation => {
  const name = situation.rollout.status?.canary?.currentExperiment
  const found =
    situation.evidence.experiments.find(each => each.metadata.name === name) ??
    (situation.isAborted ? latestFailed(situation) : undefined)
  if (found === undefined) return []
  switch (found.status?.phase) {
    case 'Failed':
    case 'Error':
      return [experimentFailed(situation, found)]
    case 'Running':
    case 'Pending':
    case undefined:
      return situation.isAborted ? [] : [experimentRunning(situation, found)]
    default:
      return []
  }
}

function latestFailed(situation: Situation): Experiment | undefined {
  const revision = situation.newSet?.metadata.annotations?.['rollout.argoproj.io/revision']
  return situation.evidence.experiments.find(
    each =>
      (each.status?.phase === 'Failed' || each.status?.phase === 'Error') &&
      each.metadata.annotations?.['rollout.argoproj.io/revision'] === revision,
  )
}

function experimentFailed(situation: Situation, found: Experiment): Finding {
  const message = quoted(found.status?.message)
  return {
    rule: 'experiment-failed',
    blocks: 'now',
    title: `Experiment ${found.metadata.name} ${found.status?.phase === 'Failed' ? 'failed' : 'ended with an error'}${message ? `: ${message}` : ''}, so the controller gave up the update.`,
    since: found.status?.conditions?.[0]?.lastTransitionTime ?? null,
    evidence: experimentEvidence(found, /Failed|Error/),
    opensWith: [
      action(situation, 'retry', [], 'tries the same version again from the first step, with a new experiment'),
    ],
    allowed: null,
  }
}

function experimentRunning(situation: Situation, found: Experiment): Finding {
  const started = parseTime(found.status?.availableAt)
  const duration = readGoDuration(found.spec?.duration)
  const left = started !== undefined && duration !== undefined ? started + duration - situation.nowMs : undefined
  const when =
    started === undefined
      ? ': its pods are not all available yet'
      : left === undefined
        ? ' until its analyses end'
        : left > 0
          ? `, for another ${humanDuration(left)}`
          : ' and is about to end'
  return {
    rule: 'experiment-running',
    blocks: 'now',
    title: `Experiment ${found.metadata.name} of step ${situation.stepLabel} is running${when}.`,
    since: found.status?.availableAt ?? found.metadata.creationTimestamp ?? null,
    evidence: experimentEvidence(found, /./),
    opensWith: [
      reading(situation, ['canary', 'experiment', 'get', found.metadata.name], 'shows its pods and analyses'),
      ...skipStep(situation, 'goes on without the experiment'),
    ],
    allowed: null,
  }
}

function experimentEvidence(found: Experiment, phases: RegExp): EvidenceItem[] {
  const self = nameOf('Experiment', found)
  const { templateStatuses = [], analysisRuns = [], phase, message } = found.status ?? {}
  return [
    observed(self, `${phase ?? 'no status yet'}${message ? `: ${quoted(message)}` : ''}`, found.status?.availableAt),
    ...templateStatuses
      .filter(each => phases.test(each.status ?? ''))
      .map(each =>
        observed(
          self,
          `template ${each.name}: ${each.status ?? 'no status'}, ${each.availableReplicas ?? 0} of ${each.replicas ?? 0} pods available${each.message ? `: ${quoted(each.message)}` : ''}`,
        ),
      ),
    ...analysisRuns
      .filter(each => phases.test(each.phase ?? ''))
      .map(each =>
        observed(
          {
            kind: 'AnalysisRun',
            ...(self.namespace !== undefined && { namespace: self.namespace }),
            name: each.analysisRun ?? each.name,
          },
          `${each.phase ?? 'no phase'}${each.message ? `: ${quoted(each.message)}` : ''}`,
        ),
      ),
  ]
}

function skipStep(situation: Situation, text: string): Opening[] {
  const { stepIndex } = situation
  return stepIndex === undefined
    ? [advice('wait for it')]
    : [action(situation, 'promote', ['--skip-current-step', '--expect-step', String(stepIndex)], text)]
}
