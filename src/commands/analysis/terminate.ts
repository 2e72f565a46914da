import { analysisTermination } from '../../lib/analysis/in-cluster/terminate-run.ts'
import { actionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean } from '../../lib/cli/flags.ts'
import { analysisRuns } from '../../lib/kube/resource-types.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisTerminate extends CanaryCommand {
  static override summary = 'End a running analysis run'
  static override description =
    'A terminated run counts as Successful unless a metric has failed already. So one that a rollout, an experiment or a\n' +
    'stage waits for is refused (7), unless it is to go on as if the analysis had passed.'
  static override examples = ['kubectl canary analysis terminate success-rate-x7k2p -n loans']
  static override args = { name: names('NAME or analysisrun/NAME, one or several') }
  static override flags = {
    ...actionFlags,
    'let-rollout-continue': boolean({
      summary: 'also where something waits for the run, and goes on then',
      group: 'preconditions',
    }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisTerminate)
    const action = analysisTermination({ letRolloutContinue: flags['let-rollout-continue'] ?? false })
    return runAction(action, analysisRuns, args.name ?? [], flags, this.context)
  }
}
