/** Analyses, and what uses them. */
export const checkedKinds: ReadonlySet<unknown> = new Set([
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
  'AnalysisRun',
  'Rollout',
  'Experiment',
  'Stage',
])
