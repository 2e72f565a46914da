import type { KubeObject } from '../../context/kube-object.ts'
import { parseTime } from '../../values/human-duration.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ObjectName } from './evidence.ts'
import type { EvidenceItem } from './explanation.ts'

/** `1 pod`, `3 pods` */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more` */
export function listed(words: readonly string[], most = 3): string {
  const shown = words.length > most + 1 ? [...words.slice(0, most), `${words.length - most} more`] : [...words]
  const last = shown.pop()
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`
}

/** Text out of the cluster on one line, without a full stop at its end. */
export function quoted(text: string | undefined): string {
  return safeText(text ?? '').replace(/\.$/, '')
}

/** RFC 3339 with seconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Time of day, with the date where that is not today's: `14:03:10Z`, `2026-01-02 14:03:10Z` */
export function clockTime(ms: number, nowMs: number): string {
  const [day, time] = timestamp(ms).split('T')
  return day === timestamp(nowMs).split('T')[0] ? `${time}` : `${day} ${time}`
}

/** The earliest of some times; null where there is none. */
export function earliest(times: readonly (string | null | undefined)[]): string | null {
  const known = times.filter(time => parseTime(time ?? undefined) !== undefined) as string[]
  return known.sort((a, b) => (parseTime(a) ?? 0) - (parseTime(b) ?? 0))[0] ?? null
}

export function latest(times: readonly (string | null | undefined)[]): string | null {
  const known = times.filter(time => parseTime(time ?? undefined) !== undefined) as string[]
  return known.sort((a, b) => (parseTime(b) ?? 0) - (parseTime(a) ?? 0))[0] ?? null
}

export function nameOf(kind: string, object: KubeObject): ObjectName {
  return {
    kind,
    ...(object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
    name: object.metadata.name,
  }
}

export function observed(
  object: ObjectName,
  text: string,
  time: string | null | undefined = null,
  lines?: readonly string[],
): EvidenceItem {
  return { object, text: safeText(text), time: time ?? null, ...(lines !== undefined && { lines }) }
}
