import { action, advice } from './commands.ts'
import type { EvidenceItem, Finding, Opening } from './explanation.ts'
import { fieldWriters } from './field-managers.ts'
import { nameOf, observed, quoted } from './sentences.ts'
import { applicationNameOf, type Rule, type Situation } from './situation.ts'

/** Argo CD or Kargo rules over the manifest: what is changed by hand may not last. */
export const managedElsewhere: Rule = situation => {
  const { evidence, rollout, owner } = situation
  if (owner === null) return []
  const { application } = evidence
  const name = application === undefined ? applicationNameOf(rollout) : nameOf('Application', application)
  if (name === undefined) return []
  const heals = application?.spec?.syncPolicy?.automated?.selfHeal === true
  const stage = application?.metadata.annotations?.['kargo.akuity.io/authorized-stage']
  const tracking = rollout.metadata.annotations?.['argocd.argoproj.io/tracking-id']
  const items: EvidenceItem[] = [
    ...(tracking === undefined
      ? []
      : [observed(situation.self, `annotation argocd.argoproj.io/tracking-id is ${quoted(tracking)}`)]),
    ...(application === undefined
      ? []
      : [
          observed(
            name,
            `${application.status?.sync?.status ?? 'sync unknown'}, ${heals ? 'self-heal on' : application.spec?.syncPolicy?.automated ? 'automated sync without self-heal' : 'synced by hand'}${sourceText(situation)}`,
            application.status?.operationState?.finishedAt,
          ),
        ]),
  ]
  const findings: Finding[] = [
    {
      rule: stage === undefined ? 'managed-by-argo-cd' : 'managed-by-kargo',
      blocks: null,
      title:
        stage === undefined
          ? `Argo CD Application ${name.name} owns this rollout${heals ? ' and undoes changes made by hand (self-heal)' : ''}: a version is changed in Git to last.`
          : `Kargo Stage ${quoted(stage)} decides which version Application ${name.name} deploys: a version changes by promoting Freight, not here.`,
      since: null,
      evidence: items,
      opensWith: [],
      allowed: null,
    },
  ]
  const operation = application?.status?.operationState
  if (operation?.phase === 'Failed' || operation?.phase === 'Error') {
    findings.push({
      rule: 'argo-cd-sync-failed',
      blocks: null,
      title: `The last sync of Application ${name.name} failed, so what is in Git may not be here: ${quoted(operation.message)}.`,
      since: operation.finishedAt ?? null,
      evidence: [observed(name, `operation ${operation.phase}: ${quoted(operation.message)}`, operation.finishedAt)],
      opensWith: [advice('correct what the message names, then sync the Application again')],
      allowed: null,
    })
  }
  return findings
}

function sourceText(situation: Situation): string {
  const spec = situation.evidence.application?.spec
  const source = spec?.source ?? spec?.sources?.[0]
  return source?.repoURL
    ? `; source ${quoted(source.repoURL)}${source.path ? `, path ${quoted(source.path)}` : ''}${source.targetRevision ? ` at ${quoted(source.targetRevision)}` : ''}`
    : ''
}

/** A HorizontalPodAutoscaler and somebody else both set spec.replicas. */
export const autoscalerFights: Rule = situation => {
  const { rollout, evidence } = situation
  const target = evidence.autoscalers.find(hpa => targets(hpa.spec?.scaleTargetRef, situation))
  if (target === undefined) return []
  const writers = fieldWriters(rollout, ['spec', 'replicas'])
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
      rule: 'autoscaler-fight',
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
  if (situation.owner === 'kargo')
    return [advice(`correct ${what} in the source that Kargo promotes, and promote the Freight that follows`)]
  if (situation.owner === 'argo-cd') {
    const application = situation.evidence.application?.metadata.name ?? applicationNameOf(situation.rollout)?.name
    return [advice(`correct ${what} in Git and let Argo CD sync${application ? ` Application ${application}` : ''}`)]
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
  return [advice(`correct ${what} in the pod template and apply it: that starts a new update`)]
}
