import type { AnalysisTemplate, TemplateRef } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'
import type { FoundTemplates } from './merge-templates.ts'

/** Reads one template; undefined when there is none of that name. */
export type ReadTemplate = (ref: TemplateRef) => Promise<AnalysisTemplate | undefined>

/**
 * The templates that references lead to, those below each right after it, every one once (argo-rollouts
 * rollout/analysis.go getAnalysisTemplatesFromRefs). A template that refers back to itself is refused, where the
 * controller would recurse until it dies.
 *
 * @throws AnalysisError for a missing template or a circle, naming the way to it
 */
export async function findTemplates(refs: readonly TemplateRef[], read: ReadTemplate): Promise<FoundTemplates> {
  const found = {
    templates: new Map<string, AnalysisTemplate>(),
    clusterTemplates: new Map<string, AnalysisTemplate>(),
  }
  const visit = async (ref: TemplateRef, way: readonly string[]): Promise<void> => {
    const label = labelOf(ref)
    if (way.includes(label))
      throw new AnalysisError(`templates refer to each other in a circle: ${[...way, label].join(' -> ')}`)
    const known = ref.clusterScope ? found.clusterTemplates : found.templates
    if (known.has(ref.templateName)) return
    const template = await read(ref)
    if (!template) throw new AnalysisError(`${[...way, label].join(' -> ')} was not found`)
    known.set(ref.templateName, template)
    for (const inner of template.spec.templates ?? []) await visit(inner, [...way, label])
  }
  for (const ref of refs) await visit(ref, [])
  return { templates: [...found.templates.values()], clusterTemplates: [...found.clusterTemplates.values()] }
}

const labelOf = ({ templateName, clusterScope }: TemplateRef) =>
  `${clusterScope ? 'clusteranalysistemplate' : 'analysistemplate'}/${templateName}`
