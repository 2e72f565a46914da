import type { Rule } from '../rule.ts'

export const fieldRefInTemplate: Rule = {
  id: 'CA042',
  name: 'field-ref-in-template',
  severity: 'error',
  title: 'valueFrom.fieldRef in a template',
  explanation:
    'The CRD of templates has valueFrom.fieldRef, but nothing resolves it there: the run ends in Error (argument was not supplied). A fieldRef belongs into the args of the Rollout that uses the template.',
  hint: 'declare the argument without a value, and send it from the Rollout with valueFrom.fieldRef',
  example: {
    wrong: 'kind: AnalysisTemplate # args: valueFrom: fieldRef',
    right: 'kind: Rollout # analysis: args: valueFrom: fieldRef',
  },
  check(project, report) {
    for (const spec of project.specs)
      for (const { path, name, arg } of spec.args) {
        if (!arg.valueFrom?.fieldRef || arg.value !== undefined) continue
        const uses = project.usesOf(spec)
        // A value that everybody sends makes it harmless.
        if (uses.length > 0 && uses.every(use => use.args.some(sent => sent.name === name))) continue
        report(
          { document: spec.document, path: [...path, 'valueFrom', 'fieldRef'], onKey: true },
          `argument ${name}: a fieldRef is never resolved here`,
        )
      }
  },
}
