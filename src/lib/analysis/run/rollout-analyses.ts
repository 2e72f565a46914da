import type { Rollout, RolloutAnalysis } from '../../rollouts/rollout.ts'
import { usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { AnalysisRunSpec } from '../analysis.ts'

/** Which of a Rollout's analyses. */
export type AnalysisPlace = { step: number } | 'background' | 'pre-promotion' | 'post-promotion'

export interface PlacedAnalysis {
  place: AnalysisPlace
  analysis: RolloutAnalysis & Pick<AnalysisRunSpec, 'measurementRetention'> & { analysisRunMetadata?: RunMetadata }
}

export interface RunMetadata {
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** The flag that chooses it: `--step 2`, `--background`. */
export const placeFlag = (place: AnalysisPlace): string =>
  typeof place === 'string' ? `--${place}` : `--step ${place.step}`

/** How sentences name it: `step 2`, `background analysis`. */
export const placeText = (place: AnalysisPlace): string =>
  typeof place === 'string' ? `${place} analysis` : `step ${place.step}`

/** All analyses of a Rollout that have templates, in the order in which they run. Those of experiments are not among them. */
export function analysesOf({ spec }: Rollout): PlacedAnalysis[] {
  const { canary, blueGreen } = spec.strategy ?? {}
  const steps = (canary?.steps ?? []).map((step, index) => ({ place: { step: index }, analysis: step.analysis }))
  const all: { place: AnalysisPlace; analysis: RolloutAnalysis | undefined }[] = [
    { place: 'background', analysis: canary?.analysis },
    ...steps,
    { place: 'pre-promotion', analysis: blueGreen?.prePromotionAnalysis },
    { place: 'post-promotion', analysis: blueGreen?.postPromotionAnalysis },
  ]
  return all.flatMap(({ place, analysis }) => (analysis?.templates?.length ? [{ place, analysis }] : []))
}

/**
 * The analysis that is meant.
 *
 * @param templateNames when templates are named beside the Rollout: only analyses that refer to one of them are meant
 * @throws Failure `usage` when there is none, or several and no flag says which
 */
export function chooseAnalysis(
  rollout: Rollout,
  place: AnalysisPlace | undefined,
  templateNames: readonly string[] = [],
): PlacedAnalysis {
  const title = `rollout/${safeText(rollout.metadata.name)}`
  const all = analysesOf(rollout)
  if (all.length === 0)
    throw usage(`${title} has no analysis`, {
      reason: 'NoAnalysis',
      hints: hasExperimentAnalysis(rollout) ? ['analyses of experiments are run by their templates’ names'] : [],
    })
  if (place !== undefined) {
    const chosen = all.find(each => placeFlag(each.place) === placeFlag(place))
    if (chosen) return chosen
    throw usage(`${title} has no analysis for ${placeFlag(place)}`, { reason: 'NoAnalysis', hints: choices(all) })
  }
  const meant = templateNames.length === 0 ? all : all.filter(({ analysis }) => refersTo(analysis, templateNames))
  if (meant.length === 0)
    throw usage(`no analysis of ${title} refers to ${templateNames.map(safeText).join(' or ')}`, {
      reason: 'NoAnalysis',
      hints: choices(all),
    })
  const [only] = meant
  if (only && meant.length === 1) return only
  throw usage(
    `${title} has ${meant.length} analyses${templateNames.length > 0 ? ' with that template' : ''}: say which one`,
    {
      reason: 'AmbiguousAnalysis',
      hints: choices(meant),
    },
  )
}

function choices(analyses: readonly PlacedAnalysis[]): string[] {
  return analyses.map(({ place, analysis }) => {
    const names = (analysis.templates ?? []).map(({ templateName }) => safeText(templateName))
    return `${placeFlag(place)}: ${names.join(', ')}`
  })
}

const refersTo = ({ templates = [] }: RolloutAnalysis, names: readonly string[]) =>
  templates.some(({ templateName }) => names.includes(templateName))

const hasExperimentAnalysis = ({ spec }: Rollout) =>
  (spec.strategy?.canary?.steps ?? []).some(step => (step.experiment?.analyses?.length ?? 0) > 0)
