import type { Context } from '../../context/context.ts'
import type { KubeClient, ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import type { TemplateChange } from '../diff/template-diff.ts'
import type { Action, Subject } from './action.ts'
import { changedMeanwhile } from './conflict.ts'
import type { WritesPlan } from './plan.ts'
import { type ApplyOptions, observeTimeoutMs, PlanRun } from './plan-run.ts'
import { changesBetween, type Situation } from './situation.ts'
import { look, nameOf, refusal, withConnection } from './suggestions.ts'
import type { SentRequest } from './write-request.ts'

export interface ActionResult<T extends KubeObject = KubeObject> {
  outcome: 'done'
  verb: string
  type: ResourceType
  /** as it was when the decision was made */
  before: T
  /** after the action; the same as `before` when nothing was sent, or another object was written */
  object: T
  /** what the server answered to each write, in order; empty when nothing was sent */
  written: readonly KubeObject[]
  /** everything that was sent (or, with dryRun `client`, would be), in order */
  requests: readonly SentRequest[]
  /** one sentence for people, without its full stop */
  sentence: string
  notes: readonly string[]
  dryRun?: 'client' | 'server'
  /** of the pod template, where one was written */
  changes?: readonly TemplateChange[]
}

/**
 * Reads, decides, and sends write after write, each bound to the version of the object that it was decided on. Every
 * action goes through here, so that concurrent actions which read the same state take effect once.
 *
 * @throws Failure `refused` when the plan is refused or the object changed meanwhile; `error` when it could not be read
 *   or written, or when only part of the plan could be sent
 */
export async function applyPlan<T extends KubeObject, S extends Subject<T>>(
  action: Action<S>,
  ref: ObjectRef,
  options: ApplyOptions,
  context: Context,
): Promise<ActionResult<T>> {
  const client = await context.kube()
  const { subject, plan } = await decide(action, client, ref, options, context)
  const result = {
    outcome: 'done' as const,
    verb: action.verb,
    type: subject.type,
    before: subject.object,
    notes: plan.notes.map(note => withConnection(note, client)),
    sentence: plan.says,
    ...(options.dryRun && { dryRun: options.dryRun }),
    ...(plan.changes && { changes: plan.changes }),
  }
  const run = new PlanRun<T, S>(action, client, options, context, subject, plan)
  if (options.dryRun === 'client') return { ...result, object: subject.object, written: [], requests: run.planned() }
  const object = await run.send(ref)
  return { ...result, object, written: run.written, requests: run.requests }
}

/** Looks again while the refusal may pass by itself: a spec that the controller is about to see. */
async function decide<S extends Subject>(
  action: Action<S>,
  client: KubeClient,
  ref: ObjectRef,
  options: ApplyOptions,
  context: Context,
): Promise<{ subject: S; plan: WritesPlan }> {
  const givesUpAt = context.clock.now() + (options.observeTimeoutMs ?? observeTimeoutMs)
  let first: Situation | undefined
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 2, 500)) {
    const subject = await action.read(client, ref)
    const situation = action.situation(subject)
    first ??= situation
    const changes = action.followsNewSpec ? [] : changesBetween(first, situation)
    if (changes.length > 0) throw changedMeanwhile(nameOf(subject), changes, subject.object, [look(subject, client)])
    const plan = action.plan(subject)
    if (plan.kind === 'writes') return { subject, plan }
    if (!plan.refusal.mayPass || context.clock.now() >= givesUpAt) throw refusal(plan.refusal, client)
    await context.clock.sleep(delayMs, context.signal)
  }
}
