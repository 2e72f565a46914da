import type { KubeClient, Selection } from '../../context/kube-client.ts'
import { convertedPages } from '../../kube/pages.ts'
import { analysisTemplates, clusterAnalysisTemplates, rollouts } from '../../kube/resource-types.ts'
import { isHidden } from '../../rollouts/observe/part-reader.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import type { AnalysisTemplate, TemplateRef } from '../analysis.ts'

/** Who refers to templates: `rollout/web`, `at/other`; with their namespaces in front where those are not the template's. */
export type TemplateUses = ReadonlyMap<string, readonly string[]>

/** `cluster/NAME`, or `NAMESPACE/NAME`; no namespace is called cluster where it matters: templates there have one too */
export const templateKey = ({ metadata }: AnalysisTemplate): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name}` : `/${metadata.name}`

/**
 * Who uses the templates of one namespace or of all, in at most three requests: Rollouts, and templates that include
 * others. Runs hold copies, and experiments of steps are in their Rollouts.
 *
 * @returns undefined when Rollouts may not be read: then nothing is known
 */
export async function templateUses(
  client: KubeClient,
  selection: Selection & { ofCluster: boolean },
  signal: AbortSignal,
): Promise<TemplateUses | undefined> {
  const { ofCluster, ...where } = selection
  const uses = new Map<string, string[]>()
  const note = (namespace: string, user: string, refs: readonly TemplateRef[]) => {
    for (const { templateName, clusterScope } of refs) {
      const key = clusterScope ? `/${templateName}` : `${namespace}/${templateName}`
      const isFar = clusterScope && namespace !== ''
      const text = isFar ? user.replace('/', `/${namespace}/`) : user
      const known = uses.get(key)
      if (!known) uses.set(key, [text])
      else if (!known.includes(text)) known.push(text)
    }
  }
  try {
    const read = async <T extends { metadata: { name: string; namespace?: string } }>(
      type: Parameters<KubeClient['list']>[0],
      word: string,
      refsOf: (object: T) => TemplateRef[],
    ) => {
      const convert = (object: T) => ({ metadata: object.metadata, refs: refsOf(object) })
      for await (const page of convertedPages(client, type, convert, { ...where, pageSize: 500, signal }))
        for (const { metadata, refs } of page.items) note(metadata.namespace ?? '', `${word}/${metadata.name}`, refs)
    }
    await read<Rollout>(rollouts, 'rollout', templatesOfRollout)
    await read<AnalysisTemplate>(analysisTemplates, 'at', ({ spec }) => spec.templates ?? [])
    if (ofCluster) await read<AnalysisTemplate>(clusterAnalysisTemplates, 'cat', ({ spec }) => spec.templates ?? [])
    return uses
  } catch (error) {
    if (isHidden(error)) return undefined
    throw error
  }
}

/** Every reference of a Rollout's steps, background and promotion analyses, and experiments. */
export function templatesOfRollout({ spec }: Rollout): TemplateRef[] {
  const { canary, blueGreen } = spec.strategy ?? {}
  const analyses = [
    canary?.analysis,
    blueGreen?.prePromotionAnalysis,
    blueGreen?.postPromotionAnalysis,
    ...(canary?.steps ?? []).map(step => step.analysis),
  ]
  const experiments = (canary?.steps ?? []).flatMap(step => (step.experiment?.analyses ?? []) as Partial<TemplateRef>[])
  return [...analyses.flatMap(analysis => analysis?.templates ?? []), ...experiments].filter(isReference)
}

const isReference = (ref: Partial<TemplateRef>): ref is TemplateRef => typeof ref.templateName === 'string'
