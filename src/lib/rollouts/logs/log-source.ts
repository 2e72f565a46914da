import type { Container, ContainerStatus, Pod } from '../../kube/core-objects.ts'
import { podHashOf } from '../ownership.ts'
import type { Rollout } from '../rollout.ts'
import type { Arm, LogOptions } from './log-entry.ts'

/** A container whose log can be read. */
export interface LogSource {
  pod: string
  namespace?: string
  container: string
  arm: Arm
  /** restarts so far: a higher number is another log */
  restarts: number
  isRunning: boolean
}

/** The version that a pod runs: of two that are the same there is only a stable one. */
function armOf(rollout: Rollout, pod: Pod): Arm {
  const hash = podHashOf(pod)
  if (hash === '') return 'other'
  if (hash === rollout.status?.stableRS) return 'stable'
  return hash === rollout.status?.currentPodHash ? 'canary' : 'other'
}

/** What of a pod is to be read, as it is now; containers that have not started have no log yet. */
export function logSources(
  rollout: Rollout,
  pod: Pod,
  options: Pick<LogOptions, 'arm' | 'container' | 'previous'>,
): LogSource[] {
  const arm = armOf(rollout, pod)
  const { arm: wanted = 'all', container, previous = false } = options
  if (wanted !== 'all' && arm !== wanted) return []
  const { name, namespace } = pod.metadata
  return containersOf(pod)
    .filter(each => container === undefined || each.name === container)
    .flatMap(each => {
      const status = statusOf(pod, each)
      const hasLog = previous
        ? (status?.restartCount ?? 0) > 0
        : status?.state?.running !== undefined ||
          status?.state?.terminated !== undefined ||
          status?.lastState?.terminated !== undefined
      if (!hasLog) return []
      return [
        {
          pod: name,
          ...(namespace !== undefined && { namespace }),
          container: each.name,
          arm,
          restarts: status?.restartCount ?? 0,
          isRunning: status?.state?.running !== undefined,
        },
      ]
    })
}

/** Names of the containers of these pods, to say what there is where a name is wrong. */
export function containerNames(pods: readonly Pod[]): string[] {
  return [...new Set(pods.flatMap(pod => containersOf(pod).map(each => each.name)))]
}

function containersOf({ spec }: Pod): Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
}

function statusOf({ status }: Pod, container: Container): ContainerStatus | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
    each => each.name === container.name,
  )
}
