import { Failure } from '../values/failure.ts'
import { passingTransportReasons } from './http/transport-failure.ts'
import { StatusFailure } from './status-failure.ts'

const firstDelayMs = 500
/** Lower than client-go's 30 s: somebody is looking at this one. */
const longestDelayMs = 10_000

/**
 * How long to wait before the next attempt: hardly at all after a first failure, which is mostly a connection that has
 * served its time, then 0.5 s, 1 s, 2 s, ... to 10 s, and up to half as much again, so that many clients of one server
 * do not come back together.
 *
 * @param failures failures in a row, from 1
 * @param random uniform in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  if (failures <= 1) return 250 * random
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 2)) * (1 + random / 2)
}

/** What the server asked for (Retry-After, details.retryAfterSeconds), else 0. */
export function askedDelayMs(error: unknown): number {
  return error instanceof StatusFailure ? (error.retryAfterMs ?? 0) : 0
}

const passingStatusReasons: ReadonlySet<string> = new Set([
  'TooManyRequests',
  'ServiceUnavailable',
  'InternalError',
  'ServerTimeout',
  'Timeout',
])

/** Whether the server said, in so many words, that it cannot answer now. */
export function isServerBusy(error: unknown): boolean {
  return error instanceof Failure && passingStatusReasons.has(error.reason ?? '')
}

/** Whether trying again may help: the server is busy, restarting, or out of reach. */
export function isPassing(error: unknown): boolean {
  return isServerBusy(error) || (error instanceof Failure && passingTransportReasons.has(error.reason ?? ''))
}

/** A server that is starting refuses what it will allow in a moment: its roles and custom types are not loaded yet. */
export function isRefusedWhileStarting(error: unknown): boolean {
  return error instanceof Failure && /^(Forbidden|Unauthorized|NoMatch|NotFound)$/.test(error.reason ?? '')
}

export const isExpired = (error: unknown): boolean =>
  error instanceof Failure && (error.reason === 'Expired' || error.reason === 'Gone')
