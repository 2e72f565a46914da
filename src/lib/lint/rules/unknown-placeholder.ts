import { placeholdersOf } from '../model/templated-text.ts'
import type { Rule } from '../rule.ts'

export const unknownPlaceholder: Rule = {
  id: 'CA039',
  name: 'unknown-placeholder',
  severity: 'error',
  title: 'A {{...}} that is no argument',
  explanation:
    'Before it measures, the controller replaces every {{...}} in a metric, also in the commands of a Job. Only {{args.NAME}} exists; anything else ends the run in Error: failed to resolve {{...}}. There is no way to escape one.',
  hint: 'write {{args.NAME}}, or keep the braces out of the template',
  example: { wrong: 'query: up{app="{{service}}"}', right: 'query: up{app="{{args.service}}"}' },
  check({ specs }, report) {
    for (const { document, templated, args } of specs)
      for (const { path: at, text, onKey } of templated) {
        const { list, unclosedAt } = placeholdersOf(text)
        const declared = new Set(args.map(({ name }) => name))
        for (const { start, end, tag, argument } of list) {
          if (argument !== undefined) continue
          const target = { document, path: at, ...(onKey ? { onKey } : { within: { start, end } }) }
          const isHelm = /^-?\s*(?:\.Values|\.Release|\.Chart|include |tpl |toYaml )/.test(tag)
          report(target, `failed to resolve {{${tag}}}`, {
            ...(isHelm ? { hint: 'this is a template of Helm: check what helm template makes of it' } : {}),
            ...(declared.has(tag) ? { hint: `write {{args.${tag}}}`, fix: { target, text: `{{args.${tag}}}` } } : {}),
          })
        }
        if (unclosedAt === undefined) continue
        const within = { start: unclosedAt, end: text.length }
        report(
          { document, path: at, ...(onKey ? { onKey } : { within }) },
          '{{ is not closed: the controller looks for }} in the fields after it',
        )
      }
  },
  isFixable: true,
}
