import type { KubeObject } from '../../context/kube-object.ts'
import { type FieldWriter, whoWrote } from '../../kube/managed-fields.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { pauseEndsAtMs } from '../pause.ts'
import { isGenerationObserved, isUnpausing } from '../phase.ts'
import type { Rollout } from '../rollout.ts'
import { advice, reading } from './commands.ts'
import type { EvidenceItem, Finding, Opening } from './explanation.ts'
import { clockTime, latest, nameOf, observed, quoted } from './sentences.ts'
import { eventsOf, eventTime, type Rule, type Situation } from './situation.ts'

/** The controller reacts within a second or two; what it has not done by then deserves a look at it. */
const patienceMs = 30_000

const waitAMoment = advice('wait a few seconds and look again')

/** Whether the controller has had time enough to react; also when nobody knows since when. */
function isLate(since: string | null | undefined, nowMs: number): boolean {
  const at = parseTime(since ?? undefined)
  return at === undefined || nowMs - at > patienceMs
}

export const leaseName = 'argo-rollouts-controller-lock'

/** Whether something is left undone that a working controller does at once: then gather.ts asks for its Lease. */
export function isControllerSuspect(rollout: Rollout, nowMs: number): boolean {
  const pauseEnd = pauseEndsAtMs(rollout)
  return (
    rollout.status === undefined ||
    !isGenerationObserved(rollout) ||
    isUnpausing(rollout) ||
    (pauseEnd !== undefined && pauseEnd + patienceMs < nowMs)
  )
}

/** The Lease of the leader ran out: nobody works on any rollout. */
export const controllerNotRunning: Rule = situation => {
  const { lease } = situation.evidence
  const renewed = parseTime(lease?.spec?.renewTime)
  if (lease === undefined || renewed === undefined) return []
  const holdsMs = (lease.spec?.leaseDurationSeconds ?? 15) * 1000
  if (renewed + holdsMs + patienceMs >= situation.nowMs) return []
  const holder = lease.spec?.holderIdentity
  return [
    {
      rule: 'controller-not-running',
      blocks: 'now',
      title:
        'The Argo Rollouts controller is not running: its leader lease ran out and nobody took it over, so no rollout in this cluster moves.',
      since: lease.spec?.renewTime ?? null,
      evidence: [
        observed(
          nameOf('Lease', lease),
          `last renewed at ${clockTime(renewed, situation.nowMs)} by ${holder ? quoted(holder) : 'nobody'}, valid for ${humanDuration(holdsMs)}`,
          lease.spec?.renewTime,
        ),
      ],
      opensWith: [
        reading(
          { ...situation, namespace: lease.metadata.namespace ?? 'argo-rollouts' },
          ['get', 'pods'],
          'shows what happened to the controller',
        ),
        advice('get the controller working again: nothing moves until then'),
      ],
      allowed: null,
    },
  ]
}

/** The spec was changed and status.observedGeneration has not followed. */
export const specNotObserved: Rule = situation => {
  const { rollout, nowMs } = situation
  if (rollout.status === undefined) return neverReconciled(situation)
  if (isGenerationObserved(rollout)) return []
  const changed = lastSpecChange(rollout)
  const late = isLate(changed?.time, nowMs)
  return [
    {
      rule: 'spec-not-observed',
      blocks: 'now',
      title: late
        ? 'The controller has not looked at the latest change of this rollout; it may be down, overloaded, or told to leave this rollout alone.'
        : 'The rollout was changed a moment ago and the controller has not looked at it yet; that takes a second or two.',
      since: changed?.time ?? null,
      evidence: [
        observed(
          situation.self,
          `metadata.generation is ${rollout.metadata.generation}, status.observedGeneration is ${rollout.status.observedGeneration}`,
        ),
        ...(changed === undefined
          ? []
          : [observed(situation.self, `spec last written by field manager ${quoted(changed.manager)}`, changed.time)]),
        ...controllerSigns(situation),
      ],
      opensWith: late ? lookAtController(situation) : [waitAMoment],
      allowed: null,
    },
  ]
}

function neverReconciled(situation: Situation): Finding[] {
  const created = situation.rollout.metadata.creationTimestamp ?? null
  return [
    {
      rule: 'spec-not-observed',
      blocks: 'now',
      title:
        'The controller has never looked at this rollout: it has no status; it may not be installed, may be down, or may watch other namespaces.',
      since: created,
      evidence: [observed(situation.self, 'has no status', created), ...controllerSigns(situation)],
      opensWith: lookAtController(situation),
      allowed: null,
    },
  ]
}

/** spec.workloadRef: the Deployment's template was changed and the controller has not taken it up. */
export const workloadNotObserved: Rule = situation => {
  const { rollout, evidence } = situation
  const generation = evidence.workloadGeneration ?? evidence.workload?.metadata.generation
  const seen = rollout.status?.workloadObservedGeneration
  if (!rollout.spec.workloadRef || generation === undefined || seen === undefined) return []
  if (!/^\d+$/.test(seen) || Number(seen) === generation || !isGenerationObserved(rollout)) return []
  const workload = evidence.workload as NonNullable<typeof evidence.workload>
  const changed = lastSpecChange(workload)
  const kind = rollout.spec.workloadRef.kind ?? 'Deployment'
  return [
    {
      rule: 'workload-not-observed',
      blocks: 'now',
      title: `The template of ${kind} ${workload.metadata.name}, which this rollout rolls out, was changed and the controller has not taken it up yet.`,
      since: changed?.time ?? null,
      evidence: [
        observed(
          nameOf(kind, workload),
          `metadata.generation is ${generation}; the rollout's status.workloadObservedGeneration is ${seen}`,
          changed?.time,
        ),
        ...controllerSigns(situation),
      ],
      opensWith: lookAtController(situation),
      allowed: null,
    },
  ]
}

