import type { Pod } from '../../kube/core-objects.ts'
import { parseTime } from '../../values/human-duration.ts'
import { isRestarting } from '../phase.ts'
import { advice, reading } from './commands.ts'
import type { EvidenceItem } from './explanation.ts'
import { correctTemplate } from './ownership.ts'
import { eventEvidence, podRule } from './pods.ts'
import { listed, nameOf, observed, quoted } from './sentences.ts'
import { conditionOf, type Rule, type Situation } from './situation.ts'

const claimTrouble = /persistentvolumeclaim|PersistentVolume/i

/** A claim that is not bound keeps its pod from being scheduled. */
export const volumePending: Rule = podRule({
  rule: 'volume-pending',
  find: (situation, pod) => {
    const unschedulable = unschedulableOf(pod)
    if (!unschedulable?.message || !claimTrouble.test(unschedulable.message)) return undefined
    return {
      pod,
      since: unschedulable.lastTransitionTime ?? pod.metadata.creationTimestamp ?? null,
      evidence: [
        observed(
          nameOf('Pod', pod),
          `Unschedulable: ${quoted(unschedulable.message)}`,
          unschedulable.lastTransitionTime,
        ),
        ...claimEvidence(situation, pod),
      ],
    }
  },
  says: (trouble, _, situation) => {
    const waiting = openClaims(situation, trouble.pod)
    return `cannot be scheduled: ${waiting.length > 0 ? `volume claim ${listed(waiting)} is not bound` : quoted(unschedulableOf(trouble.pod)?.message)}`
  },
  opensWith: (trouble, situation) => {
    const [claim] = openClaims(situation, trouble.pod)
    return claim === undefined
      ? [advice('create the claim, or provide a volume that fits it')]
      : [
          reading(situation, ['describe', 'pvc', claim], 'shows why the claim is not bound'),
          advice(`provide a volume for claim ${claim} (storage class, provisioner, zone), or correct the claim`),
        ]
  },
})

/** The scheduler finds no node. */
export const unschedulable: Rule = podRule({
  rule: 'unschedulable',
  find: (situation, pod) => {
    const condition = unschedulableOf(pod)
    if (condition === undefined || claimTrouble.test(condition.message ?? '')) return undefined
    return {
      pod,
      since: condition.lastTransitionTime ?? pod.metadata.creationTimestamp ?? null,
      evidence: [
        observed(nameOf('Pod', pod), `Unschedulable: ${quoted(condition.message)}`, condition.lastTransitionTime),
        ...requestEvidence(pod),
        ...eventEvidence(situation, pod, ['NotTriggerScaleUp', 'TriggeredScaleUp']),
      ],
    }
  },
  says: trouble =>
    `cannot be scheduled: ${quoted(unschedulableOf(trouble.pod)?.message?.split(/\.?\s*preemption:/)[0]) || 'no node fits'}`,
  opensWith: (_, situation) => [
    advice(
      'make room (add nodes, free what other pods request), or let the pod fit: requests, node selector, affinity, tolerations',
    ),
    ...correctTemplate(situation, 'the requests or placement rules'),
  ],
})

/** spec.schedulingGates: the scheduler is not even asked. */
export const schedulingGate: Rule = podRule({
  rule: 'scheduling-gate',
  find: (_, pod) => {
    const condition = conditionOf(pod, 'PodScheduled')
    if (condition?.reason !== 'SchedulingGated' && !(pod.spec?.schedulingGates?.length && !pod.spec.nodeName)) {
      return undefined
    }
    return {
      pod,
      since: condition?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? null,
      evidence: [
        observed(
          nameOf('Pod', pod),
          `spec.schedulingGates holds ${gatesOf(pod)}${condition?.message ? `: ${quoted(condition.message)}` : ''}`,
          condition?.lastTransitionTime,
        ),
      ],
    }
  },
  says: (trouble, verb) => `${verb('is', 'are')} held back from scheduling by gate ${gatesOf(trouble.pod)}`,
  opensWith: trouble => [
    advice(`whoever sets gate ${gatesOf(trouble.pod)} has to take it away; look at that controller`),
  ],
})

