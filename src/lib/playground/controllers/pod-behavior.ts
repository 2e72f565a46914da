import type { Pod } from '../../kube/core-objects.ts'
import { parseGoDuration } from '../../values/go-duration.ts'

/** How the containers of a pod fare; the same words as the fake pods of the real control plane in the tests. */
export type BehaviorKind = 'ready' | 'not-ready' | 'crash' | 'oom' | 'image-pull' | 'pending'

export interface PodBehavior {
  kind: BehaviorKind
  /** from scheduled to running */
  startMs: number
  /** from running to Ready */
  readyMs: number
  /** from starting to ending, of a container that crashes */
  crashMs: number
  exitCode: number
  /** from Ready to its end, of a pod that is not restarted for ever, such as that of a Job */
  completeMs: number | undefined
  /** from deleted to gone */
  endMs: number
  /** lines that a container writes when it starts */
  log: readonly string[]
}

/** Says how a pod fares where its annotations do not; undefined leaves it to the default. */
export type PodScript = (pod: Pod) => Partial<PodBehavior> | undefined

const prefixes = ['playground.kubectl-canary/', 'kubectl-canary.test/']
const kinds: readonly string[] = ['ready', 'not-ready', 'crash', 'oom', 'image-pull', 'pending']

/**
 * Annotations of the pod decide (`playground.kubectl-canary/behavior`, `ready-after`, `delete-after`, `exit-code`,
 * `complete-after`),
 * then the script, then the tag of its first image (`:v2-crash`), and readiness probes are honoured.
 */
export function behaviorOf(pod: Pod, script: PodScript | undefined): PodBehavior {
  const annotation = (name: string) =>
    prefixes.map(prefix => pod.metadata.annotations?.[`${prefix}${name}`]).find(value => value !== undefined)
  const duration = (name: string) => {
    const text = annotation(name)
    return text === undefined ? undefined : parseGoDuration(text)
  }
  const scripted = script?.(pod) ?? {}
  const container = pod.spec?.containers?.[0]
  const kind = (annotation('behavior') as BehaviorKind | undefined) ?? scripted.kind ?? kindOfImage(container?.image)
  const probe = container?.readinessProbe
  const probeMs = probe ? ((probe.initialDelaySeconds ?? 0) + 1) * 1000 : 0
  const readyAfterMs = duration('ready-after')
  const startMs = scripted.startMs ?? (readyAfterMs === undefined ? 1000 : Math.min(1000, readyAfterMs))
  const readyMs = readyAfterMs === undefined ? (scripted.readyMs ?? probeMs) : Math.max(0, readyAfterMs - startMs)
  return {
    kind: kinds.includes(kind) ? kind : 'ready',
    startMs,
    readyMs,
    crashMs: scripted.crashMs ?? 1500,
    exitCode: Number(annotation('exit-code') ?? scripted.exitCode ?? 1),
    completeMs: endsByItself(pod) ? (duration('complete-after') ?? scripted.completeMs ?? 1000) : undefined,
    endMs: duration('delete-after') ?? scripted.endMs ?? 500,
    log: scripted.log ?? defaultLog(kind),
  }
}

const endsByItself = ({ spec }: Pod) => {
  const { restartPolicy = 'Always' } = (spec ?? {}) as { restartPolicy?: string }
  return restartPolicy !== 'Always'
}

function kindOfImage(image = ''): BehaviorKind {
  const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? ''
  return (kinds.find(kind => tag === kind || tag.endsWith(`-${kind}`)) as BehaviorKind | undefined) ?? 'ready'
}

function defaultLog(kind: BehaviorKind): string[] {
  if (kind === 'crash') return ['starting', 'panic: cannot read configuration: key "database.url" is missing']
  if (kind === 'oom') return ['starting', 'loading 2.1 GB of rules into memory']
  return ['starting', 'listening']
}
