import type { Context } from '../../context/context.ts'
import type { ObjectRef } from '../../context/kube-client.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { pods, rollouts } from '../../kube/resource-types.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import { readWorkload } from '../actions/rollout-actions.ts'
import { rolloutName } from '../actions/rollout-words.ts'
import { rolloutScope } from '../observe/scope.ts'
import { byName } from '../ownership.ts'
import type { Rollout } from '../rollout.ts'
import { followLogs } from './follow-logs.ts'
import type { LogEntry, LogOptions } from './log-entry.ts'
import { containerNames, logSources } from './log-source.ts'
import { mergeByTime } from './merge-by-time.ts'
import { readLog } from './read-log.ts'

// As many connections as one reader may hold open; stern and kubectl have limits of the same kind.
const sourcesAtMost = 100

/**
 * Log lines of a rollout's pods: those there are, in order of time; with `follow` also what comes, and of pods that
 * come, as it arrives.
 *
 * @throws Failure `error` for an unknown rollout or container, or more containers than can be read at once
 */
export async function* rolloutLogs(ref: ObjectRef, options: LogOptions, context: Context): AsyncGenerator<LogEntry> {
  const client = await context.kube()
  const rollout = await client.get<Rollout>(rollouts, ref)
  const labelSelector = rolloutScope(rollout, await readWorkload(client, rollout)).pods
  if (labelSelector === undefined) return
  const { namespace } = rollout.metadata
  const selection = { ...(namespace !== undefined && { namespace }), labelSelector }
  if (options.follow) {
    yield* followLogs(client, rollout, selection, options, context)
    return
  }
  const { items } = await client.list<Pod>(pods, selection)
  checkContainer(items, options, rollout)
  const sources = items.sort(byName).flatMap(pod => logSources(rollout, pod, options))
  if (sources.length === 0) {
    yield { kind: 'note', message: `${rolloutName(rollout)} has no ${armText(options)}log to read` }
    return
  }
  if (sources.length > sourcesAtMost) throw tooMany(sources.length)
  yield* mergeByTime(sources.map(source => quietly(readLog(client, source, options, context.signal), source.pod)))
}

/** A container that cannot be read is said, and does not take the others away. */
async function* quietly(lines: AsyncGenerator<LogEntry>, pod: string): AsyncGenerator<LogEntry> {
  try {
    yield* lines
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    yield { kind: 'note', message: `pod ${safeText(pod)}: ${error.message}` }
  }
}

function checkContainer(items: readonly Pod[], { container }: LogOptions, rollout: Rollout): void {
  const known = containerNames(items)
  if (container === undefined || known.length === 0 || known.includes(container)) return
  const near = didYouMean(container, known)
  throw new Failure(
    'error',
    `${rolloutName(rollout)} has no container ${JSON.stringify(container)} (it has ${safeText(known.join(', '))})`,
    { reason: 'NoSuchContainer', ...(near !== undefined && { hints: [`Did you mean ${safeText(near)}?`] }) },
  )
}

function armText({ arm = 'all' }: LogOptions): string {
  return arm === 'all' ? '' : `${arm} `
}

function tooMany(count: number): Failure {
  return new Failure('error', `${count} containers are more than can be read at once (${sourcesAtMost})`, {
    reason: 'TooManyContainers',
    hints: ['Narrow them with --canary, --stable or -c CONTAINER'],
  })
}
