import type { KubeClient, ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeEvent, Pod, ReplicaSet, Service } from '../../kube/core-objects.ts'
import { whoWrote } from '../../kube/managed-fields.ts'
import * as types from '../../kube/resource-types.ts'
import { matchesSelector, requirementsOf } from '../../kube/selectors.ts'
import { Failure } from '../../values/failure.ts'
import { readGitOpsOwner } from '../actions/git-ops-owner.ts'
import { templateTarget } from '../actions/template-target.ts'
import { isRestarting } from '../phase.ts'
import type { RolloutObjects, RolloutPart } from '../rollout-objects.ts'
import { isControllerSuspect, leaseName } from './controller.ts'
import type {
  Evidence,
  HorizontalPodAutoscaler,
  Lease,
  LogTail,
  NotVisible,
  ObjectName,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  ResourceQuota,
} from './evidence.ts'
import { Inquiry, isReason, whatLacks } from './inquiry.ts'
import { containersOf } from './pods.ts'
import { claimNamesOf } from './scheduling.ts'
import { conditionOf, podsOf, type Situation, situate, watchedSets } from './situation.ts'
import { ingressesInSpec, istioObjectsInSpec, servicesInSpec } from './spec-references.ts'

/** Pods of one ReplicaSet whose events and logs are asked for; the others mostly have the same trouble. */
const podsAskedPerSet = 2
const logLines = 10

const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  namespaced: true,
}
const claims: ResourceType = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
}
const istio = (kind: string, resource: string): ResourceType => ({
  group: 'networking.istio.io',
  version: 'v1beta1',
  resource,
  kind,
  namespaced: true,
})

/**
 * Asks for what the state of the rollout calls for, and for nothing else: events and logs of pods that fail, services
 * where the spec is refused or the update moves, autoscalers where somebody scales. What the user may not read is
 * noted in `notVisible` with what the explanation lacks for it. Other errors end it.
 */
export async function gatherEvidence(client: KubeClient, objects: RolloutObjects, nowMs: number): Promise<Evidence> {
  const { notVisible: parts = [], ...read } = objects
  const inquiry = new Inquiry(client, objects.rollout.metadata.namespace ?? client.namespace)
  for (const part of parts) inquiry.notVisible.push(partNotVisible(part, inquiry.namespace))
  const base: Evidence = {
    ...read,
    events: [],
    services: [],
    claims: [],
    autoscalers: [],
    disruptionBudgets: [],
    quotas: [],
    logs: [],
    missing: [],
    notVisible: [],
    permissions: {},
    connectionFlags: client.connectionFlags,
  }
  const situation = situate(base, nowMs)
  const troubled = watchedSets(situation).flatMap(set => troubledPods(situation, set))
  const [events, logs, references, claimsFound, autoscalers, disruptionBudgets, quotas, owner, lease] =
    await Promise.all([
      gatherEvents(inquiry, situation, troubled),
      gatherLogs(inquiry, troubled),
      gatherReferences(inquiry, situation),
      gatherClaims(inquiry, troubled),
      // Whoever writes spec.replicas last takes the field over, so that the autoscaler's write may not show any more.
      isScaledBySomebody(objects) || situation.phase === 'Progressing'
        ? inquiry.list<HorizontalPodAutoscaler>(types.horizontalPodAutoscalers, whatLacks.autoscalers)
        : [],
      isRestarting(objects.rollout) ? gatherBudgets(inquiry, situation) : [],
      gatherQuotas(inquiry, situation),
      gatherOwner(inquiry, objects),
      isControllerSuspect(objects.rollout, nowMs) ? gatherLease(inquiry) : undefined,
    ])
  return {
    ...base,
    events,
    logs,
    services: references,
    claims: claimsFound,
    autoscalers,
    disruptionBudgets,
    quotas,
    ...(owner !== undefined && { owner }),
    ...(lease !== undefined && { lease }),
    missing: inquiry.missing,
    notVisible: inquiry.notVisible,
    permissions: { 'get pods/log': !inquiry.notVisible.some(each => each.what.startsWith('pods/log ')) },
  }
}

