import { podTemplateOf } from '../rollout-objects.ts'
import { advice, reading } from './commands.ts'
import type { EvidenceItem, Finding } from './explanation.ts'
import { listed, nameOf, observed, quoted } from './sentences.ts'
import { conditionOf, type Rule, type Situation } from './situation.ts'
import { servicesInSpec } from './spec-references.ts'

/** Everything that makes the controller refuse the spec: the specific reasons where one is found, else its own words. */
export const invalidSpec: Rule = situation => {
  const specific = [
    ...workloadMissing(situation),
    ...servicesMissing(situation),
    ...serviceSelectorMismatch(situation),
    ...serviceOfAnotherRollout(situation),
    ...trafficObjectsMissing(situation),
    ...templateSelectorMismatch(situation),
    ...analysisTemplateMissing(situation),
  ]
  const condition = conditionOf(situation.rollout, 'InvalidSpec')
  if (condition === undefined || specific.some(finding => finding.blocks === 'now')) return specific
  const path = /(spec(?:\.[\w[\]]+)+)/.exec(condition.message ?? '')?.[1]
  return [
    ...specific,
    {
      rule: 'invalid-spec',
      blocks: 'now',
      title: `The controller refuses this spec and does nothing until it is corrected: ${saidByController(situation)}.`,
      since: condition.lastTransitionTime ?? null,
      evidence: conditionEvidence(situation),
      opensWith: [advice(`correct ${path ?? 'the field that the message names'}${whereToCorrect(situation)}`)],
      allowed: null,
    },
  ]
}

function workloadMissing(situation: Situation): Finding[] {
  const ref = situation.rollout.spec.workloadRef
  const kind = ref?.kind ?? 'Deployment'
  if (ref?.name === undefined || !isMissing(situation, kind, ref.name)) return []
  return [
    specFinding(situation, {
      rule: 'workload-missing',
      title: `${kind} ${ref.name}, whose pods this rollout is to roll out (spec.workloadRef), does not exist in namespace ${situation.namespace}.`,
      evidence: [observed({ kind, namespace: situation.namespace, name: ref.name }, 'not found')],
      opensWith: [advice(`create ${kind} ${ref.name}, or correct spec.workloadRef${whereToCorrect(situation)}`)],
    }),
  ]
}

function servicesMissing(situation: Situation): Finding[] {
  return servicesInSpec(situation.rollout)
    .filter(({ name }) => isMissing(situation, 'Service', name))
    .map(({ field, name }) =>
      specFinding(situation, {
        rule: 'service-missing',
        title: `Service ${name}, named in ${field}, does not exist in namespace ${situation.namespace}; the controller does nothing without it.`,
        evidence: [observed({ kind: 'Service', namespace: situation.namespace, name }, 'not found')],
        opensWith: [advice(`create service ${name}, or correct ${field}${whereToCorrect(situation)}`)],
      }),
    )
}

/** argo-rollouts pkg/apis/rollouts/validation: a service selector may only use labels of the pod template. */
function serviceSelectorMismatch(situation: Situation): Finding[] {
  const labels = templateOf(situation)?.metadata?.labels
  if (labels === undefined) return []
  return servicesInSpec(situation.rollout).flatMap(({ field, name }) => {
    const service = situation.evidence.services.find(each => each.metadata.name === name)
    const wrong = Object.entries(service?.spec?.selector ?? {}).filter(
      ([key, value]) => key !== 'rollouts-pod-template-hash' && labels[key] !== value,
    )
    if (service === undefined || wrong.length === 0) return []
    const pairs = wrong.map(([key, value]) => `${key}=${value}`)
    return [
      specFinding(situation, {
        rule: 'service-selector-mismatch',
        title: `Service ${name} (${field}) selects ${listed(pairs)}, which the pods of this rollout do not carry: it can never send them traffic.`,
        evidence: [
          observed(nameOf('Service', service), `selector ${pairsOf(service.spec?.selector)}`),
          observed(situation.self, `template labels ${pairsOf(labels)}`),
        ],
        opensWith: [advice(`make the selector of service ${name} match the pod template's labels`)],
      }),
    ]
  })
}

function serviceOfAnotherRollout(situation: Situation): Finding[] {
  return servicesInSpec(situation.rollout).flatMap(({ field, name }) => {
    const service = situation.evidence.services.find(each => each.metadata.name === name)
    const owner = service?.metadata.annotations?.['argo-rollouts.argoproj.io/managed-by-rollouts']
    if (service === undefined || owner === undefined || owner === situation.name) return []
    return [
      specFinding(situation, {
        rule: 'service-of-another-rollout',
        title: `Service ${name} (${field}) is managed by rollout ${quoted(owner)}: two rollouts cannot share it.`,
        evidence: [
          observed(
            nameOf('Service', service),
            `annotation argo-rollouts.argoproj.io/managed-by-rollouts is ${quoted(owner)}`,
          ),
        ],
        opensWith: [
          advice(
            `give this rollout a service of its own, or remove the annotation if rollout ${quoted(owner)} is gone`,
          ),
        ],
      }),
    ]
  })
}

