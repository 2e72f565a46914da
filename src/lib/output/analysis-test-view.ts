import type { ConditionCoverage, TemplateCoverage } from '../analysis-test/coverage.ts'
import {
  type AnalysisTestReport,
  expectationText,
  type MismatchRow,
  type TestRow,
} from '../analysis-test/test-report.ts'
import type { FileUpdate } from '../analysis-test/update.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { icons } from './icons.ts'
import { paint, type Styled } from './style.ts'
import { type Rendering, renderTable } from './table.ts'

/** A line for each test, what is wrong with those that failed and the measurements that led there, and the totals. */
export function renderTestReport(report: AnalysisTestReport, rendering: Rendering): string {
  const files = [...new Set(report.tests.map(test => test.file))]
  const width = Math.max(...report.tests.map(test => safeText(test.name).length), 0)
  const parts = files.map(file => {
    const tests = report.tests.filter(test => test.file === file)
    return `${safeText(file)}\n${tests.map(test => testText(test, width, rendering)).join('')}`
  })
  return [
    ...parts,
    ...(report.coverage ? [coverageText(report.coverage, rendering)] : []),
    `${totalsText(report, files.length)}\n`,
  ].join('\n')
}

function testText(test: TestRow, width: number, rendering: Rendering): string {
  const icon = test.passed ? icons.ok : icons.bad
  const result = test.passed ? 'passed' : 'FAILED'
  const ended = test.finishedAfter === undefined ? test.phase : `${test.phase} after ${test.finishedAfter}`
  const line: Styled = [
    { text: `  ${icon} ${result}  `, style: iconStyle(icon) },
    { text: safeText(test.name).padEnd(width) },
    { text: `  ${ended}`, style: 'dim' },
  ]
  const head = `${paint(line, rendering.color)}\n`
  return test.passed ? head : head + failureText(test, rendering)
}

/** What a test expected and got, and how it came to that. */
export function failureText(test: TestRow, { color, columns }: Rendering): string {
  const rendering = { color, ...(columns === undefined ? {} : { columns: columns - indent.length }) }
  const differences = test.mismatches.map(each => mismatchText(each, test.file, color)).join('')
  const isShown = test.mismatches.some(({ field }) => field === 'message')
  const message = test.message && !isShown ? `the run says: ${safeText(test.message)}\n` : ''
  return indented(`${differences}${message}${measurementsText(test, rendering)}`)
}

const indent = '      '
const indented = (text: string) => text.replace(/^(?=.)/gm, indent)

function mismatchText({ field, line, expected, actual }: MismatchRow, file: string, color: boolean): string {
  const wanted = expected === undefined ? 'nothing' : expectationText(expected)
  const got = actual === undefined ? 'nothing' : expectationText(actual)
  const lines: Styled[] = [
    [
      { text: safeText(field), style: 'bold' },
      { text: `  ${safeText(file)}:${line}`, style: 'dim' },
    ],
    { text: `- ${safeText(wanted)}`, style: 'red' },
    { text: `+ ${safeText(got)}`, style: 'green' },
  ]
  return lines.map(each => `${paint(each, color)}\n`).join('')
}

/** A long run is shown from its end, where it was decided. */
const mostMeasurements = 20

function measurementsText({ measurements }: TestRow, rendering: Rendering): string {
  if (measurements.length === 0) return 'no measurement was taken\n'
  const shown = measurements.slice(-mostMeasurements)
  const left = measurements.length - shown.length
  const rows = shown.map(({ after, metric, phase, value, message }) => [
    after,
    safeText(metric),
    phase,
    safeText(value || message || '-'),
  ])
  const columns = [
    { title: 'AFTER' },
    { title: 'METRIC', cut: 'middle' as const },
    { title: 'PHASE' },
    { title: 'VALUE', cut: 'end' as const, yields: 1 },
  ]
  const note = left > 0 ? `${left} measurements before these\n` : ''
  return note + renderTable(columns, rows, rendering)
}

function totalsText({ passed, failed, skipped }: AnalysisTestReport, files: number): string {
  const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
  const left = skipped > 0 ? `, ${skipped} left out by --filter` : ''
  return `${counted(passed + failed, 'test')} in ${counted(files, 'file')}: ${passed} passed, ${failed} failed${left}`
}

/** Which conditions were seen true and false; what never happened is what a test is missing for. */
function coverageText(templates: readonly TemplateCoverage[], rendering: Rendering): string {
  const rows = templates.flatMap(({ kind, name, metrics, runs }) => {
    const template = `${kind.toLowerCase()}/${safeText(name)}`
    if (runs === 0) return [[template, '-', 'never run', '0', '0', '0']]
    return metrics.flatMap(metric =>
      metric.conditions.length === 0
        ? [[template, safeText(metric.name), 'no condition', '-', '-', '-']]
        : metric.conditions.map(each => [template, safeText(metric.name), ...conditionCells(each)]),
    )
  })
  const columns = [
    { title: 'TEMPLATE', cut: 'middle' as const, yields: 2, min: 16 },
    { title: 'METRIC', cut: 'middle' as const },
    { title: 'CONDITION', cut: 'end' as const, yields: 1, min: 20 },
    { title: 'TRUE' },
    { title: 'FALSE' },
    { title: 'ERROR' },
  ]
  const conditions = templates.flatMap(({ metrics }) => metrics.flatMap(metric => metric.conditions))
  const seen = conditions.filter(each => each.true > 0).length + conditions.filter(each => each.false > 0).length
  return `${renderTable(columns, rows, rendering)}coverage: ${seen} of ${conditions.length * 2} outcomes of conditions were seen\n`
}

function conditionCells({ field, condition, true: yes, false: no, error }: ConditionCoverage): Styled[] {
  const count = (seen: number): Styled => (seen > 0 ? String(seen) : { text: 'never', style: 'yellow' })
  return [`${field.replace('Condition', '')}: ${safeText(condition)}`, count(yes), count(no), String(error)]
}

/** What `--update` changes in a file, line by line. */
export function renderTestUpdate({ file, changes, notUpdated }: FileUpdate, color: boolean): string {
  const lines: Styled[] = changes.flatMap(({ line, before, after }): Styled[] => [
    { text: `${safeText(file.source.name)}:${line}`, style: 'bold' },
    ...before.map((text): Styled => ({ text: `- ${shownLine(text)}`, style: 'red' })),
    ...after.map((text): Styled => ({ text: `+ ${shownLine(text)}`, style: 'green' })),
  ])
  const left = notUpdated.map(
    ({ outcome, why }): Styled => `not updated: ${safeText(outcome.prepared.test.name)}: ${safeText(why)}`,
  )
  return [...lines, ...left].map(line => `${paint(line, color)}\n`).join('')
}

/** Safe, with the indentation that `safeText` would take away. */
const shownLine = (text: string) => (/^ */.exec(text)?.[0] ?? '') + safeText(text.trimStart())
