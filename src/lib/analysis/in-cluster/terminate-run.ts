import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { analysisRuns, experiments, rollouts } from '../../kube/resource-types.ts'
import type { Action, Subject } from '../../rollouts/actions/action.ts'
import { type Plan, refused, writes } from '../../rollouts/actions/plan.ts'
import { objectCommand, placeText, qualifiedName } from '../../rollouts/actions/rollout-words.ts'
import { isHidden } from '../../rollouts/observe/part-reader.ts'
import { isCompletedAnalysis } from '../../rollouts/phase.ts'
import type { AnalysisRun, Experiment, Rollout } from '../../rollouts/rollout.ts'
import { safeText } from '../../values/safe-text.ts'
import { runOwner } from './run-owner.ts'

/** Who is waiting for a run, and what a good end of it would let happen. */
export interface Waiting {
  /** `rollout shop/web waits for it at step 2/7, setWeight 25` */
  says: string
  /** how to stop what waits instead */
  instead: readonly string[]
}

export interface RunSubject extends Subject<AnalysisRun> {
  waiting?: Waiting
}

/**
 * Ends a run. One that something waits for is only ended when the user says so: a terminated run counts as Successful
 * (argo-rollouts analysis/analysis.go assessRunStatus), and what waits goes on.
 */
export function analysisTermination(options: { letRolloutContinue: boolean }): Action<RunSubject> {
  return {
    verb: 'terminate',
    read: readRun,
    plan: ({ object, waiting }) => planTermination(object, waiting, options),
    // The controller writes measurements all the time: they change nothing.
    situation: ({ object, waiting }) => [
      {
        name: 'object',
        value: object.metadata.uid ?? '',
        text: `uid ${object.metadata.uid}`,
        path: ['metadata', 'uid'],
      },
      {
        name: 'phase',
        value: isCompletedAnalysis(object.status?.phase) ? (object.status?.phase ?? '') : 'not over',
        text: object.status?.phase ?? 'Pending',
        path: ['status', 'phase'],
      },
      {
        name: 'termination',
        value: String(object.spec.terminate === true),
        text: object.spec.terminate ? 'asked for' : 'not asked for',
        path: ['spec', 'terminate'],
      },
      { name: 'waiting', value: waiting?.says ?? '', text: waiting?.says ?? 'nobody', path: ['status'] },
    ],
  }
}

export function planTermination(
  run: AnalysisRun,
  waiting: Waiting | undefined,
  { letRolloutContinue }: { letRolloutContinue: boolean },
): Plan {
  const name = `analysisrun ${qualifiedName(run)}`
  const phase = run.status?.phase
  if (isCompletedAnalysis(phase) || run.spec.terminate) {
    const state = isCompletedAnalysis(phase) ? `over already (${safeText(phase ?? '')})` : 'being terminated already'
    return refused({ reason: 'NothingToTerminate', message: `${name} is ${state}: nothing was changed`, hints: [] })
  }
  if (waiting && !letRolloutContinue)
    return refused({
      reason: 'IsWaitedFor',
      message: `${name}: ${waiting.says}, and a terminated run counts as Successful: nothing was changed`,
      hints: [
        ...waiting.instead,
        `To let it go on as if the analysis had passed: ${objectCommand('analysis', 'terminate', run, '--let-rollout-continue')}`,
      ],
    })
  const { name: own, namespace } = run.metadata
  const write = {
    type: analysisRuns,
    ref: namespace === undefined ? { name: own } : { name: own, namespace },
    patch: { type: 'merge' as const, body: { spec: { terminate: true } } },
    describes: 'ask for the end',
  }
  const notes = waiting ? [`${waiting.says}: it goes on as if the analysis had passed`] : []
  return writes([write], `${name} terminated: was ${safeText(phase ?? 'Pending')}`, { notes })
}

async function readRun(client: KubeClient, ref: ObjectRef): Promise<RunSubject> {
  const object = await client.get<AnalysisRun>(analysisRuns, ref)
  const isOver = isCompletedAnalysis(object.status?.phase) || object.spec.terminate === true
  const waiting = isOver ? undefined : await whoWaits(client, object)
  return { type: analysisRuns, object, ...(waiting ? { waiting } : {}) }
}

async function whoWaits(client: KubeClient, run: AnalysisRun): Promise<Waiting | undefined> {
  const owner = runOwner(run)
  if (owner?.stage !== undefined) return stageWaits(run, owner.stage)
  if (owner?.kind !== 'Rollout' && owner?.kind !== 'Experiment') return undefined
  const { namespace } = run.metadata
  const ref = namespace === undefined ? { name: owner.name } : { name: owner.name, namespace }
  try {
    if (owner.kind === 'Rollout') {
      const rollout = await client.get<Rollout>(rollouts, ref)
      return rollout.metadata.uid === owner.uid ? rolloutWaits(rollout, run) : undefined
    }
    const experiment = await client.get<Experiment>(experiments, ref)
    return experiment.metadata.uid === owner.uid ? experimentWaits(experiment, run) : undefined
  } catch (error) {
    if (!isHidden(error)) throw error
    if (error.reason === 'NotFound') return undefined
    const kind = owner.kind.toLowerCase()
    return {
      says: `${kind} ${safeText(`${namespace}/${owner.name}`)} may be waiting for it (it may not be read)`,
      instead: [],
    }
  }
}

/** Undefined when it has gone on without the run. */
export function rolloutWaits(rollout: Rollout, run: AnalysisRun): Waiting | undefined {
  const { canary, blueGreen } = rollout.status ?? {}
  const says = (what: string) => ({
    says: `rollout ${qualifiedName(rollout)} ${what}`,
    instead: [`To stop the rollout: ${objectCommand('rollout', 'abort', rollout)}`],
  })
  switch (run.metadata.name) {
    case canary?.currentStepAnalysisRunStatus?.name:
      return says(`waits for this run${placeText(rollout)}`)
    case canary?.currentBackgroundAnalysisRunStatus?.name:
      return says(`is guarded by this run${placeText(rollout)} and would go on without it`)
    case blueGreen?.prePromotionAnalysisRunStatus?.name:
      return says('waits for this run before it switches traffic')
    case blueGreen?.postPromotionAnalysisRunStatus?.name:
      return says('waits for this run before the old version is scaled down')
    default:
      return undefined
  }
}

function experimentWaits(experiment: Experiment, run: AnalysisRun): Waiting | undefined {
  const isRunning = !isCompletedAnalysis(experiment.status?.phase)
  const isOurs = experiment.status?.analysisRuns?.some(each => each.analysisRun === run.metadata.name)
  if (!isRunning || !isOurs) return undefined
  return {
    says: `experiment ${qualifiedName(experiment)} is judged by this run`,
    instead: [`To end the experiment: ${objectCommand('experiment', 'terminate', experiment)}`],
  }
}

/** Kargo takes a terminated run for a passed verification, unless it was asked to abort it (kargo verification.go). */
function stageWaits(run: AnalysisRun, stage: string): Waiting {
  const { namespace } = run.metadata
  return {
    says: `stage ${safeText(`${namespace}/${stage}`)} is verified by this run`,
    instead: [
      `To abort the verification, let Kargo do it: its abort sets kargo.akuity.io/abort on stage ${safeText(stage)}`,
    ],
  }
}
