import type { Rollout } from '../../rollouts/rollout.ts'
import type { Argument } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { type RolloutArgument, rolloutArguments } from '../rollout-arguments.ts'
import type { PlacedAnalysis } from './rollout-analyses.ts'

const revisionAnnotation = 'rollout.argoproj.io/revision'
const hashLabel = 'rollouts-pod-template-hash'

/**
 * The arguments that a Rollout sends now: the hashes are those of its status.
 *
 * @throws AnalysisError for a field that cannot be read, and for a hash that a Rollout from a file does not have
 */
export function incomingArguments(args: readonly { name: string }[], rollout: Rollout): Argument[] {
  const { currentPodHash = '', stableRS = '' } = rollout.status ?? {}
  const rolloutArgs = args as readonly RolloutArgument[]
  const hashless = rolloutArgs.find(arg => arg.valueFrom?.podTemplateHashValue !== undefined)
  if (hashless && !rollout.status)
    throw new AnalysisError(
      `argument ${hashless.name} is a pod template hash, which only a Rollout in the cluster has: ` +
        `give it by --arg ${hashless.name}=HASH, or use --from-rollout`,
    )
  return rolloutArguments(rolloutArgs, rollout, { latest: currentPodHash, stable: stableRS })
}

/** Name, labels and annotations of the run that the controller would create (argo-rollouts rollout/analysis.go). */
export function runMetadata(
  { metadata, spec, status }: Rollout,
  { place, analysis }: PlacedAnalysis,
): { baseName: string; labels: Record<string, string>; annotations: Record<string, string> } {
  const revision = metadata.annotations?.[revisionAnnotation] ?? ''
  const hash = status?.currentPodHash ?? ''
  const { type, infix } = kindOf(place)
  const { labels, annotations } = analysis.analysisRunMetadata ?? {}
  return {
    baseName: [metadata.name, hash, revision, infix].filter(Boolean).join('-'),
    labels: {
      ...(hash ? { [hashLabel]: hash } : {}),
      'rollout-type': type,
      ...(typeof place === 'string' ? {} : { 'step-index': String(place.step) }),
      ...labels,
      ...spec.selector?.matchLabels,
    },
    annotations: { ...(revision ? { [revisionAnnotation]: revision } : {}), ...annotations },
  }
}

function kindOf(place: PlacedAnalysis['place']): { type: string; infix: string } {
  switch (place) {
    case 'background':
      return { type: 'Background', infix: '' }
    case 'pre-promotion':
      return { type: 'PrePromotion', infix: 'pre' }
    case 'post-promotion':
      return { type: 'PostPromotion', infix: 'post' }
    default:
      return { type: 'Step', infix: String(place.step) }
  }
}
