import { whoWrote } from '../../kube/managed-fields.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { isRestarting } from '../phase.ts'
import { stepText } from '../steps.ts'
import { action, advice } from './commands.ts'
import { isStarting } from './containers.ts'
import { isRolloutsController } from './controller.ts'
import { versionText } from './course.ts'
import { isYoungPod } from './readiness.ts'
import { clockTime, nameOf, observed, plural, quoted } from './sentences.ts'
import { conditionOf, podsOf, type Rule, setTitle } from './situation.ts'

/** status.abort: the stable version serves everything, and the spec still holds the version that was given up. */
export const aborted: Rule = situation => {
  const { rollout, isAborted, stableSet } = situation
  if (!isAborted) return []
  const writer = whoWrote(rollout, ['status', 'abort'])[0]
  const condition = rollout.status?.conditions?.find(each => each.reason === 'RolloutAborted')
  const byController = writer !== undefined && isRolloutsController(writer.manager)
  const cause = quoted(condition?.message).replace(/^Rollout aborted update to revision \d+:?\s*/, '')
  const available = stableSet?.status?.availableReplicas ?? 0
  return [
    {
      rule: 'aborted',
      blocks: 'now',
      title: `The update was aborted${writer ? (byController ? ' by the controller' : ` by field manager ${quoted(writer.manager)}`) : ''}${cause ? `: ${shortCause(cause)}` : ''}. The stable version serves all traffic; the spec still holds ${versionText(situation)}, so nothing moves until it is retried or the spec changes.`,
      since: rollout.status?.abortedAt ?? condition?.lastTransitionTime ?? writer?.time ?? null,
      evidence: [
        observed(
          situation.self,
          `status.abort is true${writer ? `, written by field manager ${quoted(writer.manager)}` : '; managedFields does not show who wrote it'}`,
          rollout.status?.abortedAt ?? writer?.time,
        ),
        ...(condition ? [observed(situation.self, quoted(condition.message), condition.lastTransitionTime)] : []),
        ...(stableSet
          ? [
              observed(
                nameOf('ReplicaSet', stableSet),
                `${available} of ${situation.desired} pods of ${setTitle(situation, stableSet)} available`,
              ),
            ]
          : []),
      ],
      opensWith: [action(situation, 'retry', [], 'tries the same version again from the first step')],
      allowed: null,
    },
  ]
}

/** `Step-based analysis failed` of `Step-based analysis phase error/failed: Metric ...`: another finding tells the rest. */
function shortCause(cause: string): string {
  return cause.replace(/ phase error\/failed.*$/s, ' failed')
}

/** Progress took longer than progressDeadlineSeconds. */
export const progressDeadline: Rule = situation => {
  const condition = situation.rollout.status?.conditions?.find(each => each.reason === 'ProgressDeadlineExceeded')
  if (condition === undefined || situation.isAborted || situation.phase !== 'Degraded') return []
  const seconds = situation.rollout.spec.progressDeadlineSeconds ?? 600
  return [
    {
      rule: 'progress-deadline-exceeded',
      blocks: 'now',
      title: `Nothing progressed for ${humanDuration(seconds * 1000)} (progressDeadlineSeconds), so the rollout counts as Degraded; it goes on by itself as soon as the pods become available.`,
      since: condition.lastTransitionTime ?? condition.lastUpdateTime ?? null,
      evidence: [
        observed(
          situation.self,
          `condition ${condition.type} is ${condition.status}: ${quoted(condition.message)}`,
          condition.lastTransitionTime,
        ),
      ],
      opensWith: [advice('remove what keeps the pods from becoming available; nothing has to be retried')],
      allowed: null,
    },
  ]
}

