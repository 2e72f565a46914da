import { didYouMean } from '../../values/did-you-mean.ts'
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
      if (spec.uses.length === 0) continue
      const { specs, isIncomplete } = project.together(spec)
      const declared = new Set(specs.flatMap(({ args }) => args.map(({ name }) => name)))
      const seen = new Set<string>()
      for (const { path, onKey, start, end, name } of spec.uses) {
        if (declared.has(name) || isIncomplete) continue
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
