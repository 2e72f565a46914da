import type { Pod, Service } from '../../kube/core-objects.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import type { Workload } from './traffic-shares.ts'

/** What a scrape of pods puts on every series: place, pod, its labels, and the Service that leads to it. */
export function targetLabels(pod: Pod, workload: Workload, services: readonly Service[]): Record<string, string> {
  const { namespace = 'default', name, labels = {} } = pod.metadata
  const container = pod.spec?.containers?.[0]
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [labelName(key), value])),
    namespace,
    pod: name,
    container: container?.name ?? '',
    instance: `${ipOf(pod)}:${portOf(pod)}`,
    job: 'kubernetes-pods',
    node: pod.spec?.nodeName ?? '',
    service: serviceOf(pod, workload, services) ?? labels.app ?? workload.object.metadata.name,
  }
}

export const ipOf = (pod: Pod): string | undefined => (pod.status as { podIP?: string } | undefined)?.podIP

const portOf = ({ metadata: { annotations }, spec }: Pod) =>
  annotations?.['prometheus.io/port'] ?? spec?.containers?.[0]?.ports?.[0]?.containerPort ?? 8080

/** As Prometheus makes a label's name of any text (strutil.SanitizeLabelName). */
const labelName = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, '_')

/** The Service that selects the pod most narrowly; of equal ones not that for the version which is tried out. */
function serviceOf(pod: Pod, { object }: Workload, services: readonly Service[]): string | undefined {
  const { canary, blueGreen } = (object as Rollout).spec?.strategy ?? {}
  const tried = [canary?.canaryService, blueGreen?.previewService]
  const rank = ({ metadata: { name }, spec }: Service) =>
    Object.keys(spec?.selector ?? {}).length * 2 - (tried.includes(name) ? 1 : 0)
  return services
    .filter(({ metadata, spec }) => metadata.namespace === pod.metadata.namespace && selects(spec?.selector, pod))
    .sort((one, other) => rank(other) - rank(one) || (one.metadata.name < other.metadata.name ? -1 : 1))[0]?.metadata
    .name
}

function selects(selector: Record<string, string> = {}, { metadata: { labels = {} } }: Pod): boolean {
  const entries = Object.entries(selector)
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value)
}
