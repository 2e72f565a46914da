import type { Condition, LabelSelector } from '../../context/kube-object.ts'
import type { Job, Pod, PodTemplate } from '../../kube/core-objects.ts'
import { jobs, pods } from '../../kube/resource-types.ts'
import { refOf } from '../store/garbage.ts'
import { copy } from '../store/json.ts'
import { randomSuffix } from '../store/names.ts'
import { createMergePatch } from '../store/patches.ts'
import { findCondition } from './conditions.ts'
import { type Environment, recordEvent, timestamp } from './environment.ts'
import { controlledBy, ownedBy } from './ownership.ts'
import { isPodReady } from './pod-state.ts'

const manager = 'kube-controller-manager'

interface FullJob extends Job {
  spec?: {
    parallelism?: number
    completions?: number
    backoffLimit?: number
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    suspend?: boolean
    selector?: LabelSelector
    template?: PodTemplate
  }
  status?: Job['status'] & { startTime?: string; completionTime?: string; ready?: number }
}

/** One look at a Job: starts its pods, counts them, and ends it (kubernetes pkg/controller/job). */
export function reconcileJob(
  environment: Environment,
  ref: { namespace: string; name: string },
  enqueueAfter: (ms: number) => void,
): void {
  const { store, timeline } = environment
  const job = store.find<FullJob>(jobs, ref)
  if (!job || job.metadata.deletionTimestamp) return
  if (isFinished(job)) {
    expire(environment, job, enqueueAfter)
    return
  }
  const now = timestamp(environment)
  const all = controlledBy<Pod>(environment, pods, job)
  const inPhase = (phase: string) => all.filter(each => each.status?.phase === phase)
  const succeeded = inPhase('Succeeded').length
  const failed = inPhase('Failed').length
  const active = all.filter(each => !each.metadata.deletionTimestamp && !isOver(each))
  const { completions = 1, parallelism = 1, backoffLimit = 6, activeDeadlineSeconds, suspend } = job.spec ?? {}
  const startTime = job.status?.startTime ?? now
  const deadlineMs = Date.parse(startTime) + (activeDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const restarts = active.reduce((sum, each) => sum + (each.status?.containerStatuses?.[0]?.restartCount ?? 0), 0)
  const conditions =
    succeeded >= completions
      ? completed(now)
      : failed + restarts > backoffLimit
        ? failedFor('BackoffLimitExceeded', 'Job has reached the specified backoff limit', now)
        : timeline.now() >= deadlineMs
          ? failedFor('DeadlineExceeded', 'Job was active longer than specified deadline', now)
          : undefined
  if (conditions) {
    for (const pod of active) store.delete(pods, refOf(pod))
    note(environment, job, conditions.at(-1))
  } else if (!suspend) {
    if (Number.isFinite(deadlineMs)) enqueueAfter(deadlineMs - timeline.now())
    const missing = Math.min(parallelism, completions - succeeded) - active.length
    const waitMs = backOffLeftMs(environment, inPhase('Failed'))
    if (missing > 0 && waitMs > 0) enqueueAfter(waitMs)
    else for (let made = 0; made < missing; made++) active.push(createPod(environment, job))
  }
  const left = conditions ? [] : active
  const status = {
    startTime,
    ...(conditions ? { conditions } : {}),
    ...(conditions && succeeded >= completions ? { completionTime: now } : {}),
    ...(left.length > 0 ? { active: left.length } : {}),
    ready: left.filter(isPodReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
  }
  const patch = createMergePatch(job.status ?? {}, status)
  if (patch === undefined) return
  store.patch(jobs, ref, { type: 'merge', body: { status: patch }, subresource: 'status' }, { manager })
}

const isOver = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'

const isFinished = ({ status }: FullJob) =>
  ['Complete', 'Failed'].some(type => findCondition(status?.conditions, type)?.status === 'True')

/** Two conditions each time: that the end is certain, and that no pod is left. */
const ended = (types: readonly string[], reason: string, message: string, now: string): Condition[] =>
  types.map(type => ({
    type,
    status: 'True',
    reason,
    message,
    ...({ lastProbeTime: now } as object),
    lastTransitionTime: now,
  }))

const completed = (now: string) =>
  ended(['SuccessCriteriaMet', 'Complete'], 'CompletionsReached', 'Reached expected number of succeeded pods', now)

const failedFor = (reason: string, message: string, now: string) =>
  ended(['FailureTarget', 'Failed'], reason, message, now)

function note(environment: Environment, job: FullJob, condition: Condition | undefined): void {
  const isGood = condition?.type === 'Complete'
  recordEvent(environment, job, {
    type: isGood ? 'Normal' : 'Warning',
    reason: isGood ? 'Completed' : (condition?.reason ?? ''),
    message: isGood ? 'Job completed' : (condition?.message ?? ''),
    component: 'job-controller',
  })
}

/** After a failed pod 10 s, doubled with each further one, 10 minutes at most. */
function backOffLeftMs({ timeline }: Environment, failed: readonly Pod[]): number {
  const ends = failed.map(each =>
    Date.parse(each.status?.containerStatuses?.[0]?.state?.terminated?.finishedAt ?? '1970-01-01T00:00:00Z'),
  )
  if (ends.length === 0) return 0
  return Math.max(...ends) + Math.min(600_000, 10_000 * 2 ** (ends.length - 1)) - timeline.now()
}

function createPod(environment: Environment, job: FullJob): Pod {
  const { name, namespace = 'default' } = job.metadata
  const template = copy(job.spec?.template)
  const podName = `${name.slice(0, 57)}-${randomSuffix(environment.random)}`
  const created = environment.store.create<Pod>(
    pods,
    {
      metadata: {
        name: podName,
        namespace,
        ...{ generateName: `${name}-` },
        ...template?.metadata,
        ownerReferences: ownedBy({ apiVersion: 'batch/v1', kind: 'Job', metadata: job.metadata }),
      },
      spec: template?.spec ?? {},
      status: { phase: 'Pending' },
    },
    { manager },
  )
  const message = `Created pod: ${podName}`
  recordEvent(environment, job, { type: 'Normal', reason: 'SuccessfulCreate', message, component: 'job-controller' })
  return created
}

function expire({ store, timeline }: Environment, job: FullJob, enqueueAfter: (ms: number) => void): void {
  const seconds = job.spec?.ttlSecondsAfterFinished
  const endedAt = job.status?.conditions?.at(-1)?.lastTransitionTime
  if (seconds === undefined || !endedAt) return
  const leftMs = Date.parse(endedAt) + seconds * 1000 - timeline.now()
  if (leftMs > 0) enqueueAfter(leftMs)
  else store.delete(jobs, refOf(job), { propagationPolicy: 'Background' })
}
