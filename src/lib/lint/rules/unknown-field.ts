import { schemaProblems } from '../model/schemas-of.ts'
import type { Rule } from '../rule.ts'

export const unknownField: Rule = {
  id: 'CA002',
  name: 'unknown-field',
  severity: 'error',
  title: 'A field that the CRD does not have',
  explanation:
    'The API server refuses a field that the CRD does not know (kubectl apply), or drops it without a word (most other clients). A limit or condition that is misspelt is then simply not there. Checked against the CRDs of Argo Rollouts 1.6 to 1.10; --controller-version says which fields there already are.',
  hint: 'use the name that the CRD has',
  example: { wrong: 'failiureLimit: 3', right: 'failureLimit: 3' },
  isFixable: true,
  check(project, report) {
    for (const document of project.documents)
      for (const problem of schemaProblems(document, project)) {
        if (problem.kind !== 'unknown') continue
        const { path, field, near, isNewer } = problem
        const target = { document, path, onKey: true }
        if (isNewer)
          report(target, `field ${field} exists from Argo Rollouts 1.10 on`, {
            hint: 'leave it out, or check with --controller-version 1.10',
          })
        else if (near === undefined) report(target, `unknown field ${field}`)
        else
          report(target, `unknown field ${field}, did you mean ${near}?`, {
            hint: `write ${near}`,
            fix: { target, text: near },
          })
      }
  },
}
