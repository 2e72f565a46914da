import type { KubeObject } from '../../../context/kube-object.ts'
import type { ReplicaSet } from '../../../kube/core-objects.ts'
import { analysisRuns, analysisTemplates, clusterAnalysisTemplates } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { AnalysisMetric, AnalysisRun, RolloutAnalysis } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { isEqual, isObject } from '../../store/json.ts'
import type { Environment } from '../environment.ts'
import { controllerOf, ownedBy } from '../ownership.ts'
import { hashOf, revisionAnnotation } from './replica-sets.ts'
import { manager, type Sync } from './sync.ts'

interface Argument {
  name: string
  value?: string
  valueFrom?: unknown
}

export interface AnalysisTemplate extends KubeObject {
  spec: {
    metrics?: AnalysisMetric[]
    args?: Argument[]
    dryRun?: { metricName: string }[]
    measurementRetention?: { metricName: string; limit: number }[]
    templates?: { templateName: string; clusterScope?: boolean }[]
  }
}

type TemplateRef = { templateName: string; clusterScope?: boolean }

/** The run for a step, a background or a promotion analysis (newAnalysisRunFromRollout). */
export function analysisRunOf(
  sync: Sync,
  analysis: RolloutAnalysis & { measurementRetention?: unknown[]; analysisRunMetadata?: RunMetadata },
  infix: string,
  labels: Record<string, string>,
): AnalysisRun {
  const { rollout, newRS } = sync
  const { namespace = 'default', name } = rollout.metadata
  const revision = rollout.metadata.annotations?.[revisionAnnotation] ?? ''
  const templates = resolveTemplates(sync.environment, namespace, analysis.templates ?? [])
  const given = (analysis.args ?? []).map(each => resolveArgument(sync, each))
  const extra = analysis.analysisRunMetadata
  return {
    metadata: {
      name: [name, hashOf(newRS), revision, infix].filter(Boolean).join('-'),
      namespace,
      labels: { ...labels, ...extra?.labels, ...rollout.spec.selector?.matchLabels },
      annotations: { [revisionAnnotation]: revision, ...extra?.annotations },
      ownerReferences: ownedBy(rollout),
    },
    spec: runSpec(templates, given, analysis.dryRun ?? []),
  }
}

interface RunMetadata {
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** What the templates make together: metrics, and of the arguments those that they declare (MergeArgs). */
export function runSpec(
  templates: readonly AnalysisTemplate[],
  given: readonly Argument[],
  dryRun: readonly { metricName: string }[],
): AnalysisRun['spec'] {
  const declared = new Map<string, Argument>()
  for (const each of templates.flatMap(template => template.spec.args ?? [])) {
    const known = declared.get(each.name)
    if (!known || known.value === undefined) declared.set(each.name, each)
  }
  const args = [...declared.values()].map(each => given.find(one => one.name === each.name) ?? each)
  const allDryRun = [...dryRun, ...templates.flatMap(template => template.spec.dryRun ?? [])]
  return {
    metrics: templates.flatMap(template => template.spec.metrics ?? []),
    ...(args.length > 0 ? { args } : {}),
    ...(allDryRun.length > 0 ? { dryRun: allDryRun } : {}),
  }
}

/** The templates and those that they include, each once: the namespace's, then the cluster's. Missing ones are left out. */
export function resolveTemplates(
  { store }: Environment,
  namespace: string,
  references: readonly TemplateRef[],
): AnalysisTemplate[] {
  const found = new Map<string, AnalysisTemplate>()
  const add = ({ templateName, clusterScope = false }: TemplateRef) => {
    const key = `${clusterScope ? 1 : 0} ${templateName}`
    const template = clusterScope
      ? store.find<AnalysisTemplate>(clusterAnalysisTemplates, { name: templateName })
      : store.find<AnalysisTemplate>(analysisTemplates, { namespace, name: templateName })
    if (!template || found.has(key)) return
    found.set(key, template)
    for (const inner of template.spec.templates ?? []) add(inner)
  }
  for (const each of references) add(each)
  return [...found.entries()].sort(([one], [other]) => Number(one[0]) - Number(other[0])).map(([, each]) => each)
}

/** BuildArgumentsForRolloutAnalysisRun: an argument without a value is the empty text. */
export function resolveArgument({ rollout, stableRS, newRS }: Sync, { name, value, valueFrom }: Argument): Argument {
  const from = (valueFrom ?? {}) as { podTemplateHashValue?: string; fieldRef?: { fieldPath: string } }
  const hash = (replicaSet: ReplicaSet | undefined) => hashOf(replicaSet)
  if (from.podTemplateHashValue) return { name, value: hash(from.podTemplateHashValue === 'Latest' ? newRS : stableRS) }
  if (from.fieldRef) return { name, value: textAt(rollout, from.fieldRef.fieldPath) }
  return { name, value: value ?? '' }
}

function textAt(object: unknown, path: string): string {
  const keys = path.match(/\['[^']+'\]|\[\d+\]|[^.[\]]+/g) ?? []
  let value: unknown = object
  for (const key of keys) {
    const bare = key.replace(/^\['?|'?\]$/g, '')
    value = Array.isArray(value) ? value[Number(bare)] : isObject(value) ? value[bare] : undefined
  }
  return value === undefined || value === null ? '' : String(value)
}

/** Creates the run, or finds the one of this name that still runs; a finished one gets `.1`, `.2`, ... behind the name. */
export function createRun({ store }: Environment, run: AnalysisRun): AnalysisRun {
  const base = run.metadata.name
  for (let count = 0; ; count++) {
    const name = count === 0 ? base : `${base}.${count}`
    const existing = store.find<AnalysisRun>(analysisRuns, refOf({ metadata: { ...run.metadata, name } }))
    if (!existing) return store.create(analysisRuns, { ...run, metadata: { ...run.metadata, name } }, { manager })
    const isOurs = controllerOf(existing)?.uid === controllerOf(run)?.uid
    const isSame = isEqual(existing.spec.metrics, run.spec.metrics) && isEqual(existing.spec.args, run.spec.args)
    if (!isCompletedAnalysis(existing.status?.phase) && isOurs && isSame) return existing
  }
}
