import type { Rule } from '../rule.ts'

export const duplicateMetric: Rule = {
  id: 'CA007',
  name: 'duplicate-metric',
  severity: 'error',
  title: 'Two metrics of one name',
  explanation:
    "Metrics are told apart by name: metrics[1]: duplicate name 'N' (the run ends in Error at once). Names are compared after arguments have been put in.",
  hint: 'give each metric a name of its own',
  example: {
    wrong: 'metrics:\n- name: errors\n- name: errors',
    right: 'metrics:\n- name: errors\n- name: errors-of-payments',
  },
  check({ specs }, report) {
    for (const { document, metrics } of specs) {
      const seen = new Set<string>()
      for (const { path, name } of metrics) {
        if (name !== '' && seen.has(name)) report({ document, path: [...path, 'name'] }, `duplicate name '${name}'`)
        seen.add(name)
      }
    }
  },
}
