import type { Context } from '../context/context.ts'
import { rollouts } from '../kube/resource-types.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { createObjectPrinter } from '../output/print-objects.ts'
import type { WaitResult } from '../rollouts/wait/engine.ts'
import { goalForms, goalText, parseGoal } from '../rollouts/wait/goals.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { renderFailure, toFailure } from './command-error.ts'
import { worstOutcome } from './exit-codes.ts'
import { eventSink, followWith, timeoutFrom } from './follow.ts'
import { givenNames } from './names.ts'
import { type OutputChoice, printerOptions } from './show.ts'
import { type VersionInput, versionFrom } from './version-flags.ts'

export interface WaitInput extends OutputChoice, VersionInput {
  for?: string[] | undefined
  timeout?: string | undefined
  once?: boolean
}

const defaultTimeoutMs = 10 * 60_000

/**
 * `rollout wait`: every rollout that is named has to reach one of the goals, all within the same time.
 *
 * @returns the worst outcome
 */
export async function runWait(texts: readonly string[], flags: WaitInput, context: Context): Promise<Outcome> {
  const format = parseOutputFormat(flags.output)
  const goals = (flags.for ?? []).map(text => parseGoal(text))
  if (goals.length === 0) {
    throw usage('nothing to wait for: --for is missing', {
      reason: 'MissingFlag',
      hints: [`What can be waited for: ${goalForms.join(', ')}`],
    })
  }
  const timeoutMs = timeoutFrom(flags.timeout, defaultTimeoutMs)
  const names = givenNames(texts, rollouts)
  const sink = eventSink(format.name, context)
  const deadline = timeoutMs === undefined ? undefined : context.clock.now() + timeoutMs
  const results: WaitResult[] = []
  const outcomes: Outcome[] = []
  for (const name of names) {
    try {
      const version = await versionFrom(flags, { name }, () => context.kube())
      const result = await followWith(
        sink,
        { name },
        goals,
        {
          ...(version && { version }),
          once: flags.once ?? false,
          ...(deadline !== undefined && { timeoutMs: Math.max(0, deadline - context.clock.now()) }),
        },
        context,
      )
      if (format.name !== 'ndjson') sink.end(result.outcome, result.sentence, context)
      if (format.name === 'table' || format.name === 'wide') context.stdout.write(`${result.sentence}\n`)
      results.push(result)
      outcomes.push(result.outcome)
    } catch (error) {
      if (names.length < 2 || context.signal.aborted) throw error
      const failure = toFailure(error)
      context.stderr.write(renderFailure(failure, '', { color: context.stderr.hasColor, verbosity: 0 }))
      outcomes.push(failure.outcome)
    }
  }
  const outcome = worstOutcome(outcomes)
  if (format.name === 'ndjson') sink.end(outcome, results.map(result => result.sentence).join('; '), context)
  else if (format.name !== 'table' && format.name !== 'wide') await print(results, names.length, flags, context)
  return outcome
}

async function print(results: readonly WaitResult[], asked: number, flags: WaitInput, context: Context): Promise<void> {
  const format = parseOutputFormat(flags.output)
  const shown = results.flatMap(result => (format.name === 'info' ? [documentOf(result)] : (result.rollout ?? [])))
  if (shown.length === 0) return
  const printer = await createObjectPrinter(format, printerOptions(flags), context)
  if (asked === 1) printer.printObject(shown[0] as object)
  else printer.printList(shown)
}

function documentOf({ outcome, met, phase, message, sentence, rollout }: WaitResult): object {
  const { name, namespace, uid } = rollout?.metadata ?? {}
  return {
    apiVersion: 'kubectl-canary/v1',
    kind: 'WaitResult',
    outcome,
    ...(met && { met: goalText(met) }),
    phase,
    message,
    says: sentence,
    ...(rollout && { object: { kind: 'Rollout', name, namespace, uid } }),
  }
}
