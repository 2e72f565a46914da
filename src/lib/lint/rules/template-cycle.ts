import type { AnalysisSpec } from '../model/analysis-spec.ts'
import type { Project } from '../model/project.ts'
import type { Rule } from '../rule.ts'

export const templateCycle: Rule = {
  id: 'CA050',
  name: 'template-cycle',
  severity: 'error',
  title: 'Templates that refer to each other in a circle',
  explanation:
    'The controller follows templates without looking for circles: it recurses until the process dies, and takes all other rollouts of the cluster with it.',
  hint: 'break the circle',
  example: { wrong: 'a -> b -> a', right: 'a -> b' },
  check(project, report) {
    const reported = new Set<AnalysisSpec>()
    for (const spec of project.specs)
      for (const { path, way } of circlesFrom(spec, project)) {
        if (way.some(each => reported.has(each))) continue
        for (const each of way) reported.add(each)
        const names = [...way, spec].map(each => each.name).join(' -> ')
        report({ document: spec.document, path: [...path, 'templateName'] }, `the template refers to itself: ${names}`)
      }
  },
}

function circlesFrom(
  start: AnalysisSpec,
  project: Project,
): { path: AnalysisSpec['nested'][number]['path']; way: AnalysisSpec[] }[] {
  return start.nested.flatMap(({ path, templateName, clusterScope }) => {
    const first = project.template(templateName, clusterScope, start)
    const way = first && wayTo(first, start, project, new Set())
    return way ? [{ path, way: first === start ? [start] : [start, ...way] }] : []
  })
}

/** The templates from `from` on, up to the one that refers to `goal`. */
function wayTo(
  from: AnalysisSpec,
  goal: AnalysisSpec,
  project: Project,
  seen: Set<AnalysisSpec>,
): AnalysisSpec[] | undefined {
  if (from === goal) return []
  if (seen.has(from)) return undefined
  seen.add(from)
  for (const { templateName, clusterScope } of from.nested) {
    const next = project.template(templateName, clusterScope, from)
    const rest = next && wayTo(next, goal, project, seen)
    if (rest) return [from, ...rest]
  }
  return undefined
}
