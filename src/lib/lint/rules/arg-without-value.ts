import type { SentArgument } from '../model/references.ts'
import type { Rule } from '../rule.ts'

export const argWithoutValue: Rule = {
  id: 'CA047',
  name: 'arg-without-value',
  severity: 'error',
  title: 'An argument that nobody gives a value',
  explanation:
    'An argument without a default needs a value from the Rollout, Experiment or Stage that uses the template. Otherwise there is no run: args.NAME was not resolved (for a Rollout InvalidSpec, for a Stage a verification in Error). In an AnalysisRun every argument needs one.',
  hint: 'send a value, or give the argument a default in the template',
  example: {
    wrong: 'templates:\n- templateName: success-rate',
    right: 'templates:\n- templateName: success-rate\nargs:\n- name: service\n  value: shop',
  },
  check({ references, specs }, report) {
    for (const { document, kind, args, specs: used, isIncomplete, templates } of references) {
      if (isIncomplete) continue
      // A Rollout sends "" for an argument without a value; for the others it is none.
      const hasSource = (arg: SentArgument) =>
        kind === 'Rollout' || arg.value !== undefined || arg.valueFrom !== undefined
      const sent = new Set(args.filter(hasSource).map(({ name }) => name))
      const declared = new Map<string, boolean>()
      for (const { name, arg } of used.flatMap(spec => spec.args))
        declared.set(name, declared.get(name) || arg.value !== undefined || arg.valueFrom !== undefined)
      const missing = [...declared].filter(([name, hasValue]) => !hasValue && !sent.has(name))
      const [mention] = templates
      for (const [name] of missing)
        if (mention)
          report({ document, path: mention.path }, `args.${name} was not resolved: it has no default, and none is sent`)
    }
    for (const { kind, document, args } of specs)
      if (kind === 'AnalysisRun')
        for (const { path, name, arg } of args)
          if (arg.value === undefined && !arg.valueFrom?.secretKeyRef)
            report({ document, path: [...path, 'name'] }, `argument "${name}" was not supplied`)
  },
}
