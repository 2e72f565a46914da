import type { Pod, Probe } from '../../kube/core-objects.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { advice, reading } from './commands.ts'
import { isRestarting, specOf } from './containers.ts'
import { correctTemplate } from './ownership.ts'
import { containersOf, eventEvidence, podRule } from './pods.ts'
import { clockTime, listed, nameOf, observed, plural, quoted } from './sentences.ts'
import { conditionOf, holdsUp, podsOf, type Rule, type Situation, setTitle, watchedSets } from './situation.ts'

/** A container runs and its readiness probe says no. */
export const readinessProbe: Rule = podRule({
  rule: 'readiness-probe-failing',
  find: (situation, pod) => {
    const found = containersOf(pod).find(
      ({ status, isInit }) => !isInit && status.state?.running !== undefined && status.ready === false,
    )
    if (found === undefined || pod.metadata.deletionTimestamp !== undefined) return undefined
    if (isRestarting(situation, pod, found.status)) return undefined
    const events = eventEvidence(situation, pod, ['Unhealthy'], /^(Readiness|Startup) probe/i)
    const probe = specOf(pod, found.status.name)?.readinessProbe
    const runningSince = parseTime(found.status.state?.running?.startedAt)
    const graceMs = probeGraceMs(probe)
    const isYoung = runningSince !== undefined && situation.nowMs - runningSince < graceMs
    if (events.length === 0 && isYoung) return undefined
    return {
      pod,
      container: found.status,
      since: conditionOf(pod, 'Ready')?.lastTransitionTime ?? found.status.state?.running?.startedAt ?? null,
      evidence: [
        ...events,
        observed(
          nameOf('Pod', pod),
          `container ${found.status.name} runs and is not ready${probe ? `; readiness probe ${probeText(probe)}` : ''}`,
          found.status.state?.running?.startedAt,
        ),
      ],
    }
  },
  says: (trouble, verb) => {
    const probe = specOf(trouble.pod, trouble.container?.name ?? '')?.readinessProbe
    return `${verb('runs but is', 'run but are')} not ready: the readiness probe${probe ? ` (${probeText(probe)})` : ''} of container ${trouble.container?.name} fails`
  },
  opensWith: (trouble, situation) => [
    reading(
      situation,
      ['logs', trouble.pod.metadata.name, '-c', trouble.container?.name ?? ''],
      'shows why the container does not answer its probe',
      { permission: 'get pods/log' },
    ),
    ...correctTemplate(situation, 'the probe, or what it complains about'),
  ],
})

/** All containers are ready and a condition that something outside sets is missing. */
export const readinessGate: Rule = podRule({
  rule: 'readiness-gate',
  find: (_, pod) => {
    if (conditionOf(pod, 'ContainersReady')?.status !== 'True' || conditionOf(pod, 'Ready')?.status === 'True') {
      return undefined
    }
    const open = openGates(pod)
    if (open.length === 0) return undefined
    return {
      pod,
      since: conditionOf(pod, 'ContainersReady')?.lastTransitionTime ?? null,
      evidence: open.map(gate => {
        const condition = conditionOf(pod, gate)
        return observed(
          nameOf('Pod', pod),
          condition === undefined
            ? `readiness gate ${gate}: no such condition yet`
            : `readiness gate ${gate} is ${condition.status}${condition.reason ? ` (${quoted(condition.reason)})` : ''}${condition.message ? `: ${quoted(condition.message)}` : ''}`,
          condition?.lastTransitionTime,
        )
      }),
    }
  },
  says: (trouble, verb) =>
    `${verb('waits', 'wait')} for readiness gate ${listed(openGates(trouble.pod))}: the containers are ready, and whoever sets that condition has not`,
  opensWith: trouble => [
    advice(`look at the controller that sets ${listed(openGates(trouble.pod))} (a load balancer's controller, mostly)`),
  ],
})

function openGates(pod: Pod): string[] {
  return (pod.spec?.readinessGates ?? [])
    .map(gate => gate.conditionType)
    .filter(type => conditionOf(pod, type)?.status !== 'True')
}

/** Pods are ready and do not count as available before they have been so for minReadySeconds. */
export const minReadySeconds: Rule = situation =>
  watchedSets(situation).flatMap(set => {
    const seconds = situation.rollout.spec.minReadySeconds ?? set.spec?.minReadySeconds ?? 0
    if (seconds <= 0 || (set.status?.availableReplicas ?? 0) >= (set.status?.readyReplicas ?? 0)) return []
    const waiting = podsOf(situation, set).flatMap(pod => {
      const ready = conditionOf(pod, 'Ready')
      const since = parseTime(ready?.lastTransitionTime)
      if (ready?.status !== 'True' || since === undefined) return []
      const untilMs = since + seconds * 1000
      return untilMs > situation.nowMs ? [{ pod, since: ready.lastTransitionTime as string, untilMs }] : []
    })
    const last = waiting.sort((a, b) => b.untilMs - a.untilMs)[0]
    if (last === undefined) return []
    return [
      {
        rule: 'min-ready-seconds',
        blocks: holdsUp(situation, set) ? 'now' : null,
        title: `${plural(waiting.length, 'pod')} of ${setTitle(situation, set)} ${waiting.length === 1 ? 'is' : 'are'} ready but not yet available: minReadySeconds asks for ${humanDuration(seconds * 1000)} of readiness, over at ${clockTime(last.untilMs, situation.nowMs)}, in ${humanDuration(last.untilMs - situation.nowMs)}.`,
        since: last.since,
        evidence: waiting.map(({ pod, since }) => observed(nameOf('Pod', pod), 'Ready', since)).slice(0, 3),
        opensWith: [advice(`wait until ${clockTime(last.untilMs, situation.nowMs)}`)],
        allowed: null,
      },
    ]
  })

function probeText(probe: Probe): string {
  if (probe.httpGet) {
    return `${(probe.httpGet.scheme ?? 'HTTP').toLowerCase()} GET :${probe.httpGet.port}${probe.httpGet.path ?? '/'}`
  }
  if (probe.tcpSocket) return `tcp :${probe.tcpSocket.port}`
  if (probe.grpc) return `grpc :${probe.grpc.port}`
  return probe.exec ? `exec ${quoted((probe.exec.command ?? []).join(' '))}` : 'of unknown kind'
}

/** How long a container may take before its probe counts as failed. */
function probeGraceMs(probe: Probe | undefined): number {
  if (probe === undefined) return 0
  return 1000 * ((probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3))
}

/** Pods that started a moment ago and complain about nothing yet. */
export function isYoungPod(situation: Situation, pod: Pod): boolean {
  const created = parseTime(pod.metadata.creationTimestamp)
  return created !== undefined && situation.nowMs - created < 120_000
}
