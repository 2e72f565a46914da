import type { Arm } from '../recording/recording.ts'

/** Exposure of each pod of an arm so far. */
export type Exposures = Readonly<Record<Arm, Map<string, number>>>

export const newExposures = (): Exposures => ({ canary: new Map(), stable: new Map() })

export function addExposure(exposures: Exposures, arm: Arm, pod: string, exposure: number): void {
  const known = exposures[arm]
  known.set(pod, (known.get(pod) ?? 0) + exposure)
}

/** How many pods an arm is worth: as many as have equal shares of its exposure. */
export function effectivePods(exposures: Exposures, arm: Arm): number {
  let [sum, squares] = [0, 0]
  for (const exposure of exposures[arm].values()) {
    sum += exposure
    squares += exposure ** 2
  }
  return squares > 0 ? sum ** 2 / squares : 1
}
