import { writeFile } from 'node:fs/promises'
import type { ControllerVersion } from '../analysis/analysis.ts'
import { findTestFiles } from '../analysis-test/find-test-files.ts'
import { type FilesResult, runFiles } from '../analysis-test/run-files.ts'
import type { TestFile } from '../analysis-test/test-file.ts'
import { type AnalysisTestReport, documentOf, reportOf } from '../analysis-test/test-report.ts'
import type { FileUpdate } from '../analysis-test/update.ts'
import type { Context } from '../context/context.ts'
import { checkPattern } from '../expr/go/regular-expression.ts'
import { Problem } from '../expr/problem.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { Failure, type Outcome, usage } from '../values/failure.ts'
import { withoutOptimizer } from './optimizer.ts'
import { documentFormats, type OutputChoice, show } from './show.ts'

export interface AnalysisTestInput extends OutputChoice {
  filter?: string | undefined
  recursive?: boolean
  update?: boolean
  'dry-run'?: boolean
  coverage?: boolean
  'controller-version'?: string | undefined
}

/** So many are over before optimized code would have paid off (docs/performance.md). */
const fewTests = 300

/**
 * `analysis test`: runs the tests of files of kind AnalysisTest, without a cluster or a network.
 *
 * @returns `negative` when a test fails that `--update` has not put right
 */
export async function runAnalysisTest(
  paths: readonly string[],
  flags: AnalysisTestInput,
  context: Context,
): Promise<Outcome> {
  if (paths.length === 0)
    throw usage('no file is named', {
      reason: 'MissingArgument',
      hints: ['name files, directories, or - for stdin: kubectl canary analysis test tests/'],
    })
  if (flags['dry-run'] && !flags.update) throw usage('--dry-run is of --update: nothing else changes anything')
  if (flags.update && paths.includes('-') && !flags['dry-run'])
    throw usage('stdin cannot be updated: name the file, or add --dry-run to see what would change')
  checkOutput(flags.output)
  const version = versionFrom(flags['controller-version'])
  const { filter } = flags
  if (filter !== undefined) checkFilter(filter)
  const sources = await findTestFiles(paths, { recursive: flags.recursive ?? false }, context)
  const options = { version, coverage: flags.coverage ?? false, ...(filter === undefined ? {} : { filter }) }
  const result = await withoutOptimizer(optimize => {
    const onTest = (done: number) => {
      if (done === fewTests) optimize()
    }
    return runFiles(sources, { ...options, onTest }, context)
  })
  if (result.outcomes.length === 0 && filter !== undefined && result.skipped > 0)
    throw usage(`no test matches --filter ${JSON.stringify(filter)}`, { reason: 'NothingSelected' })
  await print(reportOf(result, version), flags, context)
  const failed = result.outcomes.filter(each => each.mismatches.length > 0)
  if (failed.length === 0) return 'done'
  if (!flags.update) return 'negative'
  return update(failed, flags['dry-run'] ?? false, context)
}

/** Known before anything runs or is written. */
function checkOutput(output: string | undefined): void {
  if (output === 'junit') return
  try {
    parseOutputFormat(output, documentFormats)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw usage(error.message, { reason: 'InvalidOutput', hints: [...error.hints, 'there is -o junit, too'] })
  }
}

function versionFrom(text: string | undefined): ControllerVersion {
  if (text === undefined || text === '1.9') return '1.9'
  if (text === '1.10') return '1.10'
  throw usage(`--controller-version is 1.9 (that and older ones) or 1.10, not ${JSON.stringify(text)}`)
}

function checkFilter(filter: string): void {
  try {
    checkPattern(filter)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw usage(`--filter ${JSON.stringify(filter)}: ${error.message}`, { reason: 'InvalidFlag' })
  }
}

async function print(report: AnalysisTestReport, flags: AnalysisTestInput, context: Context): Promise<void> {
  const { stdout } = context
  if (flags.output === 'junit') {
    const { renderTestJunit } = await import('../report/analysis-test-junit.ts')
    stdout.write(renderTestJunit(report))
    return
  }
  const { renderTestReport } = await import('../output/analysis-test-view.ts')
  await show(
    {
      object: () => documentOf(report),
      info: () => documentOf(report),
      view: () => renderTestReport(report, { columns: stdout.columns, color: stdout.hasColor }),
    },
    flags,
    context,
    documentFormats,
  )
}

/** Shows what changes on stderr, since stdout holds the report, and writes it. */
async function update(failed: FilesResult['outcomes'], isDryRun: boolean, context: Context): Promise<Outcome> {
  const { updateFile } = await import('../analysis-test/update.ts')
  const { renderTestUpdate } = await import('../output/analysis-test-view.ts')
  const { stderr } = context
  let isComplete = true
  for (const file of new Set(failed.map(each => each.prepared.file))) {
    const changed = await updateFile(
      file,
      failed.filter(each => each.prepared.file === file),
    )
    stderr.write(renderTestUpdate(changed, stderr.hasColor))
    if (changed.notUpdated.length > 0) isComplete = false
    if (!isDryRun) await write(file, changed, context)
  }
  if (isDryRun) {
    stderr.write('nothing was written (--dry-run)\n')
    return 'negative'
  }
  return isComplete ? 'done' : 'negative'
}

async function write({ source }: TestFile, { text, changes }: FileUpdate, { stderr }: Context): Promise<void> {
  if (changes.length === 0 || source.path === undefined) return
  try {
    await writeFile(source.path, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Failure('error', `${source.name}: it cannot be written (${code})`, { cause: error })
  }
  stderr.write(`${source.name}: updated\n`)
}
