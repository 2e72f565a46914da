import type { ResourceType } from '../../context/kube-client.ts'
import type { RowSource } from '../../rollouts/observe/list.ts'
import type { AnalysisTemplate, Argument } from '../analysis.ts'
import { providerName } from '../run/metric-state.ts'
import { type TemplateUses, templateKey } from './template-uses.ts'

/** What a list shows of one AnalysisTemplate or ClusterAnalysisTemplate. */
export interface AnalysisTemplateRow {
  namespace: string
  name: string
  uid: string
  metrics: string[]
  /** templates that it includes, `at/NAME` or `cat/NAME` */
  includes: string[]
  /** each once, in the order of the metrics */
  providers: string[]
  args: ArgumentInfo[]
  /** `rollout/web`, `at/other`; undefined where that could not be read */
  usedBy: readonly string[] | undefined
  /** RFC 3339 */
  createdAt: string
}

/** An argument as a template declares it. */
export interface ArgumentInfo {
  name: string
  /** absent: it has to be given, or comes from elsewhere */
  default?: string
  /** where a value comes from otherwise: `secret api-token, key token` */
  from?: string
}

/** @param uses undefined: not known */
export function templateRows(
  type: ResourceType,
  uses: TemplateUses | undefined,
): RowSource<AnalysisTemplate, AnalysisTemplateRow> {
  return { type, row: template => analysisTemplateRow(template, uses) }
}

function analysisTemplateRow(template: AnalysisTemplate, uses: TemplateUses | undefined): AnalysisTemplateRow {
  const { metadata, spec } = template
  const metrics = spec.metrics ?? []
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    metrics: metrics.map(metric => metric.name),
    includes: (spec.templates ?? []).map(each => `${each.clusterScope ? 'cat' : 'at'}/${each.templateName}`),
    providers: [...new Set(metrics.map(providerName).filter(name => name !== ''))],
    args: (spec.args ?? []).map(argumentInfo),
    usedBy: uses && (uses.get(templateKey(template)) ?? []),
    createdAt: metadata.creationTimestamp ?? '',
  }
}

export function argumentInfo({ name, value, valueFrom }: Argument): ArgumentInfo {
  const { secretKeyRef, fieldRef } = valueFrom ?? {}
  const from = secretKeyRef
    ? `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`
    : fieldRef && `field ${fieldRef.fieldPath}`
  return { name, ...(value === undefined ? {} : { default: value }), ...(from ? { from } : {}) }
}
