import type { AnalysisTemplate, ControllerVersion } from '../analysis/analysis.ts'
import type { Context } from '../context/context.ts'
import { matches } from '../expr/go/regular-expression.ts'
import { Failure, usage } from '../values/failure.ts'
import { breathe } from './breathe.ts'
import { compare, type Mismatch } from './compare.ts'
import { Coverage, type TemplateCoverage } from './coverage.ts'
import { PromqlReader } from './input-series.ts'
import { Libraries, type Library, libraryOf } from './library.ts'
import { type PreparedTest, prepareTest } from './prepare-test.ts'
import { runTest, type TestResult } from './run-test.ts'
import { Problems, readTestFile, type TestFile, type TestSource } from './test-file.ts'

export interface TestOutcome {
  prepared: PreparedTest
  result: TestResult
  mismatches: readonly Mismatch[]
}

export interface RunFilesOptions {
  version: ControllerVersion
  /** RE2: only tests whose name matches it somewhere */
  filter?: string
  coverage?: boolean
  /** told after each test how many are done */
  onTest?: (done: number) => void
}

export interface FilesResult {
  outcomes: TestOutcome[]
  /** tests that the filter left out */
  skipped: number
  coverage: TemplateCoverage[] | undefined
}

/**
 * Runs the tests of all files. Nothing runs before every file is known to be valid.
 *
 * @throws Failure `usage` that names everything that is wrong with any file, by file, line and column
 */
export async function runFiles(
  sources: readonly TestSource[],
  options: RunFilesOptions,
  { signal }: Pick<Context, 'signal'>,
): Promise<FilesResult> {
  const reader = new PromqlReader()
  const libraries = new Libraries()
  const prepared = await all(sources.map(source => prepareFile(source, libraries, reader)))
  const { filter, version } = options
  const coverage = options.coverage ? new Coverage() : undefined
  for (const { library } of prepared) for (const template of templatesOf(library)) coverage?.add(template)
  const tests = prepared.flatMap(each => each.tests)
  const wanted = filter === undefined ? tests : tests.filter(({ test }) => matches(filter, test.name))
  const outcomes: TestOutcome[] = []
  for (const each of wanted) {
    await breathe(signal, outcomes.length)
    const onAnswer = coverage?.begin(each.run.templates, each.metrics)
    const result = await runTest(each, { version, reader, signal, ...(onAnswer ? { onAnswer } : {}) })
    outcomes.push({ prepared: each, result, mismatches: compare(each.test, result) })
    options.onTest?.(outcomes.length)
  }
  return { outcomes, skipped: tests.length - wanted.length, coverage: coverage?.templates }
}

const templatesOf = ({ templates, clusterTemplates }: Library): AnalysisTemplate[] => [
  ...templates.values(),
  ...clusterTemplates.values(),
]

interface PreparedFile {
  library: Library
  tests: PreparedTest[]
}

async function prepareFile(source: TestSource, libraries: Libraries, reader: PromqlReader): Promise<PreparedFile> {
  const file = await readTestFile(source)
  const problems = new Problems(file)
  const { library, unmatched } = await libraryOf(file, libraries)
  for (const index of unmatched)
    problems.add(['templates', index], `no file is named ${JSON.stringify(file.test.templates?.[index])}`)
  const tests = await preparedTests(file, library, reader, problems)
  problems.throwIfAny()
  return { library, tests }
}

async function preparedTests(file: TestFile, library: Library, reader: PromqlReader, problems: Problems) {
  const tests: PreparedTest[] = []
  for (const index of file.test.tests.keys()) {
    const test = await prepareTest(file, index, library, reader, problems)
    if (test) tests.push(test)
  }
  return tests
}

/** All results, or one failure that says what every file that is wrong says. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work)
  const failures = settled.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []))
  const other = failures.find(each => !(each instanceof Failure) || each.outcome !== 'usage')
  if (other !== undefined) throw other
  if (failures.length > 0) {
    const messages = new Set(failures.map(each => (each as Failure).message))
    throw usage([...messages].join('\n'), { reason: 'InvalidFile' })
  }
  return settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
}
