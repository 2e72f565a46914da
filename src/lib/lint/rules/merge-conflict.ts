import type { Rule } from '../rule.ts'

export const mergeConflict: Rule = {
  id: 'CA049',
  name: 'merge-conflict',
  severity: 'error',
  title: 'Templates that cannot run together',
  explanation:
    "The metrics and rules of all templates of a run are put into one list: two metrics have the same name 'M', and two Dry-Run metric rules have the same name 'R', are refused. For a Rollout that is InvalidSpec, for a Stage a verification in Error.",
  hint: 'rename one of them, or use one of the templates only',
  example: {
    wrong: 'templates: # both have a metric "errors"\n- templateName: a\n- templateName: b',
    right: 'templates:\n- templateName: a',
  },
  check(project, report) {
    const groups = [
      ...project.references.map(({ document, specs, templates }) => ({
        document,
        specs,
        path: templates[0]?.path ?? [],
      })),
      ...project.specs
        .filter(spec => spec.nested.length > 0)
        .map(spec => ({ document: spec.document, specs: project.withNested(spec).specs, path: ['spec', 'templates'] })),
    ]
    for (const { document, specs, path } of groups) {
      const seen = new Map<string, string>()
      for (const { metrics, label } of specs)
        for (const { name } of metrics) {
          const before = seen.get(name)
          if (before !== undefined && before !== label)
            report({ document, path }, `two metrics have the same name '${name}': in ${before} and ${label}`)
          seen.set(name, label)
        }
      const rules = new Set<string>()
      for (const { spec, label } of specs)
        for (const field of ['dryRun', 'measurementRetention'] as const)
          for (const metricName of new Set((spec[field] ?? []).map(rule => rule.metricName))) {
            if (rules.has(`${field} ${metricName}`)) {
              const word = field === 'dryRun' ? 'Dry-Run' : 'Measurement Retention'
              report(
                { document, path },
                `two ${word} metric rules have the same name '${metricName}', the second in ${label}`,
              )
            }
            rules.add(`${field} ${metricName}`)
          }
    }
  },
}
