import type { Condition } from '../../context/kube-object.ts'
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../../kube/core-objects.ts'
import { findCondition } from './conditions.ts'

/** Everything that a kubelet says about a pod, written anew with every change. */
export interface PodFacts {
  now: string
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed'
  state: ContainerState
  lastState?: ContainerState
  restartCount: number
  isReady: boolean
  /** sandbox and init containers are done */
  isInitialized: boolean
  podIP?: string
}

export const nodeName = 'playground'
const hostIP = '10.0.0.1'

/** status of a pod as a kubelet reports it (kubernetes pkg/kubelet/status/generate.go). */
export function podStatus(pod: Pod, facts: PodFacts): PodStatus {
  const containers = pod.spec?.containers ?? []
  const unready = facts.isReady ? [] : containers.map(each => each.name)
  const over = { Succeeded: 'PodCompleted', Failed: 'PodFailed' }[facts.phase as string]
  const message = `containers with unready status: [${unready.join(' ')}]`
  const notReady = over ? { reason: over } : { reason: 'ContainersNotReady', message }
  const gates = (pod.spec?.readinessGates ?? []).filter(
    gate => findCondition(pod.status?.conditions, gate.conditionType)?.status !== 'True',
  )
  const gateText = gates.map(
    gate => `the status of pod readiness gate "${gate.conditionType}" is not "True", but False`,
  )
  const byGate = { reason: 'ReadinessGatesNotReady', message: gateText.join(', ') }
  const isReady = facts.isReady && gates.length === 0
  const conditions: [type: string, isTrue: boolean, why: object][] = [
    ['PodReadyToStartContainers', facts.isInitialized, {}],
    ['Initialized', true, {}],
    ['Ready', isReady, facts.isReady ? byGate : notReady],
    ['ContainersReady', facts.isReady, notReady],
  ]
  const own = conditions.map(([type, isTrue, why]) => podCondition(pod, type, isTrue, isTrue ? {} : why, facts.now))
  const kept = (pod.status?.conditions ?? []).filter(each => !own.some(one => one.type === each.type))
  return {
    ...pod.status,
    phase: facts.phase,
    ...{ hostIP, qosClass: qosClass(containers) },
    ...(facts.podIP ? { podIP: facts.podIP, podIPs: [{ ip: facts.podIP }] } : {}),
    startTime: pod.status?.startTime ?? facts.now,
    conditions: [...own, ...kept],
    containerStatuses: containers.map(each => containerStatus(pod, each, facts)),
    ...(pod.spec?.initContainers
      ? { initContainerStatuses: pod.spec.initContainers.map(each => initStatus(pod, each, facts)) }
      : {}),
  }
}

export function podCondition(pod: Pod, type: string, isTrue: boolean, why: object, now: string): Condition {
  const before = findCondition(pod.status?.conditions, type)
  const status = isTrue ? 'True' : 'False'
  const since = before?.status === status ? before.lastTransitionTime : now
  return { type, status, ...why, ...({ lastProbeTime: null } as object), lastTransitionTime: since ?? now }
}

function containerStatus(pod: Pod, container: Container, facts: PodFacts): ContainerStatus {
  const isRunning = facts.state.running !== undefined
  return {
    name: container.name,
    image: container.image ?? '',
    imageID:
      facts.isInitialized && !facts.state.waiting?.reason?.includes('Image') ? digestOf(container.image ?? '') : '',
    ...(isRunning ? { containerID: idOf(pod, container, facts.restartCount) } : {}),
    ready: facts.isReady,
    started: isRunning,
    restartCount: facts.restartCount,
    state: withIds(facts.state, idOf(pod, container, facts.restartCount)),
    ...(facts.lastState
      ? { lastState: withIds(facts.lastState, idOf(pod, container, facts.restartCount)) }
      : { lastState: {} }),
  }
}

function withIds(state: ContainerState, containerID: string): ContainerState {
  return state.terminated ? { terminated: { ...state.terminated, ...{ containerID } } } : state
}

function initStatus(pod: Pod, container: Container, facts: PodFacts): ContainerStatus {
  const isSidecar = container.restartPolicy === 'Always'
  const at = pod.status?.startTime ?? facts.now
  const done: ContainerState = isSidecar
    ? { running: { startedAt: at } }
    : { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at } }
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: digestOf(container.image ?? ''),
    ready: facts.isInitialized,
    started: isSidecar,
    restartCount: 0,
    state: facts.isInitialized ? done : { waiting: { reason: 'PodInitializing' } },
    lastState: {},
  }
}

function digestOf(image: string): string {
  const repository = image.replace(/(@sha256:[0-9a-f]+|:[^/:]+)$/, '')
  return `${repository}@sha256:${hex(image)}`
}

const idOf = (pod: Pod, container: Container, restarts: number) =>
  `containerd://${hex(`${pod.metadata.uid}${container.name}${restarts}`)}`

/** 64 hex digits that are the same for the same text; no digest of anything. */
function hex(text: string): string {
  let state = 0x811c9dc5
  return Array.from({ length: 16 }, (_, round) => {
    for (const byte of Buffer.from(`${round}${text}`)) state = Math.imul(state ^ byte, 0x01000193) >>> 0
    return (state & 0xffff).toString(16).padStart(4, '0')
  }).join('')
}

function qosClass(containers: readonly Container[]): string {
  const has = (kind: 'requests' | 'limits') =>
    containers.some(each => Object.keys(each.resources?.[kind] ?? {}).length > 0)
  if (!has('requests') && !has('limits')) return 'BestEffort'
  const isGuaranteed = containers.every(({ resources: { requests, limits } = {} }) =>
    ['cpu', 'memory'].every(name => limits?.[name] && (requests?.[name] ?? limits[name]) === limits[name]),
  )
  return isGuaranteed ? 'Guaranteed' : 'Burstable'
}
