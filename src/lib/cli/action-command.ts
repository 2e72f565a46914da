import type { Context } from '../context/context.ts'
import type { ResourceType } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { type ActionEvent, apiVersion } from '../events/event.ts'
import { actionDocument, actionText, renderDiff, requestText } from '../output/action-view.ts'
import { type OutputFormat, parseOutputFormat } from '../output/output-format.ts'
import { createObjectPrinter } from '../output/print-objects.ts'
import type { Action, Subject } from '../rollouts/actions/action.ts'
import { type ActionResult, applyPlan } from '../rollouts/actions/apply-plan.ts'
import type { Expectation } from '../rollouts/actions/expectation.ts'
import { leaveEvent } from '../rollouts/actions/leave-event.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import { followAfter, goalsAfter } from '../rollouts/wait/after-action.ts'
import type { Outcome } from '../values/failure.ts'
import { renderFailure, toFailure } from './command-error.ts'
import { worstOutcome } from './exit-codes.ts'
import { boolean, expectFlags, optionalValue, outputFlags, text, writeFlags } from './flags.ts'
import { type EventSink, eventSink, followWith, timeoutFrom } from './follow.ts'
import { targetNames } from './names.ts'
import { printerOptions } from './show.ts'

export const actionFlags = {
  ...outputFlags,
  ...writeFlags,
  selector: text({ char: 'l', summary: 'label selector; needs --yes', value: 'SELECTOR', group: 'selection' }),
  // understood so that the refusal can say why
  'all-namespaces': boolean({ char: 'A', summary: 'refused: writes are for one namespace', hidden: true }),
}

export const rolloutActionFlags = {
  ...actionFlags,
  ...expectFlags,
  wait: optionalValue({
    summary: 'wait for what follows: bare the usual for this action, else healthy, paused, step=N, ...',
    bare: 'default',
    value: 'GOAL',
    group: 'waiting',
  }),
  timeout: text({ summary: 'limit for --wait, 0 = none (10m)', value: 'DURATION', group: 'waiting' }),
}

export const evenIfManagedFlag = {
  'even-if-managed': boolean({
    summary: 'also where Argo CD or Kargo would take it back',
    group: 'preconditions',
  }),
}

export interface ActionInput {
  output?: string | undefined
  'show-managed-fields'?: boolean
  'no-headers'?: boolean
  'allow-missing-template-keys'?: boolean
  'dry-run'?: string | undefined
  'field-manager'?: string | undefined
  reason?: string | undefined
  event?: boolean
  'show-request'?: boolean
  yes?: boolean
  selector?: string | undefined
  'all-namespaces'?: boolean
  wait?: string | undefined
  timeout?: string | undefined
}

export interface ExpectInput {
  'expect-step'?: number | undefined
  'expect-weight'?: number | undefined
  'expect-revision'?: number | undefined
  'expect-image'?: string | undefined
}

export function expectationFrom(flags: ExpectInput): Expectation {
  const { 'expect-step': step, 'expect-weight': weight, 'expect-revision': revision, 'expect-image': image } = flags
  return {
    ...(step !== undefined && { step }),
    ...(weight !== undefined && { weight }),
    ...(revision !== undefined && { revision }),
    ...(image !== undefined && { image }),
  }
}

const defaultTimeoutMs = 10 * 60_000

/**
 * Runs one action on every object that is named or selected, one after the other; one that fails does not keep the
 * others from their turn. Then waits, where that was asked for.
 *
 * @param texts names as given on the command line
 * @returns the worst outcome
 */
