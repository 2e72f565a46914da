import { runAnalysisLint } from '../../lib/cli/analysis-lint-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, outputFlags, text, texts } from '../../lib/cli/flags.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisLint extends CanaryCommand {
  static override summary = 'Find mistakes in analysis templates, and in what uses them'
  static override description =
    'Checks everything that the controller only finds out while it measures: fields, limits, durations, conditions\n' +
    'against what the provider returns, PromQL, arguments; and the mistakes of real templates. Rollouts, Experiments and\n' +
    'Kargo Stages among the files are checked against the templates that they refer to. No cluster is asked, unless a\n' +
    'template of it is named. A comment "# canary-lint: ignore CA030" leaves out a rule for its line (alone: for the\n' +
    'next one), "# canary-lint: ignore-file CA030" for the file. Exit code 3 for errors and warnings; infos are none.'
  static override examples = [
    'kubectl canary analysis lint templates/ -R',
    { description: 'why, and what to write instead', command: 'kubectl canary analysis lint --explain CA021' },
    {
      description: 'look at what can be put right, then do it',
      command: 'kubectl canary analysis lint templates/ --fix --dry-run',
    },
    { description: 'in CI', command: 'kubectl canary analysis lint templates/ -o sarif > lint.sarif' },
    { description: 'a template of the cluster', command: 'kubectl canary analysis lint success-rate-check -n loans' },
  ]
  static override args = {
    file: names('FILE, directory, - for stdin, or [TYPE/]TEMPLATE of the cluster; one or several'),
  }
  static override flags = {
    ...outputFlags,
    output: text({ char: 'o', summary: 'table|json|yaml|sarif|github|jsonpath=', value: 'FORMAT', group: 'output' }),
    filename: texts({ char: 'f', summary: 'file, directory or - to check, repeatable', value: 'FILE' }),
    recursive: boolean({ char: 'R', summary: 'look into directories below directories too' }),
    severity: text({ summary: 'lowest severity that is shown: info (default), warning or error', value: 'SEVERITY' }),
    'controller-version': text({ summary: 'whose rules: 1.9 (that and older; default) or 1.10', value: 'VERSION' }),
    'scrape-interval': text({ summary: 'how often Prometheus scrapes (15s)', value: 'DURATION' }),
    list: boolean({ summary: 'show all rules' }),
    explain: text({ summary: 'show one rule: what it finds, why, and what to write', value: 'RULE' }),
    fix: boolean({ summary: 'put right in the files what can be put right without thinking', group: 'writing' }),
    'dry-run': boolean({ summary: 'with --fix: only show what would change', group: 'writing' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisLint)
    return runAnalysisLint(args.file ?? [], flags, this.config.version, this.context)
  }
}
