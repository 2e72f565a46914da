import type { Rule } from '../rule.ts'

export const secretBeatsValue: Rule = {
  id: 'CA043',
  name: 'secret-beats-value',
  severity: 'warning',
  title: 'An argument with a Secret and a value',
  explanation:
    'Where an argument has both, the Secret wins, and the value has no effect. That also goes for a value that a Rollout or a Stage sends to an argument whose template says secretKeyRef.',
  hint: 'keep the one that is meant',
  example: {
    wrong: '- name: token\n  value: abc\n  valueFrom: {secretKeyRef: {name: api, key: token}}',
    right: '- name: token\n  valueFrom: {secretKeyRef: {name: api, key: token}}',
  },
  check({ specs, references }, report) {
    for (const { document, args } of specs)
      for (const { path, name, arg } of args)
        if (arg.value !== undefined && arg.valueFrom?.secretKeyRef)
          report({ document, path: [...path, 'value'] }, `argument ${name} has a secretKeyRef too, which wins`)
    for (const { document, args, specs: used } of references)
      for (const { path, name, value } of args) {
        const declared = used.flatMap(spec => spec.args).find(each => each.name === name)
        if (value !== undefined && declared?.arg.valueFrom?.secretKeyRef && declared.arg.value === undefined)
          report(
            { document, path: [...path, 'value'] },
            `the template takes ${name} from a Secret, so this value has no effect`,
          )
      }
  },
}
