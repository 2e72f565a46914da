import { didYouMean } from '../../values/did-you-mean.ts'
import type { AnalysisSpec } from '../model/analysis-spec.ts'
import type { Project } from '../model/project.ts'
import type { Rule } from '../rule.ts'

export const undeclaredArg: Rule = {
  id: 'CA040',
  name: 'undeclared-arg',
  severity: 'error',
  title: 'An argument that no template declares',
  explanation:
    'An argument counts only when args declares it; what is sent under another name is dropped. A {{args.NAME}} that is not declared ends the run in Error: failed to resolve {{args.NAME}}. Templates that run together (templates, or several of a Rollout or Stage) share their arguments.',
  hint: 'declare it in spec.args',
  example: {
    wrong: 'spec:\n  metrics: # uses {{args.service}}',
    right: 'spec:\n  args:\n  - name: service\n  metrics: # uses {{args.service}}',
  },
  check(project, report) {
    for (const spec of project.specs) {
      const { declared, isOpen } = declarations(spec, project)
      const seen = new Set<string>()
      for (const { path, onKey, start, end, name } of spec.uses) {
        if (declared.has(name) || isOpen) continue
        const key = `${name} ${path.join('/')} ${start}`
        if (seen.has(key)) continue
        seen.add(key)
        const target = { document: spec.document, path, ...(onKey ? { onKey } : { within: { start, end } }) }
        const near = didYouMean(name, declared)
        report(target, `argument ${name} is not declared${near === undefined ? '' : `, did you mean ${near}?`}`, {
          hint: near === undefined ? `add "- name: ${name}" to spec.args` : `write {{args.${near}}}`,
        })
      }
    }
  },
}

/** Everything that is declared by the templates that can run together with this one. */
function declarations(spec: AnalysisSpec, project: Project): { declared: Set<string>; isOpen: boolean } {
  const own = project.withNested(spec)
  const parents = project.specs.filter(each => project.withNested(each).specs.includes(spec))
  const uses = project.usesOf(spec)
  const together = [...own.specs, ...parents, ...uses.flatMap(use => use.specs)]
  return {
    declared: new Set(together.flatMap(({ args }) => args.map(({ name }) => name))),
    isOpen: own.isIncomplete || uses.some(use => use.isIncomplete),
  }
}