/** spec.restartAt: pods are replaced one after the other, or will be. */
export const restarting: Rule = situation => {
  const { rollout, nowMs } = situation
  const asked = parseTime(rollout.spec.restartAt)
  if (asked === undefined || !isRestarting(rollout) || situation.isAborted) return []
  const writer = whoWrote(rollout, ['spec', 'restartAt'])[0]
  if (asked > nowMs) {
    return [
      {
        rule: 'restart-scheduled',
        blocks: null,
        title: `A restart of all pods is asked for at ${clockTime(asked, nowMs)}, in ${humanDuration(asked - nowMs)}.`,
        since: writer?.time ?? null,
        evidence: [observed(situation.self, `spec.restartAt is ${rollout.spec.restartAt}`, writer?.time)],
        opensWith: [],
        allowed: null,
      },
    ]
  }
  const { pods } = situation.evidence
  const old = pods.filter(pod => (parseTime(pod.metadata.creationTimestamp) ?? nowMs) < asked)
  return [
    {
      rule: 'restarting',
      blocks: 'now',
      title: `The pods are being restarted (spec.restartAt${writer ? `, set by field manager ${quoted(writer.manager)}` : ''}): ${pods.length - old.length} of ${plural(pods.length, 'pod')} replaced.`,
      since: rollout.spec.restartAt ?? null,
      evidence: [
        observed(
          situation.self,
          `spec.restartAt is ${rollout.spec.restartAt}, status.restartedAt is ${rollout.status?.restartedAt ?? 'not set'}`,
          writer?.time,
        ),
        ...old
          .slice(0, 3)
          .map(pod =>
            observed(nameOf('Pod', pod), 'created before the restart was asked for', pod.metadata.creationTimestamp),
          ),
      ],
      opensWith: [
        advice('wait: the controller evicts the old pods as fast as availability and disruption budgets let it'),
      ],
      allowed: null,
    },
  ]
}

/** A restart evicts pods, and an exhausted budget forbids evictions (argo-rollouts rollout/restart.go). */
export const disruptionBudget: Rule = situation =>
  situation.evidence.disruptionBudgets
    .filter(budget => budget.status?.disruptionsAllowed === 0)
    .map(budget => {
      const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {}
      const blocks = isRestarting(situation.rollout) && situation.phase === 'Progressing'
      const limit =
        budget.spec?.minAvailable !== undefined
          ? `minAvailable ${budget.spec.minAvailable}`
          : `maxUnavailable ${budget.spec?.maxUnavailable ?? '?'}`
      return {
        rule: 'disruption-budget',
        blocks: blocks ? ('now' as const) : null,
        title: `PodDisruptionBudget ${budget.metadata.name} allows no disruption (${limit}, ${currentHealthy} healthy, ${desiredHealthy} needed)${blocks ? ': the restart cannot evict the old pods' : ': nodes with these pods cannot be drained'}.`,
        since: null,
        evidence: [
          observed(
            nameOf('PodDisruptionBudget', budget),
            `disruptionsAllowed 0, currentHealthy ${currentHealthy}, desiredHealthy ${desiredHealthy}, ${limit}`,
          ),
        ],
        opensWith: blocks
          ? [advice(`get more pods healthy, or loosen PodDisruptionBudget ${budget.metadata.name}`)]
          : [],
        allowed: null,
      }
    })

/** Blue-green: the active service is not switched yet, or the old pods wait for the end of their delay. */
export const scaleDownDelay: Rule = situation =>
  situation.sets.flatMap(set => {
    const text =
      set.metadata.annotations?.['scale-down-deadline'] ??
      set.metadata.annotations?.['argo-rollouts.argoproj.io/scale-down-deadline']
    const until = parseTime(text)
    if (until === undefined || (set.spec?.replicas ?? 0) === 0 || until <= situation.nowMs) return []
    return [
      {
        rule: 'scale-down-delay',
        blocks: null,
        title: `The pods of ${setTitle(situation, set)} are kept until ${clockTime(until, situation.nowMs)}, for another ${humanDuration(until - situation.nowMs)}: until then going back to them needs no start of pods.`,
        since: null,
        evidence: [observed(nameOf('ReplicaSet', set), `annotation scale-down-deadline is ${text}`)],
        opensWith: [],
        allowed: null,
      },
    ]
  })

