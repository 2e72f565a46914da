import { ruleMatches } from '../../analysis/rule-match.ts'
import type { AnalysisSpec } from '../model/analysis-spec.ts'
import { mapOf, mapsOf, valueAt } from '../model/plain.ts'
import type { Project } from '../model/project.ts'
import type { Report, Rule } from '../rule.ts'
import type { LintDocument } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'

export const ruleMatchesNothing: Rule = {
  id: 'CA014',
  name: 'rule-matches-nothing',
  severity: 'error',
  title: 'A dryRun or measurementRetention rule that fits no metric',
  explanation:
    "The run ends in Error at once: Rule didn't match any metric name(s). metricName is an unanchored regular expression of Go: `total` also fits `total-5xx`, and the `*` of the API's documentation is no regular expression at all; it has to be `.*`.",
  hint: 'write the name of a metric, or a regular expression that fits one',
  example: { wrong: 'dryRun:\n- metricName: "*"', right: 'dryRun:\n- metricName: ".*"' },
  isFixable: true,
  check(project, report) {
    for (const spec of project.specs) {
      const holder = mapOf(spec.document.object.spec)
      if (holder.dryRun === undefined && holder.measurementRetention === undefined) continue
      // Rules of a part are applied to the metrics of the whole.
      const { specs, isIncomplete } = project.together(spec)
      checkRules(spec.document, holder, ['spec'], isIncomplete ? undefined : specs, report)
    }
    checkReferences(project, report)
  },
}

function checkReferences({ references }: Project, report: Report): void {
  for (const { document, path, specs, isIncomplete, kind, use } of references) {
    if (kind !== 'Rollout' || use === 'experiment' || isIncomplete) continue
    checkRules(document, mapOf(valueAt(document.object, path)), path, specs, report)
  }
}

function checkRules(
  document: LintDocument,
  holder: Record<string, unknown>,
  path: Path,
  specs: readonly AnalysisSpec[] | undefined,
  report: Report,
): void {
  const names = specs?.flatMap(({ metrics }) => metrics.map(({ name }) => name))
  if (names?.some(name => name.includes('{{'))) return
  for (const field of ['dryRun', 'measurementRetention'])
    for (const [index, { metricName }] of mapsOf(holder[field])) {
      if (typeof metricName !== 'string' || metricName.includes('{{')) continue
      const target = { document, path: [...path, field, index, 'metricName'] }
      if (metricName === '*')
        report(target, `${field}[${index}]: * is no regular expression, so the rule fits no metric`, {
          hint: "write '.*'",
          fix: { target, text: "'.*'" },
        })
      else if (names && names.length > 0 && !names.some(name => ruleMatches(metricName, name)))
        report(target, `${field}[${index}]: Rule didn't match any metric name(s)`)
    }
}
