import type { ReplicaSet } from '../../kube/core-objects.ts'
import { isOwnedBy, podHashLabel } from '../ownership.ts'
import type { Experiment } from '../rollout.ts'

/**
 * Label selector for the ReplicaSets and pods of an experiment's templates: they carry the template's labels and a pod
 * template hash of their own (argo-rollouts experiments/replicaset.go), which the status names only where the template
 * has a Service. undefined when no label is common to all of the templates, or there is nothing to select.
 */
export function experimentSelector(
  { spec }: Experiment,
  isWanted: (templateName: string) => boolean = () => true,
): string | undefined {
  const labels = (spec?.templates ?? [])
    .filter(({ name }) => isWanted(name))
    .map(({ selector, template }) => ({ ...selector?.matchLabels, ...template?.metadata?.labels }))
  const [first, ...others] = labels
  if (!first) return undefined
  const terms = Object.keys(first)
    .filter(key => key !== podHashLabel && others.every(each => each[key] !== undefined))
    .sort()
    .map(key => `${key} in (${[...new Set(labels.map(each => each[key]))].sort().join(',')})`)
  return terms.length > 0 ? terms.join(',') : undefined
}

/** Whether `replicaSets` lack the one of a template of this experiment. */
export function lacksTemplate(experiment: Experiment, replicaSets: readonly ReplicaSet[]): (name: string) => boolean {
  const present = new Set(
    replicaSets
      .filter(each => isOwnedBy(each, experiment.metadata.uid))
      .map(each => each.metadata.annotations?.['experiment.argoproj.io/template-name']),
  )
  return name => !present.has(name)
}

/** Names of the AnalysisRuns that its status names; no label leads to them. */
export function experimentRunNames({ status }: Experiment): string[] {
  return (status?.analysisRuns ?? []).flatMap(run => (run.analysisRun ? [run.analysisRun] : []))
}
