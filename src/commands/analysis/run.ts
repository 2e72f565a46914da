import { runAnalysisRun } from '../../lib/cli/analysis-run-command.ts'
import { analysisRunFlags } from '../../lib/cli/analysis-run-flags.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisRun extends CanaryCommand {
  static override summary = 'Run analysis templates here, as the controller would'
  static override description =
    'The same arguments, schedule, conditions, limits, messages and final status as in the cluster. Templates come from\n' +
    'the cluster by name (at/NAME, cat/NAME, analysisrun/NAME, rollout/NAME; several templates make one run) or from files,\n' +
    'where those that they refer to are found as well. Ends with 0 for Successful, 3 for Failed and Error, 4 for\n' +
    'Inconclusive, 5 when the history of --at ends before the run does. Nothing but queries is sent without --allow-effects.'
  static override examples = [
    {
      description: 'a template of the cluster with the arguments that a Rollout would send',
      command: 'kubectl canary analysis run success-rate-check --from-rollout loans-api -n loans',
    },
    {
      description: 'how would this file have judged last Tuesday?',
      command:
        'kubectl canary analysis run -f template.yaml --arg service-name=loans-api --at 2026-01-27T14:00:00Z --prometheus http://localhost:9090',
    },
    {
      description: 'the values and verdicts of this moment',
      command: 'kubectl canary analysis run -f rollout.yaml -f templates/ --step 2 --once',
    },
  ]
  static override strict = false
  static override args = { name: names('TEMPLATE or TYPE/NAME, one or several') }
  static override flags = analysisRunFlags

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(AnalysisRun)
    return runAnalysisRun(argv, flags, this.settings, this.context)
  }
}