/** Pause conditions were removed (promote, resume) and the controller has not reacted. */
export const unpausing: Rule = situation => {
  const { rollout } = situation
  if (!isUnpausing(rollout) || !isGenerationObserved(rollout)) return []
  const writer = whoWrote(rollout, ['status']).find(each => !isRolloutsController(each.manager))
  const late = isLate(writer?.time, situation.nowMs)
  return [
    {
      rule: 'unpausing',
      blocks: 'now',
      title: late
        ? 'The pause was ended and the controller has not gone on: it may be down or overloaded.'
        : 'The pause was ended and the controller has not gone on yet; that takes a second or two.',
      since: writer?.time ?? null,
      evidence: [
        observed(
          situation.self,
          `status.pauseConditions is empty while status.controllerPause is still true${writer ? `; last written by field manager ${quoted(writer.manager)}` : ''}`,
          writer?.time,
        ),
        ...controllerSigns(situation),
      ],
      opensWith: late ? lookAtController(situation) : [waitAMoment],
      allowed: null,
    },
  ]
}

/** Events in which the controller says that it cannot finish a round; it tries again with growing delays. */
export const reconcileError: Rule = situation => {
  const events = eventsOf(situation, situation.self, ['RolloutReconciliationError'])
  const event = events[0]
  const at = parseTime(event === undefined ? undefined : eventTime(event))
  if (event === undefined || at === undefined || situation.nowMs - at > 600_000) return []
  return [
    {
      rule: 'reconcile-error',
      blocks: situation.phase === 'Healthy' ? null : 'now',
      title: `The controller fails while it works on this rollout: ${quoted(event.message)}.`,
      since: event.firstTimestamp ?? eventTime(event) ?? null,
      evidence: [
        observed(
          situation.self,
          `Warning ${event.reason}${(event.count ?? 1) > 1 ? ` x${event.count}` : ''}: ${quoted(event.message)}`,
          eventTime(event),
        ),
      ],
      opensWith: [advice('remove the cause that the message names; the controller tries again by itself')],
      allowed: null,
    },
  ]
}

/** The Argo Rollouts controller writes under the name of its binary. */
export function isRolloutsController(manager: string): boolean {
  return manager === 'rollouts-controller' || manager === 'argo-rollouts'
}

/** When and by whom the spec was written last, scaling left out; undefined without managedFields. */
function lastSpecChange(object: KubeObject): FieldWriter | undefined {
  return whoWrote(object, ['spec']).find(writer => writer.subresource === undefined)
}

/** What shows whether the controller lives: its last write here, its Lease, the instance that the rollout asks for. */
function controllerSigns(situation: Situation): EvidenceItem[] {
  const { rollout, evidence, nowMs } = situation
  const written = latest(
    whoWrote(rollout, ['status'])
      .filter(writer => isRolloutsController(writer.manager))
      .map(writer => writer.time),
  )
  const instance = rollout.metadata.labels?.['argo-rollouts.argoproj.io/controller-instance-id']
  const renewed = parseTime(evidence.lease?.spec?.renewTime)
  return [
    ...(written === null ? [] : [observed(situation.self, 'last written by the controller', written)]),
    ...(instance === undefined
      ? []
      : [observed(situation.self, `only a controller with --instance-id ${quoted(instance)} works on it`)]),
    ...(evidence.lease === undefined || renewed === undefined
      ? []
      : [
          observed(
            nameOf('Lease', evidence.lease),
            `renewed at ${clockTime(renewed, nowMs)} by ${quoted(evidence.lease.spec?.holderIdentity) || 'nobody'}`,
            evidence.lease.spec?.renewTime,
          ),
        ]),
  ]
}

/** Where the controller lives is only known from its Lease; the usual namespace otherwise. */
export function lookAtController(situation: Situation): Opening[] {
  return [askToLookAgain(situation), ...controllerLog(situation)]
}

/**
 * A controller that works well can have missed a change that came while it wrote to the rollout itself (argo-rollouts
 * rollout/controller.go, writeBackToInformer), and sees it with the next write.
 */
function askToLookAgain(situation: Situation): Opening {
  return reading(
    situation,
    ['annotate', 'rollout', situation.name, 'kubectl-canary/look-again=1', '--overwrite'],
    'makes a controller that has missed the change look again',
    { permission: 'patch rollouts' },
  )
}

function controllerLog(situation: Situation): Opening[] {
  const namespace = situation.evidence.lease?.metadata.namespace ?? 'argo-rollouts'
  return [
    reading(
      { ...situation, namespace },
      ['logs', 'deployment/argo-rollouts', '--tail=50'],
      "the controller's log, if it runs, says why",
      { permission: `get pods/log in ${namespace}` },
    ),
    advice('get the controller working again: nothing moves until then'),
  ]
}
