import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Case, Suite, SuiteReport } from './suite.ts'
import { analysisRunSuite } from './suites/analysis-run.ts'
import { conditionsSuite } from './suites/conditions.ts'
import { exprSuite } from './suites/expr.ts'
import { freightSuite } from './suites/freight.ts'
import { kargoScenariosSuite } from './suites/kargo-scenarios.ts'
import { kayentaJudgeSuite } from './suites/kayenta-judge.ts'
import { loghubSuite } from './suites/loghub.ts'
import { promqlSuite } from './suites/promql.ts'
import { rolloutInfoSuite } from './suites/rollout-info.ts'
import { verifyGoldenSuite } from './suites/verify-golden.ts'

/** Every suite, by the name on the command line; a new one adds its file and a line here. */
// biome-ignore lint/suspicious/noExplicitAny: each suite knows the shape of its own cases
export const suites: Readonly<Record<string, Suite<any>>> = {
  'analysis-run': analysisRunSuite,
  conditions: conditionsSuite,
  expr: exprSuite,
  freight: freightSuite,
  'kargo-scenarios': kargoScenariosSuite,
  'kayenta-judge': kayentaJudgeSuite,
  loghub: loghubSuite,
  promql: promqlSuite,
  'rollout-info': rolloutInfoSuite,
  'verify-golden': verifyGoldenSuite,
}

export class UsageError extends Error {}

/**
 * Runs every case of a JSON-lines file.
 *
 * @param onFailure told of each case that does not pass, in file order
 * @throws UsageError for an unknown suite, an unreadable file, or a line that is no JSON
 */
export function runSuite(name: string, file: string, onFailure: (id: string, text: string) => void): SuiteReport {
  const suite = suites[name]
  if (!suite)
    throw new UsageError(`unknown suite ${JSON.stringify(name)}; there are: ${Object.keys(suites).join(', ')}`)
  const companion = (companionName: string) => readText(join(dirname(file), companionName))
  const report: SuiteReport = { suite: name, total: 0, passed: 0, failed: 0 }
  for (const test of casesOf(suite, file)) {
    report.total++
    const failure = failureOf(suite, test, companion, report)
    if (failure === undefined) report.passed++
    else {
      report.failed++
      onFailure(test.id, failure)
    }
  }
  if (report.cases) report.means = meansOf(Object.values(report.cases))
  if (report.total === 0) throw new UsageError(`${file} has no cases`)
  return report
}

function failureOf(
  suite: Suite,
  test: Case,
  companion: (name: string) => string,
  report: SuiteReport,
): string | undefined {
  try {
    const { expected, actual, messages, figures } = suite.compare(test, companion)
    if (messages) {
      report.messages ??= { total: 0, equal: 0 }
      report.messages.total++
      if (messages.expected === messages.actual) report.messages.equal++
    }
    if (figures) {
      report.cases ??= {}
      report.cases[test.id] = figures
    }
    return isDeepStrictEqual(expected, actual) ? undefined : difference('', expected, actual).join('\n')
  } catch (error) {
    if (error instanceof UsageError) throw error
    return `  threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

function meansOf(figures: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(figures[0] ?? {})
  const mean = (name: string) => figures.reduce((sum, each) => sum + (each[name] ?? 0), 0) / figures.length
  return Object.fromEntries(names.map(name => [name, mean(name)]))
}

/** The places where two values differ, each with both values. */
function difference(path: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return []
  if (isContainer(expected) && isContainer(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...keys].flatMap(key => difference(path ? `${path}.${key}` : key, expected[key], actual[key]))
  }
  return [`  ${path}\n    expected ${JSON.stringify(expected)}\n    actual   ${JSON.stringify(actual)}`]
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function casesOf({ cases, folder }: Suite, file: string): Iterable<Case> {
  if (folder)
    return filesOf(file, folder.file).map(each => parsed(each, text => folder.case(text, basename(each, '.json'))))
  return cases ? parsed(file, cases) : readCases(file)
}

function parsed<T>(file: string, read: (text: string) => T): T {
  const text = readText(file)
  try {
    return read(text)
  } catch (error) {
    throw new UsageError(
      `${file}: not what this suite reads: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function filesOf(folder: string, pattern: RegExp): string[] {
  try {
    const names = readdirSync(folder).filter(name => pattern.test(name))
    return names.sort().map(name => join(folder, name))
  } catch (error) {
    throw new UsageError(`cannot read ${folder}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function* readCases(file: string): Generator<Case> {
  const lines = readText(file).split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    let test: Case
    try {
      test = JSON.parse(line)
    } catch (error) {
      throw new UsageError(`${file}:${index + 1}: not JSON: ${error instanceof Error ? error.message : String(error)}`)
    }
    yield test
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
