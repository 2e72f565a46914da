import { mapOf, mapsOf } from '../model/plain.ts'
import type { Rule } from '../rule.ts'

const words: Readonly<Record<string, string>> = { dryRun: 'Dry-Run', measurementRetention: 'Measurement Retention' }

export const duplicateRule: Rule = {
  id: 'CA015',
  name: 'duplicate-rule',
  severity: 'error',
  title: 'Two dryRun or measurementRetention rules of one name',
  explanation: "The run cannot be created: two Dry-Run metric rules have the same name 'N'.",
  hint: 'leave one of them out',
  example: { wrong: 'dryRun:\n- metricName: a\n- metricName: a', right: 'dryRun:\n- metricName: a' },
  check({ specs }, report) {
    for (const { document } of specs)
      for (const [field, word] of Object.entries(words)) {
        const seen = new Set<string>()
        for (const [index, { metricName }] of mapsOf(mapOf(document.object.spec)[field])) {
          if (typeof metricName !== 'string') continue
          if (seen.has(metricName))
            report(
              { document, path: ['spec', field, index, 'metricName'] },
              `two ${word} metric rules have the same name '${metricName}'`,
            )
          seen.add(metricName)
        }
      }
  },
}
