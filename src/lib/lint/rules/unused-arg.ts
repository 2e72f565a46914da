import type { Rule } from '../rule.ts'

export const unusedArg: Rule = {
  id: 'CA041',
  name: 'unused-arg',
  severity: 'warning',
  title: 'An argument that no metric uses',
  explanation:
    'An argument needs a value whether it is used or not: a run to which nobody sends it ends in Error. One that no metric uses is a leftover, or a sign that a metric lost its {{args.NAME}}.',
  hint: 'use it in a metric, or remove it',
  example: { wrong: 'args:\n- name: service\n- name: old', right: 'args:\n- name: service' },
  check(project, report) {
    for (const spec of project.specs) {
      if (spec.args.length === 0) continue
      const { specs: together, isIncomplete } = project.together(spec)
      if (isIncomplete) continue
      const used = new Set(together.flatMap(each => each.uses.map(({ name }) => name)))
      for (const { path, name } of spec.args)
        if (!used.has(name))
          report({ document: spec.document, path: [...path, 'name'] }, `argument ${name} is used by no metric`)
    }
  },
}