/** Ingresses, VirtualServices and the like that the traffic routing names. */
function trafficObjectsMissing(situation: Situation): Finding[] {
  const own = new Set(['Service', 'PersistentVolumeClaim', situation.rollout.spec.workloadRef?.kind ?? 'Deployment'])
  return situation.evidence.missing
    .filter(each => !own.has(each.kind))
    .map(each =>
      specFinding(situation, {
        rule: 'traffic-object-missing',
        title: `${each.kind} ${each.name}, through which the traffic is to be split (spec.strategy.canary.trafficRouting), does not exist in namespace ${each.namespace ?? situation.namespace}.`,
        evidence: [observed(each, 'not found')],
        opensWith: [
          advice(`create ${each.kind} ${each.name}, or correct the trafficRouting${whereToCorrect(situation)}`),
        ],
      }),
    )
}

function templateSelectorMismatch(situation: Situation): Finding[] {
  const selector = situation.rollout.spec.selector?.matchLabels
  const labels = templateOf(situation)?.metadata?.labels
  if (selector === undefined || labels === undefined) return []
  const wrong = Object.entries(selector).filter(([key, value]) => labels[key] !== value)
  if (wrong.length === 0) return []
  return [
    specFinding(situation, {
      rule: 'selector-mismatch',
      title: `spec.selector asks for ${listed(wrong.map(([key, value]) => `${key}=${value}`))}, which the pod template's labels do not have: the rollout would never find its own pods.`,
      evidence: [observed(situation.self, `selector ${pairsOf(selector)}; template labels ${pairsOf(labels)}`)],
      opensWith: [advice(`make spec.selector and the template's labels agree${whereToCorrect(situation)}`)],
    }),
  ]
}

function analysisTemplateMissing(situation: Situation): Finding[] {
  const message = conditionOf(situation.rollout, 'InvalidSpec')?.message ?? ''
  const found = /(ClusterAnalysisTemplate|AnalysisTemplate)(?:\.argoproj\.io)? ['"]([^'"]+)['"] not found/.exec(message)
  const [, kind, name] = found ?? []
  if (kind === undefined || name === undefined) return []
  return [
    specFinding(situation, {
      rule: 'analysis-template-missing',
      title: `${kind} ${name}, which this rollout is to be judged by, does not exist.`,
      evidence: [],
      opensWith: [
        advice(`create ${kind} ${name}, or correct the reference${whereToCorrect(situation)}`),
        reading(situation, ['get', kind.toLowerCase()], 'lists those that exist'),
      ],
    }),
  ]
}

function specFinding(
  situation: Situation,
  finding: Pick<Finding, 'rule' | 'title' | 'evidence' | 'opensWith'>,
): Finding {
  const condition = conditionOf(situation.rollout, 'InvalidSpec')
  return {
    ...finding,
    blocks: 'now',
    since: condition?.lastTransitionTime ?? null,
    evidence: [...finding.evidence, ...conditionEvidence(situation)],
    allowed: null,
  }
}

function conditionEvidence(situation: Situation): EvidenceItem[] {
  const condition = conditionOf(situation.rollout, 'InvalidSpec')
  return condition === undefined
    ? []
    : [observed(situation.self, `condition InvalidSpec: ${quoted(condition.message)}`, condition.lastTransitionTime)]
}

/** The controller's message without the part that names the rollout. */
function saidByController(situation: Situation): string {
  return quoted(conditionOf(situation.rollout, 'InvalidSpec')?.message).replace(/^The Rollout "[^"]*" is invalid: /, '')
}

function templateOf(situation: Situation) {
  return podTemplateOf(situation.rollout, situation.evidence.workload)
}

function whereToCorrect(situation: Situation): string {
  return situation.owner === null ? '' : ' (in Git: the manifest here is not the source)'
}

function isMissing(situation: Situation, kind: string, name: string): boolean {
  return situation.evidence.missing.some(each => each.kind === kind && each.name === name)
}

function pairsOf(labels: Record<string, string> | undefined): string {
  return (
    Object.entries(labels ?? {})
      .map(([key, value]) => quoted(`${key}=${value}`))
      .join(',') || '(none)'
  )
}
