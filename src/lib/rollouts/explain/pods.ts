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

/** What is known of one kind of trouble; pods.ts finds it pod by pod and words it for the ReplicaSet. */
export interface PodRule {
  rule: string
  find(situation: Situation, pod: Pod, set: ReplicaSet): PodTrouble | undefined
  /** the sentence after `2 of 2 pods of revision 2 (canary)` */
  says(troubles: readonly PodTrouble[], situation: Situation, set: ReplicaSet): string
  opensWith(troubles: readonly PodTrouble[], situation: Situation, set: ReplicaSet): Opening[]
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
  return {
    rule: definition.rule,
    blocks: holdsUp(situation, set) ? 'now' : null,
    title: `${who} ${definition.says(troubles, situation, set)}.`,
    since: earliest(troubles.map(trouble => trouble.since)),
    evidence: [
      ...first.evidence,
      ...(others.length > 0 ? [observed(nameOf('Pod', first.pod), `the same holds for ${listed(others)}`)] : []),
    ],
    opensWith: definition.opensWith(troubles, situation, set),
    allowed: null,
  }
}

/** A pod's regular containers, then (while it starts) its init containers. */
export function containersOf(pod: Pod): { status: ContainerStatus; isInit: boolean }[] {
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

export function eventText(event: KubeEvent): string {
  const times = (event.count ?? 1) > 1 ? ` x${event.count}` : ''
  return `event ${event.reason ?? 'without reason'}${times}: ${quoted(event.message)}`
}
