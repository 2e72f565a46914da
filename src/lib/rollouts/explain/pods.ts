import type { ContainerStatus, KubeEvent, Pod, ReplicaSet } from '../../kube/core-objects.ts'
import type { EvidenceItem, Finding, Opening } from './explanation.ts'
import { earliest, listed, nameOf, observed, quoted } from './sentences.ts'
import { eventsOf, eventTime, holdsUp, podsOf, type Rule, type Situation, setTitle, watchedSets } from './situation.ts'

/** Something wrong with one pod, to be told once for all pods of a ReplicaSet that have it. */
export interface PodTrouble {
  pod: Pod
  /** absent: the whole pod */
  container?: ContainerStatus
  isInit?: boolean
  since: string | null
  evidence: EvidenceItem[]
}

export interface PodContainer {
  status: ContainerStatus
  isInit: boolean
}

/** What is known of one kind of trouble; pods.ts finds it pod by pod and words it for the ReplicaSet. */
export interface PodRule {
  rule: string
  find(situation: Situation, pod: Pod, set: ReplicaSet): PodTrouble | undefined
  /**
   * The sentence after `2 of 2 pods of revision 2 (canary)`; `verb` picks the form that fits their number, and the first
   * one's details stand for all.
   */
  says(trouble: PodTrouble, verb: (one: string, many: string) => string, situation: Situation): string
  opensWith(trouble: PodTrouble, situation: Situation): Opening[]
  /** whether it holds the rollout up although enough pods are available; default no */
  alwaysBlocks?(situation: Situation): boolean
}

/** Tells trouble of pods once for each ReplicaSet in which it occurs, with the first pod's evidence. */
export function podRule(definition: PodRule): Rule {
  return situation =>
    watchedSets(situation).flatMap(set => {
      const pods = podsOf(situation, set)
      const troubles = pods.map(pod => definition.find(situation, pod, set)).filter(trouble => trouble !== undefined)
      return troubles.length === 0 ? [] : [findingOf(definition, situation, set, pods, troubles)]
    })
}

function findingOf(
  definition: PodRule,
  situation: Situation,
  set: ReplicaSet,
  pods: readonly Pod[],
  troubles: readonly PodTrouble[],
): Finding {
  const others = troubles.slice(1).map(trouble => trouble.pod.metadata.name)
  const first = troubles[0] as PodTrouble
  const who =
    pods.length === 1
      ? `The pod of ${setTitle(situation, set)}`
      : `${troubles.length} of ${pods.length} pods of ${setTitle(situation, set)}`
  const isOne = troubles.length === 1
  const verb = (one: string, many: string) => (isOne ? one : many)
  const lacksPods = (set.status?.availableReplicas ?? 0) < (set.spec?.replicas ?? 0)
  return {
    rule: definition.rule,
    blocks: (lacksPods && holdsUp(situation, set)) || definition.alwaysBlocks?.(situation) ? 'now' : null,
    title: `${who} ${definition.says(first, verb, situation)}.`,
    since: earliest(troubles.map(trouble => trouble.since)),
    evidence: [
      ...first.evidence,
      ...(others.length > 0 ? [observed(nameOf('Pod', first.pod), `the same holds for ${listed(others)}`)] : []),
    ],
    opensWith: definition.opensWith(first, situation),
    allowed: null,
  }
}

/** A pod's regular containers, then (while it starts) its init containers. */
export function containersOf(pod: Pod): PodContainer[] {
  return [
    ...(pod.status?.initContainerStatuses ?? []).map(status => ({ status, isInit: true })),
    ...(pod.status?.containerStatuses ?? []).map(status => ({ status, isInit: false })),
  ]
}

export function containerTitle(isInit: boolean, name: string): string {
  return `${isInit ? 'init container' : 'container'} ${name}`
}

/** Events of a pod as evidence, the latest of each kind. */
export function eventEvidence(
  situation: Situation,
  pod: Pod,
  reasons: readonly string[],
  matching = /./,
): EvidenceItem[] {
  return eventsOf(situation, { kind: 'Pod', name: pod.metadata.name }, reasons)
    .filter(event => matching.test(event.message ?? ''))
    .slice(0, 2)
    .map(event => observed(nameOf('Pod', pod), eventText(event), eventTime(event)))
}

function eventText(event: KubeEvent): string {
  const times = (event.count ?? 1) > 1 ? ` x${event.count}` : ''
  return `event ${event.reason ?? 'without reason'}${times}: ${quoted(event.message)}`
}
