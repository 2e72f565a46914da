import { type AnalysisTestReport, expectationText, type TestRow } from '../analysis-test/test-report.ts'
import { safeText } from '../values/safe-text.ts'
import { renderJunit } from './junit.ts'

/** `analysis test -o junit`: a suite for each file. */
export function renderTestJunit(report: AnalysisTestReport): string {
  const files = [...new Set(report.tests.map(test => test.file))]
  return renderJunit(
    'kubectl canary analysis test',
    files.map(file => ({
      name: file,
      cases: report.tests.filter(test => test.file === file).map(caseOf),
    })),
  )
}

function caseOf(test: TestRow) {
  const base = { name: test.name, className: test.file }
  if (test.passed) return base
  const differences = test.mismatches.map(({ field, line, expected, actual }) => {
    const [wanted, got] = [expected, actual].map(each => (each === undefined ? 'nothing' : expectationText(each)))
    return `${field} (line ${line}): expected ${wanted}, got ${got}`
  })
  const measurements = test.measurements.map(({ after, metric, phase, value, message }) =>
    `${after} ${metric} ${phase} ${value || message || ''}`.trimEnd(),
  )
  const says = test.message ? [`the run says: ${test.message}`] : []
  const text = [...differences, ...says, '', ...measurements].map(safeText).join('\n')
  return { ...base, failure: { message: safeText(differences[0] ?? 'failed'), text } }
}
