import type { AnalysisTemplate, TemplateRef } from '../../../analysis/analysis.ts'
import type { FoundTemplates } from '../../../analysis/merge-templates.ts'
import { analysisTemplates, clusterAnalysisTemplates } from '../../../kube/resource-types.ts'
import type { Environment } from '../environment.ts'

/** The template that is referred to; undefined when there is none. */
export function findTemplate(
  { store }: Environment,
  namespace: string,
  { templateName: name, clusterScope }: TemplateRef,
): AnalysisTemplate | undefined {
  return clusterScope
    ? store.find(clusterAnalysisTemplates, { name })
    : store.find(analysisTemplates, { namespace, name })
}

/**
 * The templates and those that they refer to, each once (getAnalysisTemplatesFromRefs). Missing ones are left out, and
 * told to `onMissing` with where the first of them was asked for: true inside another template.
 */
export function templatesOf(
  environment: Environment,
  namespace: string,
  refs: readonly TemplateRef[],
  onMissing: (ref: TemplateRef, isInner: boolean) => void = () => {},
): FoundTemplates {
  const found = { templates: new Set<AnalysisTemplate>(), clusterTemplates: new Set<AnalysisTemplate>() }
  const visited = new Set<string>()
  const visit = (ref: TemplateRef, isInner: boolean) => {
    const key = `${ref.clusterScope ?? false} ${ref.templateName}`
    if (visited.has(key)) return
    visited.add(key)
    const template = findTemplate(environment, namespace, ref)
    if (!template) {
      onMissing(ref, isInner)
      return
    }
    found[ref.clusterScope ? 'clusterTemplates' : 'templates'].add(template)
    for (const inner of template.spec.templates ?? []) visit(inner, true)
  }
  for (const ref of refs) visit(ref, false)
  return { templates: [...found.templates], clusterTemplates: [...found.clusterTemplates] }
}
