import { runAnalysisTest } from '../../lib/cli/analysis-test-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, outputFlags, text } from '../../lib/cli/flags.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisTest extends CanaryCommand {
  static override summary = 'Test analysis templates against series and answers in files'
  static override description =
    'Runs templates as the controller would, on a virtual clock and an embedded Prometheus: no cluster, no network.\n' +
    'A test names a template, its arguments, what Prometheus or the other providers answer, and what the run comes to\n' +
    '(kubectl canary config schema AnalysisTest). Directories are searched for files of kind AnalysisTest. Exit code 3\n' +
    'when a test fails, 2 when a file is not valid.'
  static override examples = [
    'kubectl canary analysis test tests/',
    {
      description: 'take over what the runs come to, after looking at what would change',
      command: 'kubectl canary analysis test tests/ --update --dry-run',
    },
    { description: 'in CI', command: 'kubectl canary analysis test tests/ -R -o junit > analysis-tests.xml' },
  ]
  static override args = { file: names('FILE, directory, or - for stdin; one or several') }
  static override flags = {
    ...outputFlags,
    output: text({ char: 'o', summary: 'table|json|yaml|junit|jsonpath=', value: 'FORMAT', group: 'output' }),
    recursive: boolean({ char: 'R', summary: 'search directories below directories too' }),
    filter: text({ summary: 'only tests whose name matches this regular expression', value: 'RE' }),
    coverage: boolean({ summary: 'say which conditions were seen true and false, and which templates never ran' }),
    'controller-version': text({ summary: 'whose rules: 1.9 (that and older; default) or 1.10', value: 'VERSION' }),
    update: boolean({ summary: 'write what the runs came to into the files', group: 'writing' }),
    'dry-run': boolean({ summary: 'with --update: only show what would change', group: 'writing' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisTest)
    return runAnalysisTest(args.file ?? [], flags, this.context)
  }
}
