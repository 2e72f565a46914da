import type { KubeObject } from '../../context/kube-object.ts'
import type { Argument, TemplateRef } from '../analysis.ts'

/** kargo.akuity.io/v1alpha1 Stage, as far as its verification (kargo api/v1alpha1/stage_types.go). */
export interface Stage extends KubeObject {
  spec: {
    verification?: {
      analysisTemplates?: { name: string; kind?: 'AnalysisTemplate' | 'ClusterAnalysisTemplate' }[]
      args?: { name: string; value?: string }[]
    }
  }
}

/** What Kargo makes a verification's AnalysisRun of; values with `${{ }}` are Kargo's to fill in. */
export function stageInput({ spec }: Stage): { refs: TemplateRef[]; args: Argument[] } {
  const { analysisTemplates = [], args = [] } = spec.verification ?? {}
  return {
    refs: analysisTemplates.map(({ name, kind }) => ({
      templateName: name,
      ...(kind === 'ClusterAnalysisTemplate' ? { clusterScope: true } : {}),
    })),
    args: args.map(({ name, value = '' }) => ({ name, value })),
  }
}
