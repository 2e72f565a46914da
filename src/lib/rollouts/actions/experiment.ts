import { experiments } from '../../kube/resource-types.ts'
import { safeText } from '../../values/safe-text.ts'
import { isCompletedAnalysis } from '../phase.ts'
import type { Experiment } from '../rollout.ts'
import { type Plan, refused, type Write, writes } from './plan.ts'
import { objectCommand, qualifiedName } from './rollout-words.ts'

/**
 * Starts a finished experiment again. Its CRD has no status subresource, so the status is emptied on the object itself
 * (argo-rollouts pkg/kubectl-argo-rollouts/cmd/retry/retry.go). Refused while it runs, since that would throw its
 * measurements away, and where it was told to terminate, since it would end again at once.
 */
export function planExperimentRetry(experiment: Experiment): Plan {
  const name = `experiment ${qualifiedName(experiment)}`
  const phase = experiment.status?.phase
  if (!isCompletedAnalysis(phase)) {
    return refused({
      reason: 'NotFinished',
      message: `${name} is not over (${safeText(phase ?? 'Pending')}): nothing was changed`,
      hints: [`To end it: ${objectCommand('experiment', 'terminate', experiment)}`],
    })
  }
  if (experiment.spec?.terminate) {
    return refused({
      reason: 'Terminated',
      message: `${name} was terminated (spec.terminate) and would end again at once: nothing was changed`,
      hints: ['Create it anew to run it again'],
    })
  }
  return writes(
    [experimentWrite(experiment, { status: null }, 'empty the status')],
    `${name} retried: was ${safeText(phase ?? 'Pending')}`,
  )
}

/** Ends a running experiment; its pods are scaled down (cmd/terminate/terminate.go). */
export function planExperimentTermination(experiment: Experiment): Plan {
  const name = `experiment ${qualifiedName(experiment)}`
  const phase = experiment.status?.phase
  if (isCompletedAnalysis(phase) || experiment.spec?.terminate) {
    const state = isCompletedAnalysis(phase) ? `over already (${safeText(phase ?? '')})` : 'being terminated already'
    return refused({ reason: 'NothingToTerminate', message: `${name} is ${state}: nothing was changed`, hints: [] })
  }
  return writes(
    [experimentWrite(experiment, { spec: { terminate: true } }, 'ask for the end')],
    `${name} terminated: was ${safeText(phase ?? 'Pending')}`,
  )
}

function experimentWrite(experiment: Experiment, body: object, describes: string): Write {
  const { name, namespace } = experiment.metadata
  return {
    type: experiments,
    ref: namespace === undefined ? { name } : { name, namespace },
    patch: { type: 'merge', body },
    describes,
  }
}
