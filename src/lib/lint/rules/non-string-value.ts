import { isScalar } from 'yaml'
import { mapOf, mapsOf } from '../model/plain.ts'
import { schemaProblems } from '../model/schemas-of.ts'
import type { Rule } from '../rule.ts'
import type { SchemaProblem } from '../schema/check-schema.ts'
import { findNode, type LintDocument } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'

/** Words that are booleans to kubectl (YAML 1.1) although YAML 1.2 calls them text. */
const oldBoolean = /^(?:yes|no|on|off)$/i

/** A scalar where `value` has to be a text. */
export const isTextOfArgument = (problem: SchemaProblem): boolean =>
  problem.kind === 'type' && problem.isScalar && problem.wanted === 'a text' && problem.path.at(-1) === 'value'

export const nonStringValue: Rule = {
  id: 'CA005',
  name: 'non-string-value',
  severity: 'error',
  title: 'A `value` that is a number or boolean, not a text',
  explanation:
    'Values of arguments and headers are texts. A number or a boolean (for kubectl also a bare yes, no, on or off) is refused: json: cannot unmarshal number into Go struct field.',
  hint: 'put the value in quotes',
  example: { wrong: 'args:\n- name: port\n  value: 9090', right: 'args:\n- name: port\n  value: "9090"' },
  isFixable: true,
  check(project, report) {
    for (const document of project.documents) {
      for (const problem of schemaProblems(document, project)) {
        if (problem.kind !== 'type' || !isTextOfArgument(problem)) continue
        const target = { document, path: problem.path }
        report(target, `value must be a text, not ${problem.got}`, { fix: { target, quote: true } })
      }
      for (const path of argumentValues(document)) {
        const { node } = findNode(document, path)
        if (!isScalar(node) || node.type !== 'PLAIN' || !oldBoolean.test(String(node.value))) continue
        const target = { document, path }
        report(target, `value must be a text, and a bare ${node.value} is a boolean to kubectl`, {
          fix: { target, quote: true },
        })
      }
    }
  },
}

function argumentValues({ object }: LintDocument): Path[] {
  const spec = mapOf(object.spec)
  const lists: [unknown, Path][] = [
    [spec.args, ['spec', 'args']],
    [mapOf(spec.verification).args, ['spec', 'verification', 'args']],
    [mapOf(mapOf(mapOf(spec.strategy).canary).analysis).args, ['spec', 'strategy', 'canary', 'analysis', 'args']],
  ]
  return lists.flatMap(([list, path]) =>
    mapsOf(list).flatMap(([index, arg]) =>
      typeof arg.value === 'string' && oldBoolean.test(arg.value) ? [[...path, index, 'value']] : [],
    ),
  )
}
