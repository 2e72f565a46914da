import { parseGoDurationNanos } from '../values/go-duration.ts'
import { parseTime } from '../values/human-duration.ts'
import type { Freight } from './freight.ts'

const nanosPerMs = 1_000_000n

/** Nanoseconds since the epoch of an RFC 3339 time, all its digits; undefined where it is missing or unreadable. */
export function timeNanos(time: string | undefined): bigint | undefined {
  const ms = parseTime(time)
  if (ms === undefined || time === undefined) return undefined
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? ''
  return BigInt(Math.floor(ms / 1000)) * 1_000_000_000n + BigInt(`${fraction}000000000`.slice(0, 9))
}

/** Nanoseconds of a Go duration in a cluster's object; undefined where it is missing or unreadable. */
export function durationNanos(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  try {
    return parseGoDurationNanos(text)
  } catch {
    return undefined
  }
}

/**
 * How long the Freight has soaked in a Stage, in nanoseconds: nothing unless it is verified there, else the longest
 * completed stay or the present one. The present stay counts from the arrival, not from the verification.
 *
 * @returns undefined where it cannot be known: the Freight is there since an unrecorded time, which makes Kargo panic
 * @see Kargo api/v1alpha1/freight_types.go GetLongestSoak
 */
export function longestSoakNanos(freight: Freight, stage: string, nowMs: number): bigint | undefined {
  const { verifiedIn = {}, currentlyIn = {} } = freight.status ?? {}
  if (!Object.hasOwn(verifiedIn, stage)) return 0n
  const completed = durationNanos(verifiedIn[stage]?.longestSoak) ?? 0n
  if (!Object.hasOwn(currentlyIn, stage)) return completed
  const since = timeNanos(currentlyIn[stage]?.since)
  if (since === undefined) return undefined
  const present = BigInt(Math.trunc(nowMs)) * nanosPerMs - since
  return present > completed ? present : completed
}

/** Whether it soaked in that Stage for at least the required time; no requirement is always met. */
export function hasSoakedIn(freight: Freight, stage: string, required: string | undefined, nowMs: number): boolean {
  const requiredNanos = durationNanos(required)
  if (requiredNanos === undefined) return true
  const soaked = longestSoakNanos(freight, stage, nowMs)
  return soaked !== undefined && soaked >= requiredNanos
}

/**
 * When the soak of a verified Freight that stays in the Stage will be long enough: milliseconds since the epoch, also in
 * the past; undefined where it is not there now, so that no waiting helps.
 */
export function soakEndsAtMs(freight: Freight, stage: string, required: string | undefined): number | undefined {
  const since = timeNanos(freight.status?.currentlyIn?.[stage]?.since)
  const requiredNanos = durationNanos(required)
  if (since === undefined || requiredNanos === undefined) return undefined
  return Number((since + requiredNanos) / nanosPerMs)
}