export async function runAction<T extends KubeObject, S extends Subject<T>>(
  action: Action<S>,
  type: ResourceType,
  texts: readonly string[],
  flags: ActionInput,
  context: Context,
): Promise<Outcome> {
  const format = parseOutputFormat(flags.output)
  const timeoutMs = timeoutFrom(flags.timeout, defaultTimeoutMs)
  const goals = flags.wait === undefined ? [] : goalsAfter(action.verb, flags.wait === 'default' ? '' : flags.wait)
  const names = await targetNames(texts, type, flags, context)
  const dryRun = flags['dry-run'] === 'client' || flags['dry-run'] === 'server' ? flags['dry-run'] : undefined
  const report = new Report(format, flags, context)
  const outcomes: Outcome[] = []
  const done: ActionResult<T>[] = []
  for (const name of names) {
    try {
      const result = await applyPlan<T, S>(
        action,
        { name },
        {
          ...(dryRun && { dryRun }),
          ...(flags['field-manager'] !== undefined && { fieldManager: flags['field-manager'] }),
        },
        context,
      )
      report.action(result)
      const problem = flags.event && !dryRun ? await leaveEvent(result, flags.reason, context) : undefined
      if (problem !== undefined) context.stderr.write(`warning: ${problem}\n`)
      done.push(result)
      outcomes.push('done')
    } catch (error) {
      outcomes.push(failed(error, names.length, context))
    }
  }
  const deadline = timeoutMs === undefined ? undefined : context.clock.now() + timeoutMs
  for (const [index, result] of done.entries()) {
    if (goals.length === 0 || dryRun) continue
    try {
      const rollout = result as unknown as ActionResult<Rollout>
      const { name, namespace } = result.object.metadata
      const waited = await followWith(
        report.sink,
        namespace === undefined ? { name } : { name, namespace },
        goals,
        {
          ...followAfter(rollout, goals, await context.kube()),
          ...(deadline !== undefined && { timeoutMs: Math.max(0, deadline - context.clock.now()) }),
        },
        context,
      )
      report.waited(waited.sentence)
      if (waited.rollout) done[index] = { ...result, object: waited.rollout as unknown as T }
      outcomes.push(waited.outcome)
    } catch (error) {
      outcomes.push(failed(error, names.length, context))
    }
  }
  const outcome = worstOutcome(outcomes)
  await report.end(done, names.length, outcome)
  return outcome
}

/** Of several objects one that fails is said and the next has its turn; of a single one it ends the command. */
function failed(error: unknown, count: number, context: Context): Outcome {
  const failure = toFailure(error)
  if (count < 2 || context.signal.aborted) throw error
  context.stderr.write(renderFailure(failure, '', { color: context.stderr.hasColor, verbosity: 0 }))
  return failure.outcome
}

/** Prints what happens in the form that -o asked for. */
export class Report {
  readonly sink: EventSink
  readonly #format: OutputFormat
  readonly #flags: ActionInput
  readonly #context: Context

  constructor(format: OutputFormat, flags: ActionInput, context: Context) {
    this.sink = eventSink(format.name, context)
    this.#format = format
    this.#flags = flags
    this.#context = context
  }

  get #isText(): boolean {
    return this.#format.name === 'table' || this.#format.name === 'wide'
  }

  action(result: ActionResult): void {
    const { stdout, stderr } = this.#context
    if (this.#format.name === 'ndjson') this.sink.take(this.#event(result))
    const text = this.#isText ? stdout : stderr
    if (this.#isText) stdout.write(actionText(result))
    if (result.dryRun !== undefined && result.changes) text.write(renderDiff(result.changes, text.hasColor))
    for (const note of result.notes) stderr.write(`note: ${note}\n`)
    if (this.#flags['show-request'] || (result.dryRun === 'client' && this.#isText)) {
      for (const request of result.requests) text.write(`\n${requestText(request)}`)
    }
  }

  waited(sentence: string): void {
    if (this.#format.name !== 'ndjson') this.sink.end('done', '', this.#context)
    if (this.#isText) this.#context.stdout.write(`${sentence}\n`)
    else if (this.#format.name !== 'ndjson') this.#context.stderr.write(`${sentence}\n`)
  }

  /** Objects and documents come at the end, when they are as the command leaves them. */
  async end(results: readonly ActionResult[], asked: number, outcome: Outcome): Promise<void> {
    if (this.#format.name === 'ndjson') {
      this.sink.end(outcome, results.map(result => result.sentence).join('; '), this.#context)
      return
    }
    if (this.#isText || results.length === 0) return
    const printer = await createObjectPrinter(this.#format, printerOptions(this.#flags), this.#context)
    const shown = results.map(result => (this.#format.name === 'info' ? actionDocument(result) : result.object))
    if (asked === 1) printer.printObject(shown[0] as object)
    else printer.printList(shown)
  }

  #event(result: ActionResult): ActionEvent {
    const { name, namespace, uid } = result.object.metadata
    return {
      apiVersion,
      kind: 'Event',
      time: new Date(this.#context.clock.now()).toISOString(),
      type: 'action',
      object: {
        kind: result.type.kind,
        ...(namespace !== undefined && { namespace }),
        name,
        ...(uid !== undefined && { uid }),
      },
      action: result.verb,
      requests: [...result.requests],
      ...(this.#flags.reason !== undefined && { reason: this.#flags.reason }),
    }
  }
}
