import { usage } from '../../values/failure.ts'
import { parseGoDuration } from '../../values/go-duration.ts'
import { parseTime } from '../../values/human-duration.ts'

/**
 * `--at`: a time (RFC 3339) or how long ago (`-30m`, `30m`), in ms since 1970.
 *
 * @throws Failure `usage` for what is neither, and for a time in the future
 */
export function startTime(text: string, nowMs: number): number {
  const atMs = /^-?[\d.]/.test(text) && !/^\d{4}-/.test(text) ? nowMs - ago(text) : timeOf(text)
  if (atMs > nowMs)
    throw usage(`--at ${text} is in the future`, {
      reason: 'InvalidFlag',
      hints: ['it is the time in the past at which the run starts, such as -30m or 2026-01-31T14:00:00Z'],
    })
  return atMs
}

function ago(text: string): number {
  const ms = parseGoDuration(text.replace(/^-/, ''))
  if (ms === 0) throw usage(`--at ${text} is now: leave the flag out to measure from now on`, { reason: 'InvalidFlag' })
  return ms
}

function timeOf(text: string): number {
  const ms = parseTime(text)
  if (ms === undefined)
    throw usage(`invalid time ${JSON.stringify(text)} for --at`, {
      reason: 'InvalidFlag',
      hints: ['a time is RFC 3339, as in 2026-01-31T14:00:00Z, or how long ago, as in -30m'],
    })
  return ms
}
