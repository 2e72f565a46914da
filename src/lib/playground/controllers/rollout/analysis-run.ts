import type { Argument } from '../../../analysis/analysis.ts'
import { type RunInput, runSpecOf } from '../../../analysis/merge-templates.ts'
import { type RolloutArgument, rolloutArguments } from '../../../analysis/rollout-arguments.ts'
import { analysisRuns } from '../../../kube/resource-types.ts'
import { isCompletedAnalysis } from '../../../rollouts/phase.ts'
import type { AnalysisRun, RolloutAnalysis } from '../../../rollouts/rollout.ts'
import { refOf } from '../../store/garbage.ts'
import { isEqual } from '../../store/json.ts'
import type { Environment } from '../environment.ts'
import { controllerOf, ownedBy } from '../ownership.ts'
import { templatesOf } from './analysis-templates.ts'
import { hashOf, revisionAnnotation } from './replica-sets.ts'
import { manager, type Sync } from './sync.ts'

/** The run for a step, a background or a promotion analysis (newAnalysisRunFromRollout). */
export function analysisRunOf(
  sync: Sync,
  analysis: RolloutAnalysis & Pick<RunInput, 'measurementRetention'> & { analysisRunMetadata?: RunMetadata },
  infix: string,
  labels: Record<string, string>,
): AnalysisRun {
  const { rollout, newRS } = sync
  const { namespace = 'default', name } = rollout.metadata
  const revision = rollout.metadata.annotations?.[revisionAnnotation] ?? ''
  const extra = analysis.analysisRunMetadata
  return {
    metadata: {
      name: [name, hashOf(newRS), revision, infix].filter(Boolean).join('-'),
      namespace,
      labels: { ...labels, ...extra?.labels, ...rollout.spec.selector?.matchLabels },
      annotations: { [revisionAnnotation]: revision, ...extra?.annotations },
      ownerReferences: ownedBy(rollout),
    },
    spec: runSpecOf(templatesOf(sync.environment, namespace, analysis.templates ?? []), {
      args: argumentsFor(sync, analysis),
      dryRun: analysis.dryRun ?? [],
      measurementRetention: analysis.measurementRetention ?? [],
    }),
  }
}

interface RunMetadata {
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** The arguments that a rollout sends to a run, with the hashes of its versions now. */
export function argumentsFor(
  { rollout, stableRS, newRS }: Sync,
  { args = [] }: Pick<RolloutAnalysis, 'args'>,
): Argument[] {
  const hashes = { latest: hashOf(newRS), stable: hashOf(stableRS) }
  return rolloutArguments(args as RolloutArgument[], rollout, hashes)
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
