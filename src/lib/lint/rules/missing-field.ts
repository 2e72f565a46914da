import { schemaProblems } from '../model/schemas-of.ts'
import type { Rule } from '../rule.ts'

/** Left to rules that say more about it. */
const elsewhere: ReadonlySet<string> = new Set(['provider', 'metrics'])

export const missingField: Rule = {
  id: 'CA004',
  name: 'missing-field',
  severity: 'error',
  title: 'A field that the CRD requires is not there',
  explanation: 'The API server refuses the object without this field.',
  hint: 'add the field',
  example: {
    wrong: 'web:\n  jsonPath: "{$.ok}"',
    right: 'web:\n  url: https://shop.example/health\n  jsonPath: "{$.ok}"',
  },
  check(project, report) {
    for (const document of project.documents)
      for (const problem of schemaProblems(document, project)) {
        if (problem.kind !== 'missing' || elsewhere.has(problem.field)) continue
        report({ document, path: problem.path }, `required field ${problem.field} is missing`, {
          hint: `add ${problem.field}`,
        })
      }
  },
}
