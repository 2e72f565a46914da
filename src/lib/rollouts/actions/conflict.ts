import type { KubeObject } from '../../context/kube-object.ts'
import { whoWrote } from '../../kube/managed-fields.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Write } from './plan.ts'
import type { Change } from './situation.ts'

/** The object is not what the decision was made on any more; nothing was sent. */
export function changedMeanwhile(name: string, changes: readonly Change[], now: KubeObject, hints: string[]): Failure {
  return new Failure(
    'refused',
    `${name} changed between reading and writing (${changesText(changes, now)}): nothing was changed`,
    { reason: 'ChangedMeanwhile', hints },
  )
}

/** `step was 1/7, is 2/7, written by rollouts-controller at 2026-11-24T12:00:03Z; ...` */
export function changesText(changes: readonly Change[], now: KubeObject): string {
  return changes
    .map(({ name, was, is, path }) => `${name} was ${safeText(was)}, is ${safeText(is)}${writerText(now, path)}`)
    .join('; ')
}

function writerText(object: KubeObject, path: readonly string[]): string {
  const [writer] = whoWrote(object, path)
  if (!writer) return ''
  return `, written by ${safeText(writer.manager)}${writer.time === undefined ? '' : ` at ${safeText(writer.time)}`}`
}

/** Some writes of a plan were made and the rest could not be: the user has to know which is which. */
export function unfinished(
  name: string,
  done: readonly Write[],
  left: readonly Write[],
  why: string,
  details: { hints: string[]; cause?: unknown },
): Failure {
  return new Failure(
    'error',
    `${name} is only half done: ${why}.\nDone: ${namesOf(done)}. Not done: ${namesOf(left)}.`,
    { reason: 'Unfinished', ...details },
  )
}

function namesOf(writes: readonly Write[]): string {
  return writes.map(write => safeText(write.describes)).join(', ')
}

export function isConflict(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'Conflict'
}

/** Also what a server says whose CRD has no such subresource (`NoMatch`). */
export function isNotFound(error: unknown): boolean {
  return error instanceof Failure && (error.reason === 'NotFound' || error.reason === 'NoMatch')
}
