import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../../../../src/lib/kube/core-objects.ts'
import { podStatus } from '../../../../src/lib/rollouts/info/pod-status.ts'

const running = { running: {} }
const waiting = (reason: string) => ({ waiting: { reason } })
const ended = (exitCode: number, reason?: string, signal?: number) => ({
  terminated: { exitCode, ...(reason ? { reason } : {}), ...(signal ? { signal } : {}) },
})
const container = (name: string, state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}) => ({
  name,
  ready: false,
  restartCount: 0,
  ...(state ? { state } : {}),
  ...more,
})

interface PodParts {
  phase?: string
  reason?: string
  init?: (ContainerStatus & { sidecar?: boolean })[]
  containers?: ContainerStatus[]
  deleted?: boolean
}

function pod({ phase = 'Running', reason, init = [], containers = [], deleted }: PodParts): Pod {
  return {
    metadata: { name: 'p', ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: {
      containers: [{ name: 'app' }, { name: 'log' }],
      initContainers: init.map(each => ({ name: each.name, ...(each.sidecar ? { restartPolicy: 'Always' } : {}) })),
    },
    status: { phase, ...(reason ? { reason } : {}), initContainerStatuses: init, containerStatuses: containers },
  }
}

const ok = container('app', running, { ready: true })
describe.each<{ at: string; pod: Pod; status: string; ready?: number; restarts?: number }>([
  {
    at: 'running',
    pod: pod({ containers: [ok, { ...ok, restartCount: 2 }] }),
    status: 'Running',
    ready: 2,
    restarts: 2,
  },
  { at: 'no statuses', pod: pod({ phase: 'Pending' }), status: 'Pending' },
  { at: 'evicted', pod: pod({ phase: 'Failed', reason: 'Evicted' }), status: 'Evicted' },
  {
    at: 'crash loop',
    pod: pod({ containers: [container('app', waiting('CrashLoopBackOff'), { restartCount: 7 })] }),
    status: 'CrashLoopBackOff',
    restarts: 7,
  },
  {
    at: 'the first container has the last word',
    pod: pod({
      containers: [container('app', waiting('ErrImagePull')), container('log', waiting('CrashLoopBackOff'))],
    }),
    status: 'ErrImagePull',
  },
  { at: 'ended with a signal', pod: pod({ containers: [container('app', ended(137, '', 9))] }), status: 'Signal:9' },
  { at: 'ended with a code', pod: pod({ containers: [container('app', ended(3))] }), status: 'ExitCode:3' },
  {
    at: 'one done, one running',
    pod: pod({ containers: [container('app', ended(0, 'Completed')), { ...ok, name: 'log' }] }),
    status: 'Running',
    ready: 1,
  },
  {
    at: 'all done',
    pod: pod({ phase: 'Succeeded', containers: [container('app', ended(0, 'Completed'))] }),
    status: 'Completed',
  },
  {
    at: 'initialising',
    pod: pod({
      phase: 'Pending',
      init: [container('a', ended(0, 'Completed')), container('b', running, { restartCount: 2 })],
    }),
    status: 'Init:1/2',
    restarts: 2,
  },
  {
    at: 'init waits for its turn',
    pod: pod({ init: [container('a', waiting('PodInitializing'))] }),
    status: 'Init:0/1',
  },
  {
    at: 'init image',
    pod: pod({ init: [container('a', waiting('ImagePullBackOff'))] }),
    status: 'Init:ImagePullBackOff',
  },
  { at: 'init failed', pod: pod({ init: [container('a', ended(1, 'Error'))] }), status: 'Init:Error' },
  { at: 'init failed without a reason', pod: pod({ init: [container('a', ended(2))] }), status: 'Init:ExitCode:2' },
  { at: 'init killed', pod: pod({ init: [container('a', ended(137, '', 9))] }), status: 'Init:Signal:9' },
  {
    at: 'sidecar up, init running',
    pod: pod({
      init: [{ ...container('m', running, { ready: true, started: true }), sidecar: true }, container('b', running)],
    }),
    status: 'Init:1/2',
  },
  {
    at: 'sidecar up but not ready ends the search',
    pod: pod({
      init: [
        { ...container('m', running, { started: true, restartCount: 4 }), sidecar: true },
        container('b', running),
      ],
    }),
    status: 'Running',
  },
  {
    at: 'sidecar failed',
    pod: pod({ init: [{ ...container('m', ended(1, 'Error'), { started: true }), sidecar: true }] }),
    status: 'Init:Error',
  },
  {
    at: 'init restarts are forgotten afterwards',
    pod: pod({ init: [container('a', ended(0, 'Completed'), { restartCount: 5 })], containers: [ok] }),
    status: 'Running',
    ready: 1,
  },
  { at: 'being deleted', pod: pod({ containers: [ok], deleted: true }), status: 'Terminating', ready: 1 },
  { at: 'on a lost node', pod: pod({ reason: 'NodeLost', deleted: true }), status: 'Unknown' },
])('podStatus at $at', ({ pod, status, ready = 0, restarts = 0 }) => {
  it(`is ${status}`, () => {
    expect(podStatus(pod)).toEqual({ status, readyContainers: ready, containers: 2, restarts })
  })
})
