import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import type { ReplicaSet } from '../../kube/core-objects.ts'
import { experiments, replicaSets, rollouts } from '../../kube/resource-types.ts'
import { rolloutScope, workloadType } from '../observe/scope.ts'
import type { Experiment, Rollout } from '../rollout.ts'
import { podTemplateOf, type Workload } from '../rollout-objects.ts'
import { planAbort, planRetry } from './abort.ts'
import type { Action, Subject } from './action.ts'
import { isNotFound } from './conflict.ts'
import type { Expectation } from './expectation.ts'
import { planExperimentRetry, planExperimentTermination } from './experiment.ts'
import { type GitOpsOwner, readGitOpsOwner } from './git-ops-owner.ts'
import { planPause, planResume } from './pause.ts'
import type { Plan } from './plan.ts'
import { type PromotionKind, planPromotion } from './promote.ts'
import { planRestart } from './restart.ts'
import { type ImageAssignment, planSetImage, type SetImageOptions } from './set-image.ts'
import { type FactName, fullPromotionFacts, promotionFacts, situationOf } from './situation.ts'
import { templateTarget } from './template-target.ts'
import { planUndo, type UndoOptions } from './undo.ts'

export interface RolloutSubject extends Subject<Rollout> {
  /** what spec.workloadRef names, where the decision depends on it */
  workload?: Workload
}

export interface TemplateSubject extends RolloutSubject {
  replicaSets: readonly ReplicaSet[]
  owner?: GitOpsOwner
}

export type RolloutAction = Action<RolloutSubject>

/** `promote`, in each of its kinds. */
export function promotion(how: PromotionKind, expect: Expectation = {}): RolloutAction {
  const isFull = how.kind === 'full'
  return {
    ...rolloutAction('promote', isFull ? fullPromotionFacts : promotionFacts, expect, subject =>
      planPromotion(subject.object, how, expect, podTemplateOf(subject.object, subject.workload)),
    ),
    followsNewSpec: isFull,
  }
}

// What follows depends on less than a promotion does: an abort in an emergency must not fail because a step ended.

export function abortion(expect: Expectation = {}): RolloutAction {
  return {
    ...rolloutAction('abort', ['object', 'version', 'abort'], expect, subject =>
      planAbort(subject.object, expect, podTemplateOf(subject.object, subject.workload)),
    ),
    followsNewSpec: true,
  }
}

export function retrying(expect: Expectation = {}): RolloutAction {
  return {
    ...rolloutAction('retry', ['object', 'version', 'abort'], expect, subject =>
      planRetry(subject.object, expect, podTemplateOf(subject.object, subject.workload)),
    ),
    followsNewSpec: true,
  }
}

export function pausing(expect: Expectation = {}): RolloutAction {
  return rolloutAction('pause', ['object', 'manual pause'], expect, subject => planPause(subject.object, expect))
}

export function resuming(expect: Expectation = {}): RolloutAction {
  return rolloutAction('resume', ['object', 'manual pause'], expect, subject => planResume(subject.object, expect))
}

/** @param nowMs ms since the epoch */
export function restarting(nowMs: number, delayMs = 0, expect: Expectation = {}): RolloutAction {
  return rolloutAction('restart', ['object', 'restart time'], expect, subject =>
    planRestart(subject.object, nowMs, delayMs, expect),
  )
}

export function undoing(options: UndoOptions = {}): Action<TemplateSubject> {
  return {
    verb: 'undo',
    read: async (client, ref) => {
      const subject = await readTemplate(client, ref)
      return { ...subject, replicaSets: await readReplicaSets(client, subject.object, subject.workload) }
    },
    plan: subject => planUndo({ ...stateOf(subject), replicaSets: subject.replicaSets }, options),
    situation: subject => situationOf(subject.object, ['object', 'template', 'version']),
  }
}

export function settingImages(
  assignments: readonly ImageAssignment[],
  options: SetImageOptions = {},
): Action<TemplateSubject> {
  return {
    verb: 'set-image',
    read: (client, ref) => readTemplate(client, ref),
    plan: subject => planSetImage(stateOf(subject), assignments, options),
    situation: subject => situationOf(subject.object, ['object', 'template']),
  }
}

export function experimentRetrying(): Action<Subject<Experiment>> {
  return experimentAction('retry', planExperimentRetry)
}

export function experimentTermination(): Action<Subject<Experiment>> {
  return experimentAction('terminate', planExperimentTermination)
}

function rolloutAction(
  verb: string,
  facts: readonly FactName[],
  expect: Expectation,
  plan: (subject: RolloutSubject) => Plan,
): RolloutAction {
  return {
    verb,
    // the workload costs a request, so it is read only where an image is expected
    read: async (client, ref) => {
      const object = await client.get<Rollout>(rollouts, ref)
      const workload = expect.image === undefined ? undefined : await readWorkload(client, object)
      return { type: rollouts, object, ...(workload && { workload }) }
    },
    plan,
    situation: subject => situationOf(subject.object, facts),
  }
}

function experimentAction(verb: string, plan: (experiment: Experiment) => Plan): Action<Subject<Experiment>> {
  return {
    verb,
    read: async (client, ref) => ({ type: experiments, object: await client.get<Experiment>(experiments, ref) }),
    plan: subject => plan(subject.object),
    situation: ({ object }) => [
      {
        name: 'object',
        value: object.metadata.uid ?? '',
        text: `uid ${object.metadata.uid}`,
        path: ['metadata', 'uid'],
      },
      {
        name: 'phase',
        value: object.status?.phase ?? '',
        text: object.status?.phase ?? 'Pending',
        path: ['status', 'phase'],
      },
    ],
  }
}

async function readTemplate(client: KubeClient, ref: ObjectRef): Promise<TemplateSubject> {
  const object = await client.get<Rollout>(rollouts, ref)
  const workload = await readWorkload(client, object)
  const target = templateTarget(object, workload)
  const owner = 'reason' in target ? undefined : await readGitOpsOwner(client, target)
  const type = workloadType(object)
  return {
    type: rollouts,
    object,
    replicaSets: [],
    ...(workload && { workload }),
    ...(workload && type && { related: [{ type, object: workload }] }),
    ...(owner && { owner }),
  }
}

function stateOf({ object, workload, owner }: TemplateSubject) {
  return { rollout: object, ...(workload && { workload }), ...(owner && { owner }) }
}

/** What spec.workloadRef names; undefined without one, for a kind that is not supported, and where it is gone. */
export async function readWorkload(client: KubeClient, rollout: Rollout): Promise<Workload | undefined> {
  const type = workloadType(rollout)
  const name = rollout.spec.workloadRef?.name
  if (!type || !name) return undefined
  try {
    const { namespace } = rollout.metadata
    return await client.get<Workload>(type, namespace === undefined ? { name } : { namespace, name })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** The ReplicaSets that the rollout controls, those of its experiments not among them. */
export async function readReplicaSets(
  client: KubeClient,
  rollout: Rollout,
  workload: Workload | undefined,
): Promise<ReplicaSet[]> {
  const { namespace, uid } = rollout.metadata
  const labelSelector = rolloutScope(rollout, workload).pods
  if (labelSelector === undefined) return []
  const place = namespace === undefined ? {} : { namespace }
  const page = await client.list<ReplicaSet>(replicaSets, { ...place, labelSelector })
  return page.items.filter(each =>
    each.metadata.ownerReferences?.some(owner => owner.controller === true && owner.uid === uid),
  )
}
