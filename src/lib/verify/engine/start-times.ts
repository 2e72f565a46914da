/** When a regression may have begun, in minutes from step 0 (verify-engine 4.6). */
const startMinutes = [0, 2, 4, 6, 8, 10, 14, 18, 22, 26]

export interface StartTime {
  /** what happens after this step is counted */
  step: number
  /** those of all start times sum to one */
  weight: number
}

/** Half of the weight lies on the beginning, the rest falls with the order of the later ones. */
export function startTimes(stepSeconds: number): StartTime[] {
  const shares = startMinutes.slice(1).map((_, index) => 1 / (index + 2))
  const total = shares.reduce((sum, each) => sum + each, 0)
  return startMinutes.map((minutes, index) => ({
    step: Math.round((minutes * 60) / stepSeconds),
    weight: index === 0 ? 0.5 : (0.5 * (shares[index - 1] as number)) / total,
  }))
}
