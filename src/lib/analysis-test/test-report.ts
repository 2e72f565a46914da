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
  /** `metrics.success-rate.values[2]`, below `expect` */
  field: string
  /** in the file, of the expectation or of what is around the place where it is missing */
  line: number
  expected?: ExpectedValue
  actual?: ExpectedValue
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
    mismatches: mismatches.map(({ path, expected, actual }) => ({
      field: fieldText(path.slice(1)),
      line: placeAt(file.root, ['tests', index, ...path]).line,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    })),
    measurements: result.measurements.map(({ afterMs, ...rest }) => ({ after: shortGoDuration(afterMs), ...rest })),
  }
}

const fieldText = (path: readonly (string | number)[]) =>
  path.reduce<string>(
    (all, step) => (typeof step === 'number' ? `${all}[${step}]` : (all && `${all}.${step}`) || step),
    '',
  )

/** A value as one would write it in a test; infinite numbers have no form in JSON. */
export function expectationText(value: ExpectedValue): string {
  if (Array.isArray(value)) return `[${value.map(expectationText).join(', ')}]`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
