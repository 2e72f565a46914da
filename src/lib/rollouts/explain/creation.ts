import type { ReplicaSet } from '../../kube/core-objects.ts'
import { advice, reading } from './commands.ts'
import type { EvidenceItem, Finding, Opening } from './explanation.ts'
import { correctTemplate } from './ownership.ts'
import { nameOf, observed, quoted } from './sentences.ts'
import {
  conditionOf,
  eventsOf,
  eventTime,
  holdsUp,
  type Rule,
  type Situation,
  setTitle,
  watchedSets,
} from './situation.ts'

/** The API server refuses the pods of a ReplicaSet: told by the reason in its message. */
export const podsNotCreated: Rule = situation =>
  watchedSets(situation).flatMap(set => {
    const failure = failureOf(situation, set)
    return failure === undefined ? [] : [findingOf(situation, set, failure)]
  })

interface CreationFailure {
  message: string
  since: string | null
  source: EvidenceItem
}

/** Condition ReplicaFailure of the ReplicaSet; its event FailedCreate where the condition is not (yet) there. */
function failureOf(situation: Situation, set: ReplicaSet): CreationFailure | undefined {
  const condition = conditionOf(set, 'ReplicaFailure')
  if (condition?.status === 'True') {
    return {
      message: quoted(condition.message),
      since: condition.lastTransitionTime ?? null,
      source: observed(
        nameOf('ReplicaSet', set),
        `ReplicaFailure ${condition.reason ?? ''}: ${quoted(condition.message)}`,
        condition.lastTransitionTime,
      ),
    }
  }
  if ((set.status?.replicas ?? 0) >= (set.spec?.replicas ?? 0)) return undefined
  const event = eventsOf(situation, { kind: 'ReplicaSet', name: set.metadata.name }, ['FailedCreate'])[0]
  if (event === undefined) return undefined
  return {
    message: quoted(event.message).replace(/^Error creating: /, ''),
    since: event.firstTimestamp ?? eventTime(event) ?? null,
    source: observed(
      nameOf('ReplicaSet', set),
      `event FailedCreate${(event.count ?? 1) > 1 ? ` x${event.count}` : ''}: ${quoted(event.message)}`,
      eventTime(event),
    ),
  }
}

function findingOf(situation: Situation, set: ReplicaSet, failure: CreationFailure): Finding {
  const counts = `${set.status?.replicas ?? 0} of ${set.spec?.replicas ?? 0} pods of ${setTitle(situation, set)} exist`
  const kind = kindOf(situation, set, failure.message)
  return {
    rule: kind.rule,
    blocks: holdsUp(situation, set) ? 'now' : null,
    title: `${counts}: ${kind.why}.`,
    since: failure.since,
    evidence: [failure.source, ...(kind.evidence ?? [])],
    opensWith: kind.opensWith,
    allowed: null,
  }
}

interface CreationKind {
  rule: string
  why: string
  evidence?: EvidenceItem[]
  opensWith: Opening[]
}

function kindOf(situation: Situation, set: ReplicaSet, message: string): CreationKind {
  const quota = /exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+)$/.exec(message)
  if (quota !== null) {
    const [, name = '', requested, used, limited] = quota
    return {
      rule: 'quota-exceeded',
      why: `ResourceQuota ${name} is used up: the next pod asks for ${requested}, in use are ${used}, the limit is ${limited}`,
      evidence: quotaEvidence(situation, name),
      opensWith: [
        reading(situation, ['describe', 'resourcequota', name], 'shows what uses it up'),
        advice('free some of it (old pods of this rollout count too), or have the quota raised'),
        ...correctTemplate(situation, 'the requests and limits'),
      ],
    }
  }
  if (/failed quota|must specify/.test(message)) {
    return {
      rule: 'quota-exceeded',
      why: `a ResourceQuota demands what the pod does not say: ${message}`,
      opensWith: correctTemplate(situation, 'the requests and limits'),
    }
  }
  const webhook = /admission webhook "([^"]+)" denied the request:?\s*(.*)$/s.exec(message)
  if (webhook !== null) {
    return {
      rule: 'admission-denied',
      why: `admission webhook ${webhook[1]} refuses them: ${webhook[2] || 'it gives no reason'}`,
      opensWith: [
        ...correctTemplate(situation, 'what the webhook objects to'),
        advice(`or ask the owners of ${webhook[1]}`),
      ],
    }
  }
  const calling = /failed calling webhook "([^"]+)":?\s*(.*)$/s.exec(message)
  if (calling !== null) {
    return {
      rule: 'admission-webhook-failing',
      why: `admission webhook ${calling[1]} does not answer: ${calling[2]}`,
      opensWith: [advice(`bring ${calling[1]} back: while it is down, no such pod can be made`)],
    }
  }
  if (/violates PodSecurity|ValidatingAdmissionPolicy/.test(message)) {
    return {
      rule: 'admission-denied',
      why: `the namespace's policy refuses them: ${message}`,
      opensWith: correctTemplate(situation, 'the security context'),
    }
  }
  return {
    rule: 'pods-not-created',
    why: `the API server refuses them: ${message}`,
    opensWith: [
      reading(situation, ['describe', 'replicaset', set.metadata.name], 'shows the refusals'),
      ...correctTemplate(situation, 'what the message names'),
    ],
  }
}

function quotaEvidence(situation: Situation, name: string): EvidenceItem[] {
  const quota = situation.evidence.quotas.find(each => each.metadata.name === name)
  if (quota === undefined) return []
  const rows = Object.entries(quota.status?.hard ?? {}).map(
    ([resource, hard]) => `${resource} ${quota.status?.used?.[resource] ?? '0'} of ${hard}`,
  )
  return rows.length === 0 ? [] : [observed(nameOf('ResourceQuota', quota), `in use: ${rows.join(', ')}`)]
}
