import { runSuite, suites, UsageError } from './run-suite.ts'

/** `npm run -s conformance -- SUITE FILE`: failures to stderr, one summary line to stdout; 1 if any failed, 2 for usage. */
function main([suite, file, ...rest]: string[]): number {
  if (suite === undefined || file === undefined || rest.length > 0) {
    process.stderr.write(`usage: npm run -s conformance -- SUITE FILE\nsuites: ${Object.keys(suites).join(', ')}\n`)
    return 2
  }
  try {
    const report = runSuite(suite, file, (id, text) => process.stderr.write(`${id}\n${text}\n`))
    process.stdout.write(`${JSON.stringify(report)}\n`)
    return report.failed === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

process.exitCode = main(process.argv.slice(2))
