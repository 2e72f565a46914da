import type { KubeClient } from '../../context/kube-client.ts'
import type { Job, Pod } from '../../kube/core-objects.ts'
import { pods } from '../../kube/resource-types.ts'
import { podStatus } from '../../rollouts/info/pod-status.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'

/** Why a Job did not succeed: what its pods say. */
export interface JobReport {
  metric: string
  namespace: string
  name: string
  /** of the measurement */
  phase: string
  /** what the Job itself says, `BackoffLimitExceeded: Job has reached the specified backoff limit` */
  reason: string
  pods: JobPodReport[]
  /** what could not be read */
  notVisible?: string
}

export interface JobPodReport {
  name: string
  /** as `kubectl get pods` shows it, with the exit codes that are not 0 */
  status: string
  /** the last lines of each container that has written any */
  logs: { container: string; lines: string[] }[]
}

const tailLines = 20
/** A Job with retries leaves a pod for each; the last ones tell. */
const podsAtMost = 3
const waitingForImage = /^(ErrImagePull|ImagePullBackOff|InvalidImageName)$/

/** The pods of a Job, oldest first. */
export async function podsOfJob(client: KubeClient, namespace: string, name: string): Promise<Pod[]> {
  // Jobs label their pods with both keys since 1.27, and with this one always
  const { items } = await client.list<Pod>(pods, { namespace, labelSelector: `job-name=${name}` })
  return items.sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1))
}

/** The reason, with its message, for which a container of these pods will not start; undefined when there is none. */
export function imageProblem(jobPods: readonly Pod[]): string | undefined {
  for (const { metadata, status } of jobPods)
    for (const each of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
      const { reason = '', message } = each.state?.waiting ?? {}
      if (waitingForImage.test(reason))
        return `container ${each.name} of pod ${metadata.name}: ${reason}${message ? `: ${message}` : ''}`
    }
  return undefined
}

/** Everything in it is safe for a terminal. What cannot be read is said, and no reason to fail. */
export async function jobReport(
  client: KubeClient,
  job: Job,
  about: { metric: string; phase: string; reason?: string },
  signal: AbortSignal,
): Promise<JobReport> {
  const { name, namespace = client.namespace } = job.metadata
  const report: JobReport = {
    metric: safeText(about.metric),
    namespace: safeText(namespace),
    name: safeText(name),
    phase: about.phase,
    reason: safeText(about.reason ?? failedCondition(job)),
    pods: [],
  }
  try {
    const found = await podsOfJob(client, namespace, name)
    for (const pod of found.slice(-podsAtMost)) report.pods.push(await podReport(client, pod, namespace, signal))
    return report
  } catch (error) {
    if (!(error instanceof Failure) || signal.aborted) throw error
    return { ...report, notVisible: error.message }
  }
}

function failedCondition({ status }: Job): string {
  const { reason, message } = status?.conditions?.find(each => each.type === 'Failed') ?? {}
  return [reason, message].filter(Boolean).join(': ')
}

async function podReport(client: KubeClient, pod: Pod, namespace: string, signal: AbortSignal): Promise<JobPodReport> {
  const { name } = pod.metadata
  const logs: JobPodReport['logs'] = []
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  for (const { name: container } of containers) {
    const lines: string[] = []
    try {
      for await (const line of client.logs({ namespace, name }, { container, tailLines }, signal))
        lines.push(safeText(line))
    } catch (error) {
      // of a container that never started there is none
      if (!(error instanceof Failure) || error.reason !== 'BadRequest') throw error
    }
    if (lines.length > 0) logs.push({ container: safeText(container), lines })
  }
  return { name: safeText(name), status: safeText(podStatusText(pod)), logs }
}

/** `Error, exit code 3` */
export function podStatusText(pod: Pod): string {
  const { status } = podStatus(pod)
  const codes = (pod.status?.containerStatuses ?? []).flatMap(each => each.state?.terminated?.exitCode || [])
  return codes.length === 0 ? status : `${status}, exit code ${codes.join(', ')}`
}
