/**
 * A time as the API stores it: RFC 3339 in whole seconds, rounded down. All waits count from these, which is why an
 * interval of 1.5s comes round every second (argo-rollouts; metav1.Time).
 *
 * @param ms since 1970
 */
export function timestamp(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

/** Milliseconds since 1970 of a time in a status, or undefined where there is none. */
export function millisecondsOf(time: string | undefined): number | undefined {
  const ms = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? undefined : ms
}
