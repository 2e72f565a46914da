import type { ContainerState, Pod } from '../../kube/core-objects.ts'

export interface PodStatusSummary {
  /** the STATUS column of `kubectl get pods`: `Running`, `CrashLoopBackOff`, `Init:1/2`, `Terminating`, ... */
  status: string
  readyContainers: number
  containers: number
  restarts: number
}

/**
 * State of a pod in one word, as `kubectl get pods` forms it, with the plugin's differences: sidecar containers never
 * count as ready ones, and a pod that has completed containers next to running ones is Running.
 *
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/info/pod_info.go (and kubernetes printers.go, printPod).
 */
export function podStatus(pod: Pod): PodStatusSummary {
  const containers = pod.spec?.containers?.length ?? 0
  const initial = initialization(pod)
  const ready = { readyContainers: 0, containers }
  let summary: PodStatusSummary
  if (initial.status !== undefined) {
    summary = { ...ready, status: initial.status, restarts: initial.restarts }
  } else {
    summary = { ...ready, ...containersStatus(pod) }
  }
  if (pod.metadata.deletionTimestamp) {
    summary.status = pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  }
  return summary
}

function initialization(pod: Pod): { status?: string; restarts: number } {
  const specs = pod.spec?.initContainers ?? []
  const sidecars = new Set(specs.filter(each => each.restartPolicy === 'Always').map(each => each.name))
  let restarts = 0
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    restarts += container.restartCount ?? 0
    const { terminated, waiting } = container.state ?? {}
    if (terminated && (terminated.exitCode ?? 0) === 0) continue
    if (terminated) return { status: `Init:${terminated.reason || exitText(terminated)}`, restarts }
    if (sidecars.has(container.name) && container.started === true) {
      // A sidecar that runs and is not ready ends the search: the pod is shown as past its initialization.
      if (container.ready) continue
      return { restarts }
    }
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return { status: `Init:${waiting.reason}`, restarts }
    return { status: `Init:${index}/${specs.length}`, restarts }
  }
  return { restarts }
}

function containersStatus(pod: Pod): { status: string; readyContainers: number; restarts: number } {
  let status = pod.status?.reason || (pod.status?.phase ?? '')
  let readyContainers = 0
  let restarts = 0
  // The first container has the last word, so they are read backwards.
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarts += container.restartCount ?? 0
    const { waiting, terminated, running } = container.state ?? {}
    if (waiting?.reason) status = waiting.reason
    else if (terminated) status = terminated.reason || exitText(terminated)
    else if (container.ready && running) readyContainers++
  }
  if (status === 'Completed' && readyContainers > 0) status = 'Running'
  return { status, readyContainers, restarts }
}

function exitText(terminated: NonNullable<ContainerState['terminated']>): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`
}
