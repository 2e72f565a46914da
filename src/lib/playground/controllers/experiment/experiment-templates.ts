import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { replicaSets } from '../../../kube/resource-types.ts'
import type { Experiment } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { copy } from '../../store/json.ts'
import { secondsText, timestamp } from '../environment.ts'
import { controlledBy, ownedBy } from '../ownership.ts'
import { podTemplateHash, withoutHash } from '../rollout/pod-template-hash.ts'
import {
  actual,
  available,
  hashLabel,
  hasScaleDownDeadline,
  ready,
  scaleDownDeadlineAnnotation,
  scaleDownInMs,
  wanted,
} from '../rollout/replica-sets.ts'
import { type ExperimentSync, manager, noteExperiment } from './experiment-controller.ts'
import { durationLeftMs, type TemplateStatus } from './experiment-status.ts'

const nameAnnotation = 'experiment.argoproj.io/name'
const templateAnnotation = 'experiment.argoproj.io/template-name'

type Template = NonNullable<NonNullable<Experiment['spec']>['templates']>[number] & { minReadySeconds?: number }

/** Creates, scales and judges the ReplicaSet of one template (reconcileTemplate). */
export function reconcileTemplate(sync: ExperimentSync, template: Template): void {
  const { environment, experiment } = sync
  const before = experiment.status?.templateStatuses?.find(each => each.name === template.name)
  const count = isOver(before?.status) || sync.isEnding ? 0 : (template.replicas ?? 1)
  const set = controlledBy<ReplicaSet>(environment, replicaSets, experiment).find(
    each => each.metadata.annotations?.[templateAnnotation] === template.name,
  )
  const isScaled = set ? scale(sync, set, template, count) : create(sync, template)
  const counts = {
    replicas: actual(set),
    updatedReplicas: actual(set),
    readyReplicas: ready(set),
    availableReplicas: available(set),
  }
  const isMoved =
    isScaled || Object.entries(counts).some(([key, value]) => value !== (before?.[key as keyof TemplateStatus] ?? 0))
  const last = (before as { lastTransitionTime?: string } | undefined)?.lastTransitionTime
  const lastTransitionTime = isMoved ? timestamp(environment) : last
  const next = { ...before, name: template.name, ...counts, ...(lastTransitionTime ? { lastTransitionTime } : {}) }
  const judged = isOver(before?.status) ? next : judge(sync, next, count)
  if (before?.status !== judged.status) {
    const why = judged.message ? `: ${judged.message}` : ''
    const message = `Template '${template.name}' transitioned from ${before?.status ?? ''} -> ${judged.status}${why}`
    noteExperiment(sync, judged.status ?? '', `Template${judged.status}`, message)
  }
  const others = (sync.status.templateStatuses ?? []).filter(each => each.name !== template.name)
  const order = (experiment.spec?.templates ?? []).map(each => each.name)
  const position = (each: TemplateStatus) => order.indexOf(each.name)
  sync.status.templateStatuses = [...others, judged].sort((one, other) => position(one) - position(other))
}

const isOver = (status: string | undefined) => ['Successful', 'Failed', 'Error'].includes(status ?? '')

function judge(
  sync: ExperimentSync,
  status: TemplateStatus & { lastTransitionTime?: string },
  count: number,
): TemplateStatus {
  const { environment, experiment, isEnding } = sync
  const nowMs = environment.timeline.now()
  if (count === status.availableReplicas) {
    const leftMs = durationLeftMs(environment, experiment, experiment.status?.availableAt)
    const isPast = leftMs !== undefined && leftMs <= 0
    return { ...status, status: isPast || isEnding ? 'Successful' : 'Running' }
  }
  const deadlineSeconds = experiment.spec?.progressDeadlineSeconds ?? 600
  const deadlineMs = Date.parse(status.lastTransitionTime ?? secondsText(nowMs)) + deadlineSeconds * 1000
  if (nowMs > deadlineMs) {
    const message = `Template '${status.name}' exceeded its progressDeadlineSeconds (${deadlineSeconds})`
    return { ...status, status: 'Failed', message }
  }
  sync.enqueueAfter(deadlineMs - nowMs + 1)
  return { ...status, status: isEnding ? 'Successful' : 'Progressing' }
}

/** With no pods at first; the next look gives it its replicas. */
function create({ environment, experiment }: ExperimentSync, template: Template): boolean {
  const { name, namespace = 'default' } = experiment.metadata
  const own = withoutHash(copy(template.template))
  const hash = podTemplateHash(own)
  const labels = { ...own.metadata?.labels, [hashLabel]: hash }
  environment.store.create<ReplicaSet>(
    replicaSets,
    {
      metadata: {
        name: `${name}-${template.name}`,
        namespace,
        labels,
        annotations: { [nameAnnotation]: name, [templateAnnotation]: template.name },
        ownerReferences: ownedBy(experiment),
      },
      spec: {
        replicas: 0,
        ...(template.minReadySeconds ? { minReadySeconds: template.minReadySeconds } : {}),
        selector: { ...template.selector, matchLabels: { ...template.selector?.matchLabels, [hashLabel]: hash } },
        template: { ...own, metadata: { ...own.metadata, labels } },
      },
    },
    { manager },
  )
  return true
}

/** Pods of an experiment that is over stay for scaleDownDelaySeconds (30 by default). */
function scale(sync: ExperimentSync, set: ReplicaSet, template: Template, count: number): boolean {
  const { environment, experiment } = sync
  const { store, timeline } = environment
  if (count === 0) {
    const seconds = (experiment.spec as { scaleDownDelaySeconds?: number }).scaleDownDelaySeconds ?? 30
    if (seconds > 0 && !hasScaleDownDeadline(set)) {
      const deadline = secondsText(timeline.now() + seconds * 1000)
      const body = { metadata: { annotations: { [scaleDownDeadlineAnnotation]: deadline } } }
      store.patch(replicaSets, refOf(set), { type: 'merge', body }, { manager })
      sync.enqueueAfter(seconds * 1000)
      return false
    }
    const leftMs = scaleDownInMs(set, timeline.now())
    if (leftMs !== undefined && leftMs > 0) {
      sync.enqueueAfter(leftMs)
      return scaleTo(sync, set, template.replicas ?? 1)
    }
  }
  return scaleTo(sync, set, count)
}

function scaleTo(sync: ExperimentSync, set: ReplicaSet, count: number): boolean {
  const before = wanted(set)
  if (before === count) return false
  const body = { spec: { replicas: count } }
  sync.environment.store.patch(replicaSets, refOf(set), { type: 'merge', body }, { manager })
  const way = before < count ? 'up' : 'down'
  const message = `Scaled ${way} ReplicaSet ${set.metadata.name} from ${before} to ${count}`
  noteExperiment(sync, '', 'ScalingReplicaSet', message)
  return true
}
