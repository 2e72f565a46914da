import type { KubeObject } from '../../context/kube-object.ts'
import type { Pod } from '../../kube/core-objects.ts'
import { pods } from '../../kube/resource-types.ts'
import { parseQuantity } from '../../values/quantity.ts'
import type { Environment } from './environment.ts'

export const nodes = { group: '', version: 'v1', resource: 'nodes', kind: 'Node', namespaced: false }

type Node = KubeObject & {
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] }
  status?: { allocatable?: Record<string, string> }
}
type Placement = { nodeSelector?: Record<string, string>; schedulerName?: string }

/**
 * Why no node takes the pod, as the scheduler words it; undefined when one does. Looked at: requests of cpu and memory,
 * nodeSelector, cordoned nodes.
 */
export function schedulingProblem(environment: Environment, pod: Pod): string | undefined {
  const all = environment.store.all<Node>(nodes)
  const reasons = new Map<string, number>()
  for (const node of all) {
    const found = problemsOf(environment, pod, node)
    if (found.length === 0) return undefined
    for (const each of found) reasons.set(each, (reasons.get(each) ?? 0) + 1)
  }
  if (all.length === 0) return 'no nodes available to schedule pods'
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort()
  const helpless = [...reasons.keys()].some(each => each.startsWith('Insufficient'))
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling'
  const subject = `0/${all.length} nodes are available`
  return `${subject}: ${counted.join(', ')}. preemption: ${subject}: ${all.length} ${helpless}.`
}

function problemsOf(environment: Environment, pod: Pod, node: Node): string[] {
  if (node.spec?.unschedulable) return ['node(s) were unschedulable']
  const { nodeSelector = {} } = (pod.spec ?? {}) as Placement
  const labels = node.metadata.labels ?? {}
  if (Object.entries(nodeSelector).some(([key, value]) => labels[key] !== value)) {
    return ["node(s) didn't match Pod's node affinity/selector"]
  }
  return ['cpu', 'memory'].filter(name => !fits(environment, pod, node, name)).map(name => `Insufficient ${name}`)
}

function fits({ store }: Environment, pod: Pod, node: Node, name: string): boolean {
  const allocatable = node.status?.allocatable?.[name]
  if (allocatable === undefined) return true
  const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'
  const placed = store.all<Pod>(pods).filter(each => each.spec?.nodeName === node.metadata.name && !isOver(each))
  const used = placed.reduce((sum, each) => sum + requestOf(each, name), 0n)
  return used + requestOf(pod, name) <= parseQuantity(allocatable)
}

function requestOf(pod: Pod, name: string): bigint {
  const requests = (pod.spec?.containers ?? []).map(({ resources: { requests, limits } = {} }) =>
    parseQuantity(requests?.[name] ?? limits?.[name] ?? '0'),
  )
  return requests.reduce((sum, each) => sum + each, 0n)
}
