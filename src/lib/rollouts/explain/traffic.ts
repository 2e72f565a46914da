import { podHashOf } from '../ownership.ts'
import { actualWeight, maxWeight, setWeight } from '../steps.ts'
import { advice } from './commands.ts'
import type { EvidenceItem } from './explanation.ts'
import { nameOf, observed, plural, quoted } from './sentences.ts'
import { eventsOf, eventTime, type Rule, type Situation, setTitle } from './situation.ts'

/** The router was told a weight and the controller could not see that it holds. */
export const weightNotVerified: Rule = situation => {
  const weights = situation.rollout.status?.canary?.weights
  if (weights?.verified !== false) return []
  const events = eventsOf(situation, situation.self, [
    'WeightVerifyError',
    'TargetGroupUnverified',
    'TargetGroupVerifyError',
    'LoadBalancerNotFound',
  ])
  return [
    {
      rule: 'weight-not-verified',
      blocks: 'now',
      title: `The controller asked the traffic router for weight ${weights.canary.weight} and cannot confirm that it holds, so step ${situation.stepLabel} does not end.`,
      since: events.at(-1)?.firstTimestamp ?? null,
      evidence: [
        observed(
          situation.self,
          `status.canary.weights.verified is false (canary ${weights.canary.weight}, stable ${weights.stable.weight})`,
        ),
        ...events
          .slice(0, 2)
          .map(event => observed(situation.self, `event ${event.reason}: ${quoted(event.message)}`, eventTime(event))),
      ],
      opensWith: [
        advice(
          "look at the load balancer and its controller: the controller's events and log name what it still misses",
        ),
      ],
      allowed: null,
    },
  ]
}

/** The weight that the step asks for, against what the router was told or what the pods make of it. */
export const weightDiffers: Rule = situation => {
  const { rollout, strategy, isUpdating, isAborted } = situation
  if (strategy !== 'canary' || !isUpdating || isAborted) return []
  const asked = setWeight(rollout)
  const most = maxWeight(rollout)
  const routing = rollout.spec.strategy?.canary?.trafficRouting
  if (routing === undefined) return weightByPods(situation, asked, most)
  const weights = rollout.status?.canary?.weights
  if (weights === undefined || weights.canary.weight === asked || situation.step?.setWeight === undefined) return []
  return [
    {
      rule: 'weight-differs',
      blocks: null,
      title: `Step ${situation.stepLabel} asks for weight ${asked}; the traffic router has been told ${weights.canary.weight} so far: the weight follows when enough new pods are available.`,
      since: null,
      evidence: [weightEvidence(situation)],
      opensWith: [],
      allowed: null,
    },
  ]
}

/** Without a traffic router the share of the traffic is the share of the pods. */
function weightByPods(situation: Situation, asked: number, most: number) {
  const { newSet, rollout } = situation
  if ((newSet?.spec?.replicas ?? 0) === 0) return []
  const actual = actualWeight(rollout, newSet?.status?.availableReplicas ?? 0)
  if (Math.abs(actual - asked) <= 1) return []
  const canary = newSet?.status?.availableReplicas ?? 0
  const all = rollout.status?.availableReplicas ?? 0
  // the pods come in steps of 100/desired percent; further off is not rounding, but an update on its way
  const isRounded = canary > 0 && all >= situation.desired && Math.abs(actual - asked) <= 100 / situation.desired
  return [
    {
      rule: 'weight-by-pods',
      blocks: null,
      title:
        canary === 0
          ? `Weight ${asked} of ${most} is asked for; no new pod is available, so no traffic goes to the new version.`
          : `Weight ${asked} of ${most} is asked for; ${canary} of ${plural(all, 'available pod')} ${canary === 1 ? 'is' : 'are'} new, so about ${actual} % of the traffic goes to the new version${isRounded ? ': without a traffic router the pods are the weight, and it comes no closer with so few of them' : ' for now'}.`,
      since: null,
      evidence: [
        observed(situation.self, `${all} pods available in all, ${situation.desired} desired, no trafficRouting`),
        ...(newSet === undefined
          ? []
          : [
              observed(
                nameOf('ReplicaSet', newSet),
                `${canary} of ${newSet.spec?.replicas ?? 0} pods of ${setTitle(situation, newSet)} available`,
              ),
            ]),
      ],
      opensWith: [],
      allowed: null,
    },
  ]
}

/** The router sends traffic to a version that has no pod to answer it. */
export const trafficWithoutPods: Rule = situation => {
  const { newSet, rollout } = situation
  const weights = rollout.status?.canary?.weights
  if (weights === undefined || weights.canary.weight === 0 || !situation.isUpdating) return []
  const available = newSet?.status?.availableReplicas ?? 0
  if (available > 0) return []
  return [
    {
      rule: 'traffic-without-pods',
      blocks: null,
      title: `Weight ${weights.canary.weight} of ${maxWeight(rollout)} goes to the new version, which has no available pod: these requests fail now.`,
      since: null,
      evidence: [
        weightEvidence(situation),
        ...(newSet === undefined
          ? []
          : [observed(nameOf('ReplicaSet', newSet), `0 of ${newSet.spec?.replicas ?? 0} pods available`)]),
      ],
      opensWith: [],
      allowed: null,
    },
  ]
}

/** A service does not (yet) select the version that the status says it serves. */
export const serviceNotSwitched: Rule = situation => {
  const { canary, blueGreen } = situation.rollout.spec.strategy ?? {}
  const { status } = situation.rollout
  if (canary?.pingPong !== undefined) return []
  const expected: [string | undefined, string | undefined][] = [
    [canary?.canaryService, situation.isUpdating && !situation.isAborted ? status?.currentPodHash : undefined],
    [canary?.stableService, status?.stableRS],
    [blueGreen?.activeService, status?.blueGreen?.activeSelector],
  ]
  return expected.flatMap(([name, hash]) => {
    const service = situation.evidence.services.find(each => each.metadata.name === name)
    const selected = service?.spec?.selector?.['rollouts-pod-template-hash']
    if (service === undefined || !hash || selected === hash) return []
    // The canary service follows only once the new pods are available.
    if (name === canary?.canaryService && (situation.newSet?.status?.availableReplicas ?? 0) === 0) return []
    const target = situation.sets.find(set => podHashOf(set) === selected)
    return [
      {
        rule: 'service-not-switched',
        blocks: null,
        title: `Service ${name} ${selected === undefined ? 'selects pods of every version' : `still selects ${target ? setTitle(situation, target) : `pod template hash ${quoted(selected)}`}`}, not ${hash}: somebody else may write its selector.`,
        since: null,
        evidence: [
          observed(
            nameOf('Service', service),
            `selector rollouts-pod-template-hash is ${quoted(selected) || 'not set'}`,
          ),
        ],
        opensWith: [advice(`leave rollouts-pod-template-hash in the selector of service ${name} to the controller`)],
        allowed: null,
      },
    ]
  })
}

function weightEvidence(situation: Situation): EvidenceItem {
  const weights = situation.rollout.status?.canary?.weights
  return observed(
    situation.self,
    `status.canary.weights: canary ${weights?.canary.weight}, stable ${weights?.stable.weight}${weights?.verified === undefined ? '' : `, verified ${weights.verified}`}`,
  )
}
