import { listOf, mapOf } from '../model/plain.ts'
import type { Rule } from '../rule.ts'

export const noMetrics: Rule = {
  id: 'CA006',
  name: 'no-metrics',
  severity: 'error',
  title: 'An analysis without metrics',
  explanation:
    'A run without metrics ends in Error at once: Analysis spec invalid: no metrics specified. A template may have none only when it refers to others in `templates`.',
  hint: 'add a metric, or refer to a template that has one',
  example: { wrong: 'spec:\n  metrics: []', right: 'spec:\n  templates:\n  - templateName: success-rate' },
  check({ specs }, report) {
    for (const { document, metrics, nested } of specs) {
      const given = listOf(mapOf(document.object.spec).metrics)
      if (metrics.length === 0 && given.length === 0 && nested.length === 0)
        report({ document, path: ['spec', 'metrics'] }, 'no metrics specified')
    }
  },
}