/** The pod has a node, and its volumes or network are not ready. */
export const sandboxOrVolume: Rule = podRule({
  rule: 'volume-not-mounted',
  find: (situation, pod) => {
    if (pod.status?.phase !== 'Pending') return undefined
    const events = eventEvidence(situation, pod, ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'])
    return events.length === 0
      ? undefined
      : {
          pod,
          since: conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? null,
          evidence: events,
        }
  },
  says: trouble => `cannot start: ${trouble.evidence[0]?.text.replace(/^event (\S+)( x\d+)?: /, '')}`,
  opensWith: (_, situation) => [
    advice('provide what the message names (volume, ConfigMap, Secret, network); the kubelet tries again by itself'),
    ...correctTemplate(situation, 'the volume'),
  ],
})

/** The node drove the pod out; its ReplicaSet makes another. */
export const evicted: Rule = podRule({
  rule: 'pod-evicted',
  find: (situation, pod) =>
    pod.status?.reason !== 'Evicted' && pod.status?.reason !== 'Preempted' && !hasDisruption(pod)
      ? undefined
      : {
          pod,
          since: conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ?? pod.status?.startTime ?? null,
          evidence: [
            observed(
              nameOf('Pod', pod),
              `${pod.status?.reason ?? 'Evicted'}${pod.spec?.nodeName ? ` from node ${pod.spec.nodeName}` : ''}: ${quoted(pod.status?.message ?? conditionOf(pod, 'DisruptionTarget')?.message) || 'no message'}`,
              conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ?? pod.status?.startTime,
            ),
            ...eventEvidence(situation, pod, ['Evicted', 'Preempted', 'TaintManagerEviction']),
          ],
        },
  says: (trouble, verb) =>
    `${verb('was', 'were')} evicted${trouble.pod.spec?.nodeName ? ` from node ${trouble.pod.spec.nodeName}` : ''}: ${quoted(trouble.pod.status?.message ?? conditionOf(trouble.pod, 'DisruptionTarget')?.message) || 'the node ran short'}`,
  opensWith: (_, situation) => [
    advice('the ReplicaSet makes a new pod by itself; relieve the node, or set requests that say what the pod needs'),
    ...correctTemplate(situation, 'the requests'),
  ],
})

/** The node no longer answers, so nobody knows whether the pod runs. */
export const nodeLost: Rule = podRule({
  rule: 'node-lost',
  find: (_, pod) => {
    const ready = conditionOf(pod, 'Ready')
    const lost =
      pod.status?.reason === 'NodeLost' ||
      pod.status?.phase === 'Unknown' ||
      ready?.status === 'Unknown' ||
      ready?.reason === 'NodeStatusUnknown'
    return lost
      ? {
          pod,
          since: ready?.lastTransitionTime ?? null,
          evidence: [
            observed(
              nameOf('Pod', pod),
              `node ${pod.spec?.nodeName ?? 'unknown'} does not answer: ${quoted(pod.status?.message ?? ready?.message) || pod.status?.reason || 'Ready is Unknown'}`,
              ready?.lastTransitionTime,
            ),
          ],
        }
      : undefined
  },
  says: (trouble, verb) =>
    `${verb('runs', 'run')} on node ${trouble.pod.spec?.nodeName ?? 'unknown'}, which does not answer any more`,
  opensWith: (trouble, situation) => [
    ...(trouble.pod.spec?.nodeName
      ? [
          reading(situation, ['describe', 'node', trouble.pod.spec.nodeName], 'shows what the node last said', {
            clusterScoped: true,
          }),
        ]
      : []),
    advice('bring the node back, or delete the Node object if the machine is gone: its pods are then replaced'),
  ],
})

/** A pod that should be gone and is not, beyond its grace period. */
export const stuckTerminating: Rule = podRule({
  rule: 'pod-stuck-terminating',
  find: (situation, pod) => {
    // deletionTimestamp already holds the end of the grace period
    const end = parseTime(pod.metadata.deletionTimestamp)
    if (end === undefined || situation.nowMs - end < 30_000) return undefined
    const finalizers = pod.metadata.finalizers ?? []
    return {
      pod,
      since: pod.metadata.deletionTimestamp ?? null,
      evidence: [
        observed(
          nameOf('Pod', pod),
          `should have ended${finalizers.length > 0 ? `; finalizers ${listed(finalizers)} hold it` : ''}`,
          pod.metadata.deletionTimestamp,
        ),
        ...eventEvidence(situation, pod, ['FailedKillPod', 'FailedPreStopHook']),
      ],
    }
  },
  says: (_, verb) => `${verb('is being deleted and does', 'are being deleted and do')} not end`,
  // argo-rollouts rollout/restart.go counts a pod as not restarted until it is gone; nobody else waits for it
  alwaysBlocks: ({ rollout }) => isRestarting(rollout),
  opensWith: (trouble, situation) => [
    reading(situation, ['describe', 'pod', trouble.pod.metadata.name], 'shows its node and finalizers'),
    advice('look at its node, and at whoever owns its finalizers'),
  ],
})

function hasDisruption(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' && conditionOf(pod, 'DisruptionTarget')?.status === 'True'
}

function unschedulableOf(pod: Pod | undefined) {
  const condition = conditionOf(pod ?? {}, 'PodScheduled')
  return condition?.status === 'False' && condition.reason === 'Unschedulable' ? condition : undefined
}

function gatesOf(pod: Pod | undefined): string {
  return listed((pod?.spec?.schedulingGates ?? []).map(gate => quoted(gate.name))) || 'of unknown name'
}

/** What the pod asks a node for. */
function requestEvidence(pod: Pod): EvidenceItem[] {
  const requests = (pod.spec?.containers ?? []).flatMap(container =>
    Object.entries(container.resources?.requests ?? {}).map(
      ([name, amount]) => `${name} ${amount} for ${container.name}`,
    ),
  )
  return requests.length === 0 ? [] : [observed(nameOf('Pod', pod), `requests ${listed(requests, 4)}`)]
}

/** Names of the claims that a pod mounts. */
export function claimNamesOf(pod: Pod): string[] {
  const volumes = (pod.spec?.volumes ?? []) as { persistentVolumeClaim?: { claimName?: string } }[]
  return volumes.flatMap(volume => volume.persistentVolumeClaim?.claimName ?? [])
}

function openClaims(situation: Situation, pod: Pod): string[] {
  return claimNamesOf(pod).filter(name => {
    const claim = situation.evidence.claims.find(each => each.metadata.name === name)
    const isMissing = situation.evidence.missing.some(
      each => each.kind === 'PersistentVolumeClaim' && each.name === name,
    )
    return isMissing || (claim !== undefined && claim.status?.phase !== 'Bound')
  })
}

function claimEvidence(situation: Situation, pod: Pod): EvidenceItem[] {
  return openClaims(situation, pod).map(name => {
    const claim = situation.evidence.claims.find(each => each.metadata.name === name)
    return observed(
      { kind: 'PersistentVolumeClaim', namespace: situation.namespace, name },
      claim === undefined
        ? 'does not exist'
        : `${claim.status?.phase ?? 'no phase'}, storage class ${quoted(claim.spec?.storageClassName) || 'of the cluster'}`,
      claim?.metadata.creationTimestamp,
    )
  })
}
