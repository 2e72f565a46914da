import type { LintDocument } from '../sources/lint-document.ts'
import { objectLabel } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'
import { mapOf, mapsOf, type PlainMap, textOf } from './plain.ts'

/** How an object uses templates. */
export type ReferenceUse = 'background' | 'step' | 'prePromotion' | 'postPromotion' | 'experiment' | 'verification'

export interface TemplateMention {
  /** of the name */
  path: Path
  name: string
  isCluster: boolean
}

export interface SentArgument {
  path: Path
  name: string
  /** absent where it has none; `valueFrom` counts as one */
  value?: string
  valueFrom?: PlainMap
}

/** A place of a Rollout, Experiment or Stage that runs an analysis. */
export interface Reference {
  document: LintDocument
  kind: 'Rollout' | 'Experiment' | 'Stage'
  label: string
  namespace: string | undefined
  use: ReferenceUse
  path: Path
  templates: TemplateMention[]
  args: SentArgument[]
  /** of a Rollout: the steps before this one set a weight or scale, so the canary has pods */
  hasPodsBefore: boolean
}

type Partial = Omit<Reference, 'document' | 'kind' | 'label' | 'namespace'>

export function referencesOf(document: LintDocument): Reference[] {
  const { object } = document
  const spec = mapOf(object.spec)
  const namespace = textOf(mapOf(object.metadata).namespace)
  const label = objectLabel(document)
  const withOwner = (kind: Reference['kind'], found: Partial[]): Reference[] =>
    found.map(each => ({ ...each, document, kind, label, namespace }))
  switch (object.kind) {
    case 'Rollout':
      return withOwner('Rollout', rolloutReferences(mapOf(spec.strategy)))
    case 'Experiment':
      return withOwner('Experiment', experimentAnalyses(spec.analyses, ['spec', 'analyses']))
    case 'Stage':
      return withOwner('Stage', stageReferences(spec))
    default:
      return []
  }
}

function rolloutReferences(strategy: PlainMap): Partial[] {
  const canary = mapOf(strategy.canary)
  const blueGreen = mapOf(strategy.blueGreen)
  const canaryPath = ['spec', 'strategy', 'canary']
  const found: Partial[] = []
  const steps = mapsOf(canary.steps)
  const firstPods = steps.findIndex(([, step]) => makesPods(step))
  const { startingStep } = mapOf(canary.analysis)
  const start = typeof startingStep === 'number' ? startingStep : 0
  found.push(
    ...rolloutAnalysis(canary.analysis, [...canaryPath, 'analysis'], 'background', firstPods >= 0 && firstPods < start),
  )
  for (const [index, step] of steps) {
    const path = [...canaryPath, 'steps', index]
    found.push(...rolloutAnalysis(step.analysis, [...path, 'analysis'], 'step', firstPods >= 0 && firstPods < index))
    found.push(...experimentAnalyses(mapOf(step.experiment).analyses, [...path, 'experiment', 'analyses']))
  }
  for (const use of ['prePromotion', 'postPromotion'] as const) {
    const field = `${use}Analysis`
    found.push(...rolloutAnalysis(blueGreen[field], ['spec', 'strategy', 'blueGreen', field], use, true))
  }
  return found
}

/** After this step pods of the new version exist and are available. */
const makesPods = (step: PlainMap): boolean =>
  (typeof step.setWeight === 'number' && step.setWeight > 0) || step.setCanaryScale !== undefined

function rolloutAnalysis(value: unknown, path: Path, use: ReferenceUse, hasPodsBefore: boolean): Partial[] {
  const analysis = mapOf(value)
  const templates = mapsOf(analysis.templates).flatMap(([index, ref]) =>
    mention(ref, [...path, 'templates', index], ref.clusterScope === true),
  )
  // the form of controllers before 1.0
  if (typeof analysis.templateName === 'string')
    templates.push(...mention(analysis, path, analysis.clusterScope === true))
  if (templates.length === 0) return []
  return [{ use, path, templates, args: sentArguments(analysis.args, [...path, 'args']), hasPodsBefore }]
}

/** Each analysis of an experiment is a run of its own. */
function experimentAnalyses(value: unknown, path: Path): Partial[] {
  return mapsOf(value).flatMap(([index, analysis]) => {
    const templates = mention(analysis, [...path, index], analysis.clusterScope === true)
    if (templates.length === 0) return []
    const args = sentArguments(analysis.args, [...path, index, 'args'])
    return [{ use: 'experiment' as const, path: [...path, index], templates, args, hasPodsBefore: true }]
  })
}

function stageReferences(spec: PlainMap): Partial[] {
  const verification = mapOf(spec.verification)
  const path = ['spec', 'verification']
  const templates = mapsOf(verification.analysisTemplates).flatMap(([index, { name, kind }]) => {
    if (typeof name !== 'string') return []
    const at = [...path, 'analysisTemplates', index, 'name']
    return [{ path: at, name, isCluster: kind === 'ClusterAnalysisTemplate' }]
  })
  if (templates.length === 0) return []
  const args = sentArguments(verification.args, [...path, 'args'])
  return [{ use: 'verification', path, templates, args, hasPodsBefore: true }]
}

function mention({ templateName }: PlainMap, path: Path, isCluster: boolean): TemplateMention[] {
  return typeof templateName === 'string' ? [{ path: [...path, 'templateName'], name: templateName, isCluster }] : []
}

function sentArguments(value: unknown, path: Path): SentArgument[] {
  return mapsOf(value).flatMap(([index, { name, value: sent, valueFrom }]) => {
    if (typeof name !== 'string') return []
    return [
      {
        path: [...path, index],
        name,
        ...(sent === undefined || sent === null ? {} : { value: String(sent) }),
        ...(typeof valueFrom === 'object' && valueFrom !== null ? { valueFrom: mapOf(valueFrom) } : {}),
      },
    ]
  })
}
