import type { Container, ContainerStatus, Pod } from '../../kube/core-objects.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { advice, reading } from './commands.ts'
import type { EvidenceItem, Opening } from './explanation.ts'
import { correctTemplate } from './ownership.ts'
import { containersOf, containerTitle, eventEvidence, type PodContainer, type PodTrouble, podRule } from './pods.ts'
import { nameOf, observed, quoted } from './sentences.ts'
import { conditionOf, logOf, type Rule, type Situation } from './situation.ts'

const pullReasons =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|RegistryUnavailable|ErrImageNeverPull|ImageInspectError)$/
const configReasons = /^CreateContainerConfigError$/
const createReasons =
  /^(CreateContainerError|RunContainerError|StartError|ContainerCannotRun|PreCreateHookError|PostStartHookError)$/

/** The kubelet cannot fetch an image. */
export const imagePull: Rule = podRule({
  rule: 'image-pull-error',
  find: (situation, pod) => waitingFor(situation, pod, pullReasons, ['Failed', 'BackOff'], /image|pull/i),
  says: trouble => {
    const spec = containerSpec(trouble)
    return `cannot pull image ${quoted(spec?.image ?? trouble.container?.image) || 'of its container'} for ${titleOf(trouble)}`
  },
  opensWith: (trouble, situation) => [
    ...correctTemplate(situation, 'the image reference', trouble.container?.name),
    advice(
      'if the reference is right, look at the registry and at the imagePullSecrets of the pod and its service account',
    ),
  ],
})

/** A ConfigMap or Secret that the container's environment names is not there. */
export const configMissing: Rule = podRule({
  rule: 'container-config-missing',
  find: (situation, pod) => waitingFor(situation, pod, configReasons, ['Failed'], /./),
  says: trouble =>
    `cannot create ${titleOf(trouble)}: ${quoted(trouble.container?.state?.waiting?.message) || 'its configuration is incomplete'}`,
  opensWith: (_, situation) => [
    advice('create the ConfigMap, Secret or key that the message names; the kubelet tries again by itself'),
    ...correctTemplate(situation, 'the reference to it'),
  ],
})

/** The container runtime cannot start the container. */
export const containerNotStarting: Rule = podRule({
  rule: 'container-cannot-start',
  find: (situation, pod) => waitingFor(situation, pod, createReasons, ['Failed'], /./),
  says: trouble =>
    `cannot start ${titleOf(trouble)}: ${quoted(trouble.container?.state?.waiting?.message) || quoted(trouble.container?.state?.waiting?.reason)}`,
  opensWith: (_, situation) => correctTemplate(situation, 'the command, arguments or mounts'),
})

/** An init container that ends with an error holds the pod for ever. */
export const initFailing: Rule = podRule({
  rule: 'init-container-failing',
  find: (situation, pod) => crashOf(situation, pod, true),
  says: trouble => `cannot start: ${titleOf(trouble)} ${exitText(trouble.container)} and does not let it past`,
  opensWith: (trouble, situation) => whatToDoAboutCrash(trouble, situation),
})

/** The kernel killed the container for its memory. */
export const outOfMemory: Rule = podRule({
  rule: 'out-of-memory',
  find: (situation, pod) => {
    const found = containersOf(pod).find(({ status }) => isOutOfMemory(status) && !isSettled(status))
    if (found === undefined) return undefined
    const limit = specOf(pod, found.status.name)?.resources?.limits?.memory
    const end = endOf(found.status)
    return {
      ...endedContainer(pod, found),
      evidence: [
        observed(
          nameOf('Pod', pod),
          `${containerTitle(found.isInit, found.status.name)} was killed (OOMKilled, exit code ${end?.exitCode ?? 137}), ${restarts(found.status)}${limit ? `, memory limit ${limit}` : ''}`,
          end?.finishedAt,
        ),
        ...logEvidence(situation, pod, found.status.name),
      ],
    }
  },
  says: (trouble, verb) => {
    const limit = containerSpec(trouble)?.resources?.limits?.memory
    return `${verb('runs', 'run')} out of memory: ${titleOf(trouble)} was killed${limit ? ` at its limit of ${limit}` : ''} and is started again and again`
  },
  opensWith: (trouble, situation) => [
    ...correctTemplate(situation, 'the memory limit, or the version that needs more'),
    ...logCommand(trouble, situation),
  ],
})

