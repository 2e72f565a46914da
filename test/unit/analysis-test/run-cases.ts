import { join } from 'node:path'
import type { ControllerVersion } from '../../../src/lib/analysis/analysis.ts'
import { runFiles } from '../../../src/lib/analysis-test/run-files.ts'
import { type AnalysisTestReport, reportOf } from '../../../src/lib/analysis-test/test-report.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'

/** Runs the tests of one text against the manifests of another. */
export async function runCases(
  tests: string,
  manifests: string,
  options: { version?: ControllerVersion; coverage?: boolean } = {},
): Promise<AnalysisTestReport> {
  const folder = temporaryFolder({ 'manifests.yaml': manifests })
  try {
    const text = `apiVersion: kubectl-canary/v1\nkind: AnalysisTest\ntemplates: [manifests.yaml]\ntests:\n${tests}`
    const source = { name: 'x.test.yaml', path: join(folder.path, 'x.test.yaml'), folder: folder.path, text }
    const version = options.version ?? '1.9'
    const { signal } = new AbortController()
    return reportOf(await runFiles([source], { version, coverage: options.coverage ?? false }, { signal }), version)
  } finally {
    folder.remove()
  }
}
