import type { Rule } from '../rule.ts'

export const emptyArg: Rule = {
  id: 'CA048',
  name: 'empty-arg',
  severity: 'warning',
  title: 'An argument without a value, which sends an empty text',
  explanation:
    'A Rollout always sends what it lists. An argument with neither value nor valueFrom is sent as "", which overrides the default of the template. For a Kargo Stage it is an error when the template has no default.',
  hint: 'give it a value, or leave it out so that the default of the template counts',
  example: { wrong: 'args:\n- name: service', right: 'args:\n- name: service\n  value: shop' },
  check({ references }, report) {
    for (const { document, kind, args } of references) {
      if (kind !== 'Rollout') continue
      for (const { path, name, value, valueFrom } of args)
        if (value === undefined && valueFrom === undefined)
          report(
            { document, path: [...path, 'name'] },
            `argument ${name} has no value and is sent as "", which overrides the template's default`,
          )
    }
  },
}