/** Pods that are on their way: nothing is wrong, they only take their time. */
export const podsStarting: Rule = situation => {
  const { newSet } = situation
  if (newSet === undefined || situation.isAborted || situation.phase !== 'Progressing') return []
  const wanted = newSet.spec?.replicas ?? 0
  const available = newSet.status?.availableReplicas ?? 0
  if (available >= wanted) return []
  const starting = podsOf(situation, newSet).filter(
    pod => isStarting(pod) && isYoungPod(situation, pod) && conditionOf(pod, 'Ready')?.status !== 'True',
  )
  if (starting.length === 0 && (newSet.status?.replicas ?? 0) >= wanted) return []
  return [
    {
      rule: 'pods-starting',
      blocks: 'now',
      title: `The pods of ${setTitle(situation, newSet)} are starting: ${available} of ${wanted} available.`,
      since: starting[0]?.metadata.creationTimestamp ?? null,
      evidence: starting
        .slice(0, 3)
        .map(pod =>
          observed(
            nameOf('Pod', pod),
            `${pod.status?.phase ?? 'Pending'}, not ready yet`,
            pod.metadata.creationTimestamp,
          ),
        ),
      opensWith: [advice('wait: nothing is wrong so far')],
      allowed: null,
    },
  ]
}

/** How long a step that needs nobody may take before it is worth asking why. */
const stepPatienceMs = 60_000

/** A step that the controller carries out by itself, and that made progress a moment ago. */
export const stepUnderWay: Rule = situation => {
  const { step, stepLabel, newSet, nowMs } = situation
  if (step === undefined || step.pause || situation.isAborted || !situation.isUpdating) return []
  const progress = conditionOf(situation.rollout, 'Progressing')
  const at = parseTime(progress?.lastUpdateTime ?? progress?.lastTransitionTime)
  if (at === undefined || nowMs - at > stepPatienceMs) return []
  const pods =
    newSet === undefined
      ? ''
      : `: ${newSet.status?.availableReplicas ?? 0} of ${newSet.spec?.replicas ?? 0} pods of ${setTitle(situation, newSet)} available`
  return [
    {
      rule: 'step-under-way',
      blocks: 'now',
      title: `Step ${stepLabel} (${stepText(step)}) is being carried out${pods}.`,
      since: null,
      evidence: [observed(situation.self, 'last progress', progress?.lastUpdateTime ?? progress?.lastTransitionTime)],
      opensWith: [advice('wait: nothing is wrong so far')],
      allowed: null,
    },
  ]
}

/** Without traffic routing the update is not over before the old pods are gone. */
export const oldPodsEnding: Rule = situation => {
  if (situation.message !== 'old replicas are pending termination') return []
  const { status } = situation.rollout
  const ending = situation.evidence.pods.filter(pod => pod.metadata.deletionTimestamp !== undefined)
  return [
    {
      rule: 'old-pods-ending',
      blocks: 'now',
      title: `All new pods are available; ${plural((status?.replicas ?? 0) - (status?.updatedReplicas ?? 0), 'old pod')} still ${ending.length === 1 ? 'has' : 'have'} to end.`,
      since: ending[0]?.metadata.deletionTimestamp ?? null,
      evidence: [
        observed(
          situation.self,
          `status.replicas is ${status?.replicas ?? 0}, status.updatedReplicas is ${status?.updatedReplicas ?? 0}`,
        ),
        ...ending
          .slice(0, 3)
          .map(pod => observed(nameOf('Pod', pod), 'is being deleted', pod.metadata.deletionTimestamp)),
      ],
      opensWith: [advice('wait: they get their grace period')],
      allowed: null,
    },
  ]
}

/** Blue-green after the promotion, until the analysis or the load balancer agrees. */
export const blueGreenCutover: Rule = situation => {
  const { message } = situation
  const active = situation.rollout.spec.strategy?.blueGreen?.activeService ?? ''
  const isCutover = message === 'active service cutover pending'
  if (!isCutover && message !== 'waiting for post-promotion verification to complete') return []
  if (isCutover && (situation.newSet?.status?.availableReplicas ?? 0) < (situation.newSet?.spec?.replicas ?? 0))
    return []
  return [
    {
      rule: isCutover ? 'blue-green-cutover-pending' : 'blue-green-verification',
      blocks: 'now',
      title: isCutover
        ? `The new pods are there and service ${active} has not been switched to them yet; that takes a second or two.`
        : `Service ${active} was switched to the new version; the rollout waits until the load balancer has verified its targets.`,
      since: null,
      evidence: [
        observed(
          situation.self,
          `status.blueGreen.activeSelector is ${situation.rollout.status?.blueGreen?.activeSelector || 'empty'}, the new version's hash is ${situation.rollout.status?.currentPodHash || 'empty'}`,
        ),
      ],
      opensWith: [advice('wait, and look again if it lasts longer than a minute')],
      allowed: null,
    },
  ]
}
