import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { type AnalysisMetricState, apiVersion } from '../../events/event.ts'
import { analysisTemplates, clusterAnalysisTemplates } from '../../kube/resource-types.ts'
import { type InfoMeta, infoMeta } from '../../rollouts/info/info-meta.ts'
import { Failure } from '../../values/failure.ts'
import type { AnalysisTemplate, Argument, TemplateRef } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { findTemplates } from '../find-templates.ts'
import { declaredArguments, type FoundTemplates, runSpecOf } from '../merge-templates.ts'
import { metricState } from '../run/metric-state.ts'
import { validateMetrics } from '../validate.ts'
import { dryRunNames, resolvedMetrics } from './resolved-metrics.ts'
import { type ArgumentInfo, argumentInfo } from './template-row.ts'
import { templateKey, templateUses } from './template-uses.ts'

/** Everything that we show about one template with those that it includes; `-o info` prints it. */
export interface TemplateInfo extends InfoMeta {
  apiVersion: typeof apiVersion
  kind: 'AnalysisTemplateInfo' | 'ClusterAnalysisTemplateInfo'
  /** of the template and all that it includes */
  args: ArgumentInfo[]
  /** each once, in the order in which they are found */
  includes: string[]
  metrics: TemplateMetricInfo[]
  /** why a run could not be made of it, whatever the arguments are, in the controller's words */
  problems: string[]
  /** undefined: may not be read */
  usedBy?: readonly string[]
}

export interface TemplateMetricInfo extends AnalysisMetricState {
  /** the template that it stands in, `at/NAME` or `cat/NAME` */
  from: string
  /** as it is written, which may be a placeholder */
  count?: number | string
}

export interface TemplateObjects {
  template: AnalysisTemplate
  found: FoundTemplates
  /** a template that is missing, or a circle */
  problem?: string
  usedBy: readonly string[] | undefined
}

/** A template, those that it includes, and who uses it. @throws Failure `error`, reason `NotFound` */
export async function loadTemplate(
  client: KubeClient,
  ref: ObjectRef,
  ofCluster: boolean,
  signal: AbortSignal,
): Promise<TemplateObjects> {
  const type = ofCluster ? clusterAnalysisTemplates : analysisTemplates
  const template = await client.get<AnalysisTemplate>(type, ref)
  const place = template.metadata.namespace === undefined ? {} : { namespace: template.metadata.namespace }
  const where = ofCluster ? { allNamespaces: true } : place
  const [uses, resolved] = await Promise.all([
    templateUses(client, { ...where, ofCluster }, signal),
    resolve(template, readerOf(client, place)),
  ])
  return { template, ...resolved, usedBy: uses && (uses.get(templateKey(template)) ?? []) }
}

type Reader = (ref: TemplateRef) => Promise<AnalysisTemplate | undefined>

function readerOf(client: KubeClient, place: { namespace?: string }): Reader {
  return async ({ templateName: name, clusterScope }) => {
    const type = clusterScope ? clusterAnalysisTemplates : analysisTemplates
    try {
      return await client.get<AnalysisTemplate>(type, clusterScope ? { name } : { ...place, name })
    } catch (error) {
      if (error instanceof Failure && error.reason === 'NotFound') return undefined
      throw error
    }
  }
}

async function resolve(template: AnalysisTemplate, read: Reader): Promise<{ found: FoundTemplates; problem?: string }> {
  const isOfCluster = template.kind === clusterAnalysisTemplates.kind || template.metadata.namespace === undefined
  const self: TemplateRef = { templateName: template.metadata.name, ...(isOfCluster ? { clusterScope: true } : {}) }
  const isSelf = (ref: TemplateRef) => ref.templateName === self.templateName && !!ref.clusterScope === isOfCluster
  try {
    return { found: await findTemplates([self], async ref => (isSelf(ref) ? template : read(ref))) }
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    const own = { templates: [template], clusterTemplates: [] }
    return { found: isOfCluster ? { templates: [], clusterTemplates: [template] } : own, problem: error.message }
  }
}

export function templateInfo({ template, found, problem, usedBy }: TemplateObjects): TemplateInfo {
  const isOfCluster = found.clusterTemplates.includes(template)
  const all = [
    ...found.templates.map(each => ({ each, label: `at/${each.metadata.name}` })),
    ...found.clusterTemplates.map(each => ({ each, label: `cat/${each.metadata.name}` })),
  ]
  const specs = all.map(({ each }) => each.spec)
  const args = firstDeclared(specs.flatMap(spec => spec.args ?? []))
  const metrics = all.flatMap(({ each, label }) => {
    const resolved = resolvedMetrics({ ...each.spec, args })
    const dryRun = dryRunNames({ dryRun: specs.flatMap(spec => spec.dryRun ?? []) }, resolved)
    return resolved.map(metric => ({
      ...metricState(metric, undefined, { isDryRun: dryRun.has(metric.name) }),
      from: label,
      ...(metric.count === undefined ? {} : { count: metric.count }),
    }))
  })
  return {
    apiVersion,
    kind: isOfCluster ? 'ClusterAnalysisTemplateInfo' : 'AnalysisTemplateInfo',
    ...infoMeta(template),
    args: args.map(argumentInfo),
    includes: all.filter(({ each }) => each !== template).map(({ label }) => label),
    metrics,
    problems: [...(problem === undefined ? [] : [problem]), ...mergeProblems(found)],
    ...(usedBy ? { usedBy } : {}),
  }
}

function firstDeclared(args: readonly Argument[]): Argument[] {
  try {
    return declaredArguments([{ args: [...args] }])
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    // two values of one name: said as a problem
    return args.filter((arg, index) => args.findIndex(each => each.name === arg.name) === index)
  }
}

/** What is wrong whatever the arguments are; with arguments still to come, metrics are not looked at. */
function mergeProblems(found: FoundTemplates): string[] {
  try {
    const declared = [...found.templates, ...found.clusterTemplates].flatMap(({ spec }) => spec.args ?? [])
    const open = declared
      .filter(arg => arg.value === undefined && !arg.valueFrom)
      .map(({ name }) => ({ name, value: '1' }))
    const spec = runSpecOf(found, { args: open })
    if (open.length === 0) validateMetrics(resolvedMetrics(spec))
    return []
  } catch (error) {
    if (error instanceof AnalysisError) return [error.message]
    throw error
  }
}
