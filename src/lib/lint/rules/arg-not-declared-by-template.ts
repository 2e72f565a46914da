import { didYouMean } from '../../values/did-you-mean.ts'
import type { Rule } from '../rule.ts'

export const argNotDeclaredByTemplate: Rule = {
  id: 'CA046',
  name: 'arg-not-declared-by-template',
  severity: 'warning',
  title: 'A Rollout, Experiment or Stage sends an argument that no template declares',
  explanation: 'Arguments that no template declares are dropped without a word, by Argo Rollouts and by Kargo.',
  hint: 'declare it in the args of the template, or leave it out',
  example: {
    wrong: 'args:\n- name: commit # the template declares service-name only',
    right: 'args:\n- name: service-name',
  },
  check({ references }, report) {
    for (const { document, args, specs, isIncomplete } of references) {
      if (isIncomplete) continue
      const declared = new Set(specs.flatMap(spec => spec.args.map(({ name }) => name)))
      for (const { path, name } of args) {
        if (declared.has(name)) continue
        const near = didYouMean(name, declared)
        const templates = specs.map(spec => spec.name).join(', ')
        report(
          { document, path: [...path, 'name'] },
          `argument ${name} is dropped: ${templates} ${specs.length > 1 ? 'do' : 'does'} not declare it${near === undefined ? '' : `, did you mean ${near}?`}`,
        )
      }
    }
  },
}
