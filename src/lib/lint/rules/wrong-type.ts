import { schemaProblems } from '../model/schemas-of.ts'
import type { Rule } from '../rule.ts'
import { isTextOfArgument } from './non-string-value.ts'

export const wrongType: Rule = {
  id: 'CA003',
  name: 'wrong-type',
  severity: 'error',
  title: 'A value of a type that the CRD does not take',
  explanation:
    'The API server refuses the whole object when a field has another type than the CRD says, or a value that is not among the ones allowed.',
  hint: 'write a value of the type that the CRD asks for',
  example: { wrong: 'interval: 60', right: 'interval: 60s' },
  isFixable: true,
  check(project, report) {
    for (const document of project.documents)
      for (const problem of schemaProblems(document, project)) {
        const { path } = problem
        const target = { document, path }
        const field = String(path.findLast(step => typeof step === 'string') ?? 'value')
        if (problem.kind === 'type' && !isTextOfArgument(problem))
          report(target, `${field} must be ${problem.wanted}, not ${problem.got}`)
        if (problem.kind !== 'choice') continue
        const { choices, value, near } = problem
        report(target, `${field} must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`, {
          ...(near === undefined ? {} : { hint: `write ${near}`, fix: { target, text: near } }),
        })
      }
  },
}
