import { runAnalysisEval } from '../../lib/cli/analysis-eval-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, text } from '../../lib/cli/flags.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisEval extends CanaryCommand {
  static override summary = 'Evaluate a condition of an analysis template'
  static override description =
    'Shows the value of an expression for a result, and what it would mean as successCondition and failureCondition.\n' +
    'A list of numbers is taken for a Prometheus vector ([]float64), everything else for JSON; --type says otherwise.\n' +
    'What does not compile ends with 2, what fails with this result with 3.'
  static override examples = [
    "kubectl canary analysis eval 'result[0] >= 0.95' --result '[0.98]'",
    {
      description: 'what a web metric gets',
      command:
        'kubectl canary analysis eval \'result.status == "ok"\' --result-file answer.json --controller-version 1.10',
    },
  ]
  static override strict = false
  static override args = { expression: names('the expression') }
  static override flags = {
    ...outputFlags,
    result: text({ summary: 'the result, - is stdin', value: 'JSON', group: 'evaluating' }),
    'result-file': text({ summary: 'file with the result, - is stdin', value: 'FILE', group: 'evaluating' }),
    type: text({ summary: 'what the result is', value: 'vector|scalar|json', group: 'evaluating' }),
    'failure-condition': text({
      summary: 'EXPR is the successCondition, and this the failureCondition',
      value: 'EXPR',
      group: 'evaluating',
    }),
    'controller-version': text({
      summary: 'whose dialect: 1.9 (default) or 1.10',
      value: 'VERSION',
      group: 'evaluating',
    }),
    ...exitStatusFlag,
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(AnalysisEval)
    return runAnalysisEval(argv, flags, this.context)
  }
}