/** The container ends by itself, again and again. */
export const crashLoop: Rule = podRule({
  rule: 'crash-loop',
  find: (situation, pod) => crashOf(situation, pod, false),
  says: (trouble, verb) =>
    `${verb('crashes', 'crash')}: ${titleOf(trouble)} ${exitText(trouble.container)}, ${restarts(trouble.container)}`,
  opensWith: (trouble, situation) => whatToDoAboutCrash(trouble, situation),
})

/** The kubelet kills the container since its liveness or startup probe fails. */
export const livenessProbe: Rule = podRule({
  rule: 'liveness-probe-failing',
  find: (situation, pod) => killedByProbe(situation, pod),
  says: (trouble, verb) =>
    `${verb('is', 'are')} killed over and over: the liveness or startup probe of ${titleOf(trouble)} fails, ${restarts(trouble.container)}`,
  opensWith: (trouble, situation) => [
    ...correctTemplate(situation, 'the probe, or the version that does not answer it'),
    ...logCommand(trouble, situation),
  ],
})

/** Other rules of this folder leave a container alone that one of these explains. */
export function isStarting(pod: Pod): boolean {
  return containersOf(pod).every(({ status }) => {
    const reason = status.state?.waiting?.reason
    return !reason || reason === 'ContainerCreating' || reason === 'PodInitializing'
  })
}

function waitingFor(
  situation: Situation,
  pod: Pod,
  reasons: RegExp,
  eventReasons: string[],
  matching: RegExp,
): PodTrouble | undefined {
  const found = containersOf(pod).find(({ status }) => reasons.test(status.state?.waiting?.reason ?? ''))
  if (found === undefined) return undefined
  const { reason, message } = found.status.state?.waiting ?? {}
  const scheduled = conditionOf(pod, 'PodScheduled')?.lastTransitionTime
  return {
    pod,
    container: found.status,
    isInit: found.isInit,
    since: scheduled ?? pod.metadata.creationTimestamp ?? null,
    evidence: [
      observed(
        nameOf('Pod', pod),
        `${containerTitle(found.isInit, found.status.name)} waits: ${reason}${message ? `: ${quoted(message)}` : ''}`,
      ),
      ...eventEvidence(situation, pod, eventReasons, matching).filter(
        item => !message || !item.text.includes(quoted(message)),
      ),
    ],
  }
}

/** A container that ends: in trouble since its pod is no longer ready, or since it ended last. */
function endedContainer(pod: Pod, { status, isInit }: PodContainer): Omit<PodTrouble, 'evidence'> {
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime ?? endOf(status)?.finishedAt ?? null
  return { pod, container: status, isInit, since }
}

function crashOf(situation: Situation, pod: Pod, init: boolean): PodTrouble | undefined {
  const found = containersOf(pod).find(
    ({ status, isInit }) => isInit === init && isCrashing(status, isInit, situation.nowMs) && !isOutOfMemory(status),
  )
  if (found === undefined || killedByProbe(situation, pod)?.container === found.status) return undefined
  const end = endOf(found.status)
  return {
    ...endedContainer(pod, found),
    evidence: [
      observed(
        nameOf('Pod', pod),
        `${containerTitle(found.isInit, found.status.name)} ${exitText(found.status)}${end?.reason ? ` (${quoted(end.reason)})` : ''}, ${restarts(found.status)}${ranFor(end)}`,
        end?.finishedAt,
      ),
      ...(end?.message ? [observed(nameOf('Pod', pod), `termination message: ${quoted(end.message)}`)] : []),
      ...logEvidence(situation, pod, found.status.name),
    ],
  }
}

function killedByProbe(situation: Situation, pod: Pod): PodTrouble | undefined {
  const found = containersOf(pod).find(
    ({ status }) => (status.restartCount ?? 0) > 0 && !status.ready && !isOutOfMemory(status),
  )
  if (found === undefined) return undefined
  const probes = eventEvidence(situation, pod, ['Unhealthy'], /^(Liveness|Startup) probe/i)
  if (probes.length === 0) return undefined
  const end = endOf(found.status)
  return {
    ...endedContainer(pod, found),
    evidence: [
      ...probes,
      ...eventEvidence(situation, pod, ['Killing']),
      observed(
        nameOf('Pod', pod),
        `${containerTitle(found.isInit, found.status.name)} ${exitText(found.status)}, ${restarts(found.status)}`,
        end?.finishedAt,
      ),
      ...logEvidence(situation, pod, found.status.name),
    ],
  }
}

