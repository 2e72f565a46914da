import type { AnalysisSpec } from '../model/analysis-spec.ts'
import type { Report, Rule } from '../rule.ts'

export const argConflict: Rule = {
  id: 'CA044',
  name: 'arg-conflict',
  severity: 'error',
  title: 'One argument with two values',
  explanation:
    'Templates that run together share their arguments. Two different defaults of one name are refused, even where the Rollout sends a value: Argument specified multiple times with different values.',
  hint: 'use one default, or two names',
  example: {
    wrong: 'args:\n- {name: env, value: a}\n- {name: env, value: b}',
    right: 'args:\n- {name: env, value: a}',
  },
  check(project, report) {
    const reported = new Set<string>()
    for (const spec of project.specs) checkTogether(project.withNested(spec).specs, reported, report)
    for (const { specs } of project.references) checkTogether(specs, reported, report)
  },
}

function checkTogether(specs: readonly AnalysisSpec[], reported: Set<string>, report: Report): void {
  const first = new Map<string, { value: string; spec: AnalysisSpec }>()
  for (const spec of specs)
    for (const { path, name, arg } of spec.args) {
      const before = first.get(name)
      if (arg.value === undefined) continue
      if (before === undefined) first.set(name, { value: arg.value, spec })
      else if (before.value !== arg.value) {
        const key = `${spec.label} ${spec.namespace} ${path.join('.')}`
        if (reported.has(key)) continue
        reported.add(key)
        const where = before.spec === spec ? '' : ` of ${before.spec.label}`
        report(
          { document: spec.document, path: [...path, 'value'] },
          `Argument \`${name}\` specified multiple times with different values: '${before.value}'${where}, '${arg.value}'`,
        )
      }
    }
}
