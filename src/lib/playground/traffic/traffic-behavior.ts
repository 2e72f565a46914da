import type { Pod } from '../../kube/core-objects.ts'
import { parseGoDuration } from '../../values/go-duration.ts'

/** How a pod answers the requests that it gets. */
export interface TrafficBehavior {
  /** share of requests that are answered with a 5xx, 0 to 1 */
  errorRate: number
  /** median of the time until an answer */
  latencyMs: number
}

/** Says how a pod answers where its annotations do not; undefined leaves it to the default. */
export type TrafficScript = (pod: Pod) => Partial<TrafficBehavior> | undefined

const prefixes = ['playground.kubectl-canary/', 'kubectl-canary.test/']
const defaults: TrafficBehavior = { errorRate: 0, latencyMs: 40 }

/** What the ends of image tags say: `app:2.0-errors`, `app:2.0-slow`. */
const ofTags: Record<string, Partial<TrafficBehavior>> = { errors: { errorRate: 0.3 }, slow: { latencyMs: 900 } }

/** Requests per second to a workload that says nothing about them. */
const defaultRequestsPerSecond = 40

/**
 * Annotations of the pod decide (`playground.kubectl-canary/error-rate`: `0.2` or `20%`, `/latency`: a Go duration), then
 * the script, then the tag of its first image. What cannot be read counts as not said.
 */
export function trafficBehaviorOf(pod: Pod, script?: TrafficScript): TrafficBehavior {
  const ofAnnotations = {
    errorRate: readShare(annotationOf(pod, 'error-rate')),
    latencyMs: readMs(annotationOf(pod, 'latency')),
  }
  const tag = /:[\w.-]*?(\w+)$/.exec(pod.spec?.containers?.[0]?.image ?? '')?.[1] ?? ''
  const { errorRate, latencyMs } = { ...defaults, ...ofTags[tag], ...script?.(pod) }
  return { errorRate: ofAnnotations.errorRate ?? errorRate, latencyMs: ofAnnotations.latencyMs ?? latencyMs }
}

/** What `playground.kubectl-canary/requests-per-second` of the workload, or of one of its pods, says. */
export function requestsPerSecondOf(objects: readonly Pick<Pod, 'metadata'>[]): number {
  for (const object of objects) {
    const text = annotationOf(object, 'requests-per-second')
    const perSecond = Number(text ?? Number.NaN)
    if (perSecond >= 0 && Number.isFinite(perSecond)) return perSecond
  }
  return defaultRequestsPerSecond
}

const annotationOf = ({ metadata: { annotations } }: Pick<Pod, 'metadata'>, name: string) =>
  prefixes.map(prefix => annotations?.[`${prefix}${name}`]).find(value => value !== undefined)

function readShare(text: string | undefined): number | undefined {
  const [, number, percent] = /^(\d*\.?\d+)(%?)$/.exec(text?.trim() ?? '') ?? []
  if (number === undefined) return undefined
  return Math.min(1, Number(number) / (percent ? 100 : 1))
}

function readMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  try {
    return Math.max(0.1, parseGoDuration(text))
  } catch {
    return undefined
  }
}