function partNotVisible(part: RolloutPart, namespace: string): NotVisible {
  const words: Record<RolloutPart, [string, string]> = {
    replicaSets: ['replicasets', 'revisions, their pods and what keeps pods from being made are missing'],
    pods: ['pods', 'reasons why pods are not ready are missing'],
    experiments: ['experiments', 'what an experiment waits for is missing'],
    analysisRuns: ['analysisruns', 'metrics, values and conditions of analyses are missing'],
    workload: ['the referenced workload', 'what its template holds is missing'],
  }
  const [what, lacks] = words[part]
  return { what: `${what} in namespace ${namespace}`, why: 'forbidden', lacks }
}

/** Pods that are not ready, or were restarted lately, and are not about to go. */
function troubledPods(situation: Situation, set: ReplicaSet): Pod[] {
  return podsOf(situation, set)
    .filter(pod => conditionOf(pod, 'Ready')?.status !== 'True' || pod.metadata.deletionTimestamp !== undefined)
    .slice(0, podsAskedPerSet)
}

async function gatherEvents(inquiry: Inquiry, situation: Situation, troubled: readonly Pod[]): Promise<KubeEvent[]> {
  const withoutPods = watchedSets(situation).filter(
    set =>
      (set.status?.replicas ?? 0) < (set.spec?.replicas ?? 0) && conditionOf(set, 'ReplicaFailure')?.status !== 'True',
  )
  const objects: ObjectName[] = [
    ...(situation.phase === 'Healthy' ? [] : [situation.self]),
    ...troubled.map(pod => ({ kind: 'Pod', name: pod.metadata.name })),
    ...withoutPods.map(set => ({ kind: 'ReplicaSet', name: set.metadata.name })),
  ]
  const found = await Promise.all(
    objects.map(({ kind, name }) =>
      inquiry.list<KubeEvent>(
        types.coreEvents,
        whatLacks.events,
        `involvedObject.kind=${kind},involvedObject.name=${name}`,
      ),
    ),
  )
  return found.flat()
}

/** The last lines of containers that ended or do not get ready: of the run before where a new one has begun. */
async function gatherLogs(inquiry: Inquiry, troubled: readonly Pod[]): Promise<LogTail[]> {
  const found = await Promise.all(
    troubled.map(async pod => {
      const crashed = containersOf(pod).find(
        ({ status }) => status.state?.terminated !== undefined || status.lastState?.terminated !== undefined,
      )
      if (crashed === undefined || (crashed.isInit && crashed.status.state?.terminated?.exitCode === 0)) return []
      const container = crashed.status.name
      const previous = crashed.status.state?.running !== undefined
      const lines = await tail(inquiry, pod, container, previous)
      return lines === undefined ? [] : [{ pod: pod.metadata.name, container, previous, lines }]
    }),
  )
  return found.flat()
}

async function tail(inquiry: Inquiry, pod: Pod, container: string, previous: boolean): Promise<string[] | undefined> {
  const lines: string[] = []
  try {
    const options = { container, previous, tailLines: logLines }
    const ref = { namespace: inquiry.namespace, name: pod.metadata.name }
    for await (const line of inquiry.client.logs(ref, options)) lines.push(line)
    return lines.slice(-logLines)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // The log of a container that is gone, or of a node that does not answer, is no reason to say nothing at all.
    if (error.reason === 'Forbidden') inquiry.forbidden(error, 'pods/log', whatLacks.logs, inquiry.namespace)
    return undefined
  }
}

/** Services, and what else the spec names, where the controller refuses the spec or the update does not move. */
async function gatherReferences(inquiry: Inquiry, situation: Situation): Promise<Service[]> {
  const { rollout } = situation
  if (situation.phase === 'Healthy' || situation.phase === 'Paused') return []
  const names = [...new Set(servicesInSpec(rollout).map(each => each.name))]
  const others: [ResourceType, string][] = [
    ...ingressesInSpec(rollout).map(name => [types.ingresses, name] as [ResourceType, string]),
    ...istioObjectsInSpec(rollout).map(
      ({ kind, name }) => [istio(kind, `${kind.toLowerCase()}s`), name] as [ResourceType, string],
    ),
  ]
  const [services] = await Promise.all([
    Promise.all(names.map(name => inquiry.get<Service>(types.services, { name }, whatLacks.services))),
    Promise.all(others.map(([type, name]) => inquiry.get(type, refOf(type, name), whatLacks.traffic))),
    workloadMissing(inquiry, situation),
  ])
  return services.filter(service => service !== undefined)
}