/** A container that has run for longer than the longest back-off is past its crashes, whatever else is wrong with it. */
const longestBackOffMs = 300_000

function isCrashing(status: ContainerStatus, isInit: boolean, nowMs: number): boolean {
  if (status.state?.waiting?.reason === 'CrashLoopBackOff') return true
  const end = status.state?.terminated
  if (isInit) return end !== undefined && end.exitCode !== 0
  if (end !== undefined) return true
  if ((status.restartCount ?? 0) === 0 || isSettled(status) || status.lastState?.terminated === undefined) return false
  const since = parseTime(status.state?.running?.startedAt)
  return since === undefined || nowMs - since < longestBackOffMs
}

/** Whether another rule tells of this container: it ends, or is ended, before it could become ready. */
export function isRestarting(situation: Situation, pod: Pod, status: ContainerStatus): boolean {
  return isCrashing(status, false, situation.nowMs) || killedByProbe(situation, pod)?.container === status
}

function isOutOfMemory(status: ContainerStatus): boolean {
  return endOf(status)?.reason === 'OOMKilled'
}

/** Running and ready again: what happened before is history. */
function isSettled(status: ContainerStatus): boolean {
  return status.ready === true && status.state?.running !== undefined
}

function endOf(status: ContainerStatus | undefined) {
  return status?.state?.terminated ?? status?.lastState?.terminated
}

function exitText(status: ContainerStatus | undefined): string {
  const end = endOf(status)
  if (end === undefined) return `is in ${status?.state?.waiting?.reason ?? 'an unknown state'}`
  if (end.signal) return `was ended by signal ${end.signal}`
  return `ends with exit code ${end.exitCode}${end.exitCode === 0 ? ', though it has to keep running' : ''}`
}

function restarts(status: ContainerStatus | undefined): string {
  const count = status?.restartCount ?? 0
  return count === 1 ? 'restarted once' : `restarted ${count} times`
}

function ranFor(end: ReturnType<typeof endOf>): string {
  const from = parseTime(end?.startedAt)
  const to = parseTime(end?.finishedAt)
  return from === undefined || to === undefined ? '' : `, last ran for ${humanDuration(to - from)}`
}

export function specOf(pod: Pod, container: string): Container | undefined {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(each => each.name === container)
}

function containerSpec(trouble: PodTrouble): Container | undefined {
  return specOf(trouble.pod, trouble.container?.name ?? '')
}

function titleOf(trouble: PodTrouble): string {
  return trouble.container === undefined
    ? 'a container'
    : containerTitle(trouble.isInit === true, trouble.container.name)
}

/** The last lines that the container wrote before it ended. */
function logEvidence(situation: Situation, pod: Pod, container: string): EvidenceItem[] {
  const log = logOf(situation, pod.metadata.name, container)
  if (log === undefined || log.lines.length === 0) return []
  return [
    observed(
      nameOf('Pod', pod),
      `last log lines of ${container}${log.previous ? ' before it ended' : ''}`,
      null,
      log.lines.map(quotedLine),
    ),
  ]
}

function quotedLine(line: string): string {
  return quoted(line.length > 500 ? `${line.slice(0, 500)}...` : line)
}

function logCommand(trouble: PodTrouble, situation: Situation): Opening[] {
  if (trouble.container === undefined) return []
  const previous = trouble.container.state?.running === undefined ? [] : ['--previous']
  return [
    reading(
      situation,
      ['logs', trouble.pod.metadata.name, '-c', trouble.container.name, ...previous],
      'shows the whole log',
      { permission: 'get pods/log' },
    ),
  ]
}

function whatToDoAboutCrash(trouble: PodTrouble, situation: Situation): Opening[] {
  return [...logCommand(trouble, situation), ...correctTemplate(situation, 'what the log complains about')]
}
