/** How a simulated service behaves, the same in both versions. Standard deviations are of logs. */
export interface World {
  stablePods: number
  canaryPods: number
  /** of all pods together */
  requestsPerSecond: number
  errorRatio: number
  /** load, latency and errors wander for all pods alike, with bursts of errors */
  drift: boolean
  /** differences between pods, and slow noise of each pod's errors */
  pods: { errors: number; latency: number; cpu: number; memory: number; slowErrors: number } | undefined
  /** pods restart now and then, with counters at zero and cold caches for a minute */
  restarts: boolean
  /** scrapes are lost */
  lostScrapes: boolean
  /** the stable version is scaled out in the middle */
  scaleOut: boolean
  /** a fifth of the nodes is slower and fails more; pods of both versions land on them */
  badNodes: boolean
  /** errors grow with the load while the load doubles */
  loadErrors: boolean
}

const clean: World = {
  stablePods: 9,
  canaryPods: 1,
  requestsPerSecond: 200,
  errorRatio: 0.01,
  drift: false,
  pods: undefined,
  restarts: false,
  lostScrapes: false,
  scaleOut: false,
  badNodes: false,
  loadErrors: false,
}
const realPods = { errors: 0.1, latency: 0.03, cpu: 0.05, memory: 0.03, slowErrors: 0.2 }
const real: World = { ...clean, drift: true, pods: realPods }

/** The first five are those of the published comparison; the others were not tuned on. */
export const worlds: Readonly<Record<string, World>> = {
  clean,
  drift: { ...clean, drift: true },
  real,
  three: { ...real, stablePods: 3, requestsPerSecond: 80 },
  low: { ...clean, requestsPerSecond: 20 },
  restless: { ...real, restarts: true, lostScrapes: true, scaleOut: true },
  badNodes: { ...real, stablePods: 12, canaryPods: 3, badNodes: true },
  loadErrors: { ...real, loadErrors: true },
}

/** What the canary does differently; ratios to the stable version. */
export interface Regression {
  errors?: number
  latency?: number
  /** share of requests that are ten times slower */
  slowShare?: number
  cpu?: number
  /** growth of memory per minute */
  leak?: number
  /** minutes from the start of the window */
  fromMinute?: number
}
