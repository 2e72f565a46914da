/**
 * An age as kubectl prints it: `12s`, `4m6s`, `17m`, `3h5m`, `26h`, `3d16h`, `23d`, `2y40d`, `9y`. Two or more seconds
 * below zero (clocks differ, or a time in the future) are `<invalid>`.
 *
 * Source: k8s.io/apimachinery pkg/util/duration, HumanDuration.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 24 * 8) return pair(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  if (days < 365 * 8) return pair(years, 'y', days % 365, 'd')
  return `${years}y`
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

/** Age at `nowMs` of something with an RFC 3339 time; `<unknown>` where the time is missing or unreadable, as kubectl. */
export function humanAge(time: string | undefined, nowMs: number): string {
  const at = parseTime(time)
  return at === undefined ? '<unknown>' : humanDuration(nowMs - at)
}

/** Milliseconds since the epoch of an RFC 3339 time; undefined where it is missing, unreadable or Go's zero time. */
export function parseTime(time: string | undefined): number | undefined {
  if (!time) return undefined
  // Date.parse alone would also take dates without a time, and local times.
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(time)) return undefined
  const ms = Date.parse(time)
  return Number.isNaN(ms) || time.startsWith('0001-01-01T00:00:00') ? undefined : ms
}
