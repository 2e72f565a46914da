import { whoWrote } from '../../kube/managed-fields.ts'
import { action, advice } from './commands.ts'
import type { ObjectName } from './evidence.ts'
import type { Opening } from './explanation.ts'
import { nameOf, observed, quoted } from './sentences.ts'
import type { Rule, Situation } from './situation.ts'

/** Argo CD or Kargo rules over the manifest: what is changed by hand may not last. */
export const managedElsewhere: Rule = situation => {
  const { owner } = situation.evidence
  if (owner === undefined || situation.owner === null) return []
  const { application, source, stage } = owner
  const sync =
    owner.sync === undefined
      ? `the Application could not be read: ${owner.notSeen ?? 'unknown'}`
      : { manual: 'synced by hand', automated: 'synced automatically, without self-heal', 'self-heal': 'self-heal on' }[
          owner.sync
        ]
  const from = source
    ? `; source ${source.repository}${source.path ? `, ${source.path}` : ''}${source.revision ? ` at ${source.revision}` : ''}`
    : ''
  return [
    {
      rule: stage === undefined ? 'managed-by-argo-cd' : 'managed-by-kargo',
      blocks: null,
      title:
        stage === undefined
          ? `Argo CD Application ${application} owns this rollout${owner.sync === 'self-heal' ? ' and undoes changes made by hand (self-heal)' : ''}: a version is changed in Git to last.`
          : `Kargo's Stage ${stage.project}/${stage.name} decides which version Application ${application} deploys: a version changes by promoting Freight, not here.`,
      since: null,
      evidence: [
        observed(situation.self, `says so by ${owner.evidence}`),
        observed(applicationName(application), `${sync}${from}`),
      ],
      opensWith: [],
      allowed: null,
    },
  ]
}

function applicationName(text: string): ObjectName {
  const [namespace, name] = text.includes('/') ? text.split('/', 2) : [undefined, text]
  return { kind: 'Application', ...(namespace !== undefined && { namespace }), name: name ?? text }
}

/** A HorizontalPodAutoscaler and somebody else both set spec.replicas. */
export const autoscalerFights: Rule = situation => {
  const { rollout, evidence } = situation
  const target = evidence.autoscalers.find(hpa => targets(hpa.spec?.scaleTargetRef, situation))
  if (target === undefined) return []
  const writers = whoWrote(rollout, ['spec', 'replicas'])
  const scalers = writers.filter(writer => writer.subresource === 'scale')
  const others = writers.filter(writer => writer.subresource !== 'scale')
  const { minReplicas = 1, maxReplicas } = target.spec ?? {}
  const wanted = target.status?.desiredReplicas
  const differs = wanted !== undefined && wanted !== 0 && wanted !== situation.desired
  const targetsWorkload = target.spec?.scaleTargetRef?.kind !== 'Rollout'
  if (!targetsWorkload && !differs && (others.length === 0 || scalers.length === 0)) return []
  const limits = `scales between ${minReplicas} and ${maxReplicas ?? 'unbounded'}, wants ${wanted ?? 'nothing yet'}; spec.replicas is ${situation.desired}`
  return [
    {
      rule: targetsWorkload ? 'autoscaler-targets-workload' : 'autoscaler-fight',
      blocks: situation.phase === 'Progressing' && differs && !targetsWorkload ? 'now' : null,
      title: targetsWorkload
        ? `HorizontalPodAutoscaler ${target.metadata.name} scales ${target.spec?.scaleTargetRef?.kind} ${target.spec?.scaleTargetRef?.name}, whose pods this rollout has taken over: it has to target the Rollout.`
        : `HorizontalPodAutoscaler ${target.metadata.name} and ${others[0] ? `field manager ${quoted(others[0].manager)}` : 'somebody else'} both set spec.replicas (${wanted ?? '?'} against ${situation.desired}), so replicas go up and down and steps do not finish.`,
      since: target.status?.lastScaleTime ?? null,
      evidence: [
        observed(nameOf('HorizontalPodAutoscaler', target), limits, target.status?.lastScaleTime),
        ...writers.map(writer =>
          observed(
            situation.self,
            `spec.replicas is owned by field manager ${quoted(writer.manager)}${writer.subresource ? ` (subresource ${writer.subresource})` : ''}`,
            writer.time,
          ),
        ),
      ],
      opensWith: [
        targetsWorkload
          ? advice(`set scaleTargetRef to apiVersion argoproj.io/v1alpha1, kind Rollout, name ${situation.name}`)
          : advice(
              situation.owner === null
                ? 'leave replicas out of the manifest that is applied, so that only the autoscaler sets it'
                : 'leave replicas out of the manifest in Git (or ignore /spec/replicas in the Application), so that only the autoscaler sets it',
            ),
      ],
      allowed: null,
    },
  ]
}

function targets(ref: { kind?: string; name?: string } | undefined, situation: Situation): boolean {
  const workload = situation.rollout.spec.workloadRef
  if (ref?.kind === 'Rollout') return ref.name === situation.name
  return workload !== undefined && ref?.kind === (workload.kind ?? 'Deployment') && ref.name === workload.name
}

/** How to change the pod template so that it lasts: in Git where somebody owns the manifest, else here. */
export function correctTemplate(situation: Situation, what: string, container?: string): Opening[] {
  const { owner } = situation.evidence
  if (situation.owner === 'kargo') {
    return [
      advice(
        `correct ${what} where Kargo gets it from, then promote the Freight that follows to Stage ${owner?.stage?.name} (kubectl canary freight list -n ${owner?.stage?.project})`,
      ),
    ]
  }
  if (situation.owner === 'argo-cd') {
    return [
      advice(
        `correct ${what} in ${owner?.source?.repository ?? 'Git'} and let Argo CD sync Application ${owner?.application}`,
      ),
    ]
  }
  if (container !== undefined) {
    return [
      action(
        situation,
        'set-image',
        [`${container}=IMAGE`],
        `puts another image in place of ${container}'s, which starts a new update`,
      ),
    ]
  }
  return [advice(`in the pod template, correct ${what}, and apply it: that starts a new update`)]
}
