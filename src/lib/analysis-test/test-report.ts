import { shortGoDuration } from '../values/go-duration.ts'
import type { ExpectedValue } from './analysis-test.ts'
import type { TemplateCoverage } from './coverage.ts'
import type { FilesResult, TestOutcome } from './run-files.ts'
import { placeAt } from './test-file.ts'

/** `-o json`: what ran, what came out, and where it is not what the files say. */
export interface AnalysisTestReport {
  apiVersion: 'kubectl-canary/v1'
  kind: 'AnalysisTestReport'
  controllerVersion: string
  passed: number
  failed: number
  /** left out by --filter */
  skipped: number
  tests: TestRow[]
  coverage?: TemplateCoverage[]
}

export interface TestRow {
  file: string
  line: number
  name: string
  passed: boolean
  phase: string
  message?: string
  /** Go duration; absent for a run that goes on */
  finishedAfter?: string
  mismatches: MismatchRow[]
  measurements: MeasurementRow[]
}

export interface MismatchRow {
  /** `metrics.success-rate.values`, below `expect` */
  field: string
  /** in the file, of the expectation or of what is around the place where it is missing */
  line: number
  expected?: ExpectedValue | ExpectedValue[]
  actual?: ExpectedValue | ExpectedValue[]
}

export interface MeasurementRow {
  /** Go duration from the start of the run */
  after: string
  metric: string
  phase: string
  value?: string
  message?: string
}

export function reportOf(result: FilesResult, controllerVersion: string): AnalysisTestReport {
  const tests = result.outcomes.map(rowOf)
  const failed = tests.filter(each => !each.passed).length
  return {
    apiVersion: 'kubectl-canary/v1',
    kind: 'AnalysisTestReport',
    controllerVersion,
    passed: tests.length - failed,
    failed,
    skipped: result.skipped,
    tests,
    ...(result.coverage ? { coverage: result.coverage } : {}),
  }
}

function rowOf({ prepared, result, mismatches }: TestOutcome): TestRow {
  const { file, index, test } = prepared
  const { phase = 'Running', message } = result.run.status ?? {}
  return {
    file: file.source.name,
    line: placeAt(file.root, ['tests', index]).line,
    name: test.name,
    passed: mismatches.length === 0,
    phase,
    ...(message ? { message } : {}),
    ...(result.finishedAfterMs === undefined ? {} : { finishedAfter: shortGoDuration(result.finishedAfterMs) }),
    mismatches: mismatchRows({ prepared, result, mismatches }),
    measurements: result.measurements.map(({ afterMs, ...rest }) => ({ after: shortGoDuration(afterMs), ...rest })),
  }
}

/** Values are shown as whole lists, of which single ones are wrong. */
function mismatchRows({ prepared, mismatches }: TestOutcome): MismatchRow[] {
  const { file, index, test } = prepared
  const rows: MismatchRow[] = []
  const lists = new Map<string, MismatchRow>()
  for (const { path, expected, actual } of mismatches) {
    const isItem = path.at(-2) === 'values'
    const shown = isItem ? path.slice(0, -1) : path
    const field = fieldText(shown.slice(1))
    let row = lists.get(field)
    if (row === undefined) {
      row = { field, line: placeAt(file.root, ['tests', index, ...shown]).line }
      rows.push(row)
      if (isItem) {
        const values = test.expect.metrics?.[String(path.at(-3))]?.values ?? []
        row.expected = [...values]
        row.actual = [...values]
        lists.set(field, row)
      }
    }
    if (!isItem) Object.assign(row, definedOf({ expected, actual }))
    else if (actual === undefined) row.actual = (row.actual as ExpectedValue[]).slice(0, Number(path.at(-1)))
    else (row.actual as ExpectedValue[])[Number(path.at(-1))] = actual
  }
  return rows
}

const definedOf = (values: Pick<MismatchRow, 'expected' | 'actual'>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

const fieldText = (path: readonly (string | number)[]) =>
  path.reduce<string>(
    (all, step) => (typeof step === 'number' ? `${all}[${step}]` : (all && `${all}.${step}`) || step),
    '',
  )

/** The report as JSON can hold it: numbers that are not finite become text, as the controller writes them. */
export function documentOf(report: AnalysisTestReport): AnalysisTestReport {
  const finite = (value: ExpectedValue | ExpectedValue[]): ExpectedValue | ExpectedValue[] => {
    if (Array.isArray(value)) return value.map(each => finite(each)) as ExpectedValue[]
    if (typeof value !== 'number' || Number.isFinite(value)) return value
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  }
  const tests = report.tests.map(test => ({
    ...test,
    mismatches: test.mismatches.map(({ field, line, expected, actual }) => ({
      field,
      line,
      ...(expected === undefined ? {} : { expected: finite(expected) }),
      ...(actual === undefined ? {} : { actual: finite(actual) }),
    })),
  }))
  return { ...report, tests }
}

/** A value as one would write it in a test. */
export function expectationText(value: ExpectedValue | readonly ExpectedValue[]): string {
  if (Array.isArray(value)) return `[${value.map(expectationText).join(', ')}]`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
