import type { Context } from '../context/context.ts'
import type { FormatName } from '../output/output-format.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { rolloutStatus, type StatusOptions } from '../rollouts/observe/status.ts'
import type { WaitResult } from '../rollouts/wait/engine.ts'
import { Failure, type Outcome } from '../values/failure.ts'
import { worstOutcome } from './exit-codes.ts'
import { type EventSink, eventSink, timeoutFrom } from './follow.ts'
import { type OutputChoice, printerOptions } from './show.ts'
import { type VersionInput, versionFrom } from './version-flags.ts'

export interface StatusInput extends OutputChoice, VersionInput {
  watch?: boolean
  timeout?: string | undefined
  'through-pauses'?: boolean
}

const formats: readonly FormatName[] = ['table', 'json', 'yaml', 'kyaml', 'name', 'jsonpath', 'info', 'ndjson']

/** Prints each phase that the rollouts go through, one rollout after the other, and answers with how they end. */
export async function runStatus(names: readonly string[], flags: StatusInput, context: Context): Promise<Outcome> {
  const format = parseOutputFormat(flags.output, formats)
  const sink = format.name === 'table' ? phaseLines(names.length > 1, context) : eventSink(format.name, context)
  const timeoutMs = timeoutFrom(flags.timeout, undefined)
  const outcomes: Outcome[] = []
  const results: WaitResult[] = []
  for (const name of names) {
    const ref = { name }
    const version = await versionFrom(flags, ref, () => context.kube())
    const options: StatusOptions = {
      watch: flags.watch ?? true,
      throughPauses: flags['through-pauses'] ?? false,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(version === undefined ? {} : { version }),
    }
    try {
      const result = await lastOf(rolloutStatus(ref, options, context), sink)
      results.push(result)
      outcomes.push(result.outcome)
      sink.end(result.outcome, result.sentence, context)
      // The last phase alone does not say why the command ends here.
      if (format.name === 'table' && result.outcome === 'timed-out') context.stderr.write(`${result.sentence}\n`)
    } catch (error) {
      if (names.length === 1 || !(error instanceof Failure) || error.outcome !== 'error') throw error
      outcomes.push(error.outcome)
      const { renderFailure } = await import('./command-error.ts')
      context.stderr.write(renderFailure(error, '', { color: context.stderr.hasColor, verbosity: 0 }))
    }
  }
  if (format.name !== 'table' && format.name !== 'ndjson') {
    const { createObjectPrinter } = await import('../output/print-objects.ts')
    const printer = await createObjectPrinter(format, printerOptions(flags), context)
    const documents = results.flatMap(result =>
      format.name === 'info' ? [documentOf(result)] : (result.rollout ?? []),
    )
    if (names.length === 1 && documents[0]) printer.printObject(documents[0])
    else printer.printList(documents)
  }
  return worstOutcome(outcomes)
}

async function lastOf<E, R>(events: AsyncGenerator<E, R>, sink: { take(event: E): void }): Promise<R> {
  for (;;) {
    const next = await events.next()
    if (next.done) return next.value
    sink.take(next.value)
  }
}

/** `Paused - CanaryPauseStep` on stdout whenever it changes, as upstream; warnings on stderr. */
function phaseLines(withNames: boolean, { stdout, stderr }: Context): EventSink {
  return {
    take(event) {
      if (event.type === 'warning') stderr.write(`${event.message}\n`)
      if (event.type !== 'rollout.phase') return
      const line = event.message === '' ? event.phase : `${event.phase} - ${event.message}`
      stdout.write(withNames ? `${event.object?.name ?? ''}: ${line}\n` : `${line}\n`)
    },
    end() {},
  }
}

/** `-o info` */
function documentOf({ outcome, phase, message, sentence, rollout }: WaitResult): object {
  const { name = '', namespace = '' } = rollout?.metadata ?? {}
  return { apiVersion: 'kubectl-canary/v1', kind: 'RolloutStatus', namespace, name, phase, message, outcome, sentence }
}
