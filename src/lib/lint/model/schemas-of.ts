import {
  experimentAnalysis,
  rolloutAnalysis,
  runSpec,
  stageVerification,
  stepExperimentAnalysis,
  templateSpec,
} from '../schema/analysis-schema.ts'
import { checkSchema, type SchemaProblem } from '../schema/check-schema.ts'
import type { FieldType } from '../schema/field-type.ts'
import type { LintDocument } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'
import { mapOf, mapsOf } from './plain.ts'
import type { Project } from './project.ts'

const problems = new WeakMap<LintDocument, readonly SchemaProblem[]>()

/** What of a document an API server would not take; of objects other than analyses only their parts about analysis. */
export function schemaProblems(document: LintDocument, { options }: Project): readonly SchemaProblem[] {
  let found = problems.get(document)
  if (found === undefined) {
    found = partsOf(document).flatMap(([path, value, type]) => checkSchema(value, type, path, options.version))
    problems.set(document, found)
  }
  return found
}

function partsOf({ object }: LintDocument): [path: Path, value: unknown, type: FieldType][] {
  const spec = mapOf(object.spec)
  switch (object.kind) {
    case 'AnalysisTemplate':
    case 'ClusterAnalysisTemplate':
      return [[['spec'], object.spec, templateSpec]]
    case 'AnalysisRun':
      return [[['spec'], object.spec, runSpec]]
    case 'Rollout':
      return rolloutParts(mapOf(spec.strategy))
    case 'Experiment':
      return mapsOf(spec.analyses).map(([index, analysis]) => [
        ['spec', 'analyses', index],
        analysis,
        experimentAnalysis,
      ])
    case 'Stage':
      return [[['spec', 'verification'], spec.verification, stageVerification]]
    default:
      return []
  }
}

function rolloutParts(strategy: Record<string, unknown>): [Path, unknown, FieldType][] {
  const canary = mapOf(strategy.canary)
  const path = ['spec', 'strategy', 'canary']
  const parts: [Path, unknown, FieldType][] = [[[...path, 'analysis'], canary.analysis, rolloutAnalysis]]
  for (const [index, step] of mapsOf(canary.steps)) {
    parts.push([[...path, 'steps', index, 'analysis'], step.analysis, rolloutAnalysis])
    for (const [at, analysis] of mapsOf(mapOf(step.experiment).analyses))
      parts.push([[...path, 'steps', index, 'experiment', 'analyses', at], analysis, stepExperimentAnalysis])
  }
  const blueGreen = mapOf(strategy.blueGreen)
  for (const field of ['prePromotionAnalysis', 'postPromotionAnalysis'])
    parts.push([['spec', 'strategy', 'blueGreen', field], blueGreen[field], rolloutAnalysis])
  return parts
}