/** An Istio object may be named with its namespace, `NAME.NAMESPACE`. */
function refOf(type: ResourceType, text: string): ObjectRef {
  const [name = text, namespace] = type.group === 'networking.istio.io' ? text.split('.') : [text]
  return namespace === undefined ? { name } : { name, namespace }
}

/** A workloadRef that was read and not found leaves no workload behind. */
async function workloadMissing(inquiry: Inquiry, { evidence, rollout }: Situation): Promise<void> {
  const ref = rollout.spec.workloadRef
  if (ref?.name === undefined || evidence.workload !== undefined) return
  if (inquiry.notVisible.some(each => each.what.startsWith('the referenced workload'))) return
  inquiry.missing.push({ kind: ref.kind ?? 'Deployment', namespace: inquiry.namespace, name: ref.name })
}

async function gatherClaims(inquiry: Inquiry, troubled: readonly Pod[]): Promise<PersistentVolumeClaim[]> {
  const waiting = troubled.filter(pod => /persistentvolumeclaim/i.test(conditionOf(pod, 'PodScheduled')?.message ?? ''))
  const names = [...new Set(waiting.flatMap(claimNamesOf))]
  const found = await Promise.all(
    names.map(name => inquiry.get<PersistentVolumeClaim>(claims, { name }, whatLacks.claims)),
  )
  return found.filter(claim => claim !== undefined)
}

/** Somebody writes replicas through the scale subresource: of the rollout, or of the workload that it took over. */
function isScaledBySomebody({ rollout, workload }: RolloutObjects): boolean {
  return [rollout, workload].some(
    object =>
      object !== undefined && whoWrote(object, ['spec', 'replicas']).some(writer => writer.subresource === 'scale'),
  )
}

async function gatherBudgets(inquiry: Inquiry, situation: Situation): Promise<PodDisruptionBudget[]> {
  const budgets = await inquiry.list<PodDisruptionBudget>(types.podDisruptionBudgets, whatLacks.budgets)
  return budgets.filter(({ spec }) => {
    const requirements = requirementsOf(spec?.selector ?? {})
    return situation.evidence.pods.some(pod => matchesSelector(pod.metadata.labels, requirements))
  })
}

async function gatherQuotas(inquiry: Inquiry, situation: Situation): Promise<ResourceQuota[]> {
  const messages = watchedSets(situation).map(set => conditionOf(set, 'ReplicaFailure')?.message ?? '')
  const names = messages.flatMap(message => /exceeded quota: ([^,]+),/.exec(message)?.[1] ?? [])
  const found = await Promise.all(
    [...new Set(names)].map(name => inquiry.get<ResourceQuota>(types.resourceQuotas, { name }, whatLacks.quotas)),
  )
  return found.filter(quota => quota !== undefined)
}

async function gatherOwner(inquiry: Inquiry, objects: RolloutObjects) {
  const target = templateTarget(objects.rollout, objects.workload)
  if ('reason' in target) return undefined
  const owner = await readGitOpsOwner(inquiry.client, target)
  if (owner?.notSeen !== undefined && !owner.isGuess) {
    inquiry.notVisible.push({
      what: `Application ${owner.application}`,
      why: owner.notSeen,
      lacks: whatLacks.applications,
    })
  }
  return owner
}

/** The Lease lies in the controller's namespace, which nobody names: everywhere first, then where it usually is. */
async function gatherLease(inquiry: Inquiry): Promise<Lease | undefined> {
  try {
    const fieldSelector = `metadata.name=${leaseName}`
    const page = await inquiry.client.list<Lease>(leases, { allNamespaces: true, fieldSelector })
    return page.items[0]
  } catch (error) {
    if (!isReason(error, 'Forbidden')) throw error
  }
  try {
    return await inquiry.client.get<Lease>(leases, { name: leaseName, namespace: 'argo-rollouts' })
  } catch (error) {
    if (!isReason(error, 'NotFound')) inquiry.forbidden(error, 'leases', whatLacks.leases, 'argo-rollouts')
    return undefined
  }
}
