import type { Rule } from '../rule.ts'

export const nestedInStage: Rule = {
  id: 'CA058',
  name: 'nested-in-stage',
  severity: 'error',
  title: 'A Stage that uses a template made of other templates',
  explanation:
    "Argo Rollouts resolves a template's templates when it makes a run. For a Stage Kargo makes the run, and leaves them out: their metrics are not measured, and a template that has nothing else makes a run without metrics, which ends in Error.",
  hint: 'name the inner templates in spec.verification.analysisTemplates',
  example: {
    wrong: 'analysisTemplates:\n- name: all-checks # has spec.templates',
    right: 'analysisTemplates:\n- name: errors\n- name: latency',
  },
  check(project, report) {
    for (const reference of project.references) {
      const { document, kind, templates } = reference
      if (kind !== 'Stage') continue
      for (const { path, name, isCluster } of templates) {
        const inner = project.template(name, isCluster, reference)?.nested ?? []
        if (inner.length > 0)
          report(
            { document, path },
            `Kargo leaves out the templates of ${name}: ${inner.map(each => each.templateName).join(', ')}`,
          )
      }
    }
  },
}
