import { analysisCreateFlags, runAnalysisCreate } from '../../lib/cli/analysis-create-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisCreate extends CanaryCommand {
  static override summary = 'Create an analysis run in the cluster, from templates or files'
  static override description =
    'Templates by name (NAME, at/NAME, cat/NAME; several make one run) with all that they include, one analysis of a\n' +
    'Rollout (rollout/NAME), or a run that is to be made again. What the controller would end at once is refused before\n' +
    'anything is created. The run belongs to nobody: it stops no rollout, whatever it finds.'
  static override examples = [
    'kubectl canary analysis create success-rate --arg service=loans-api -n loans --wait',
    {
      description: 'with the arguments that a Rollout would send',
      command: 'kubectl canary analysis create success-rate --from-rollout loans-api -n loans',
    },
    {
      description: 'the object, to keep it in a file',
      command: 'kubectl canary analysis create at/success-rate cat/smoke --dry-run=client -o yaml',
    },
  ]
  static override strict = false
  static override args = { name: names('TEMPLATE or TYPE/NAME, one or several') }
  static override flags = analysisCreateFlags

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(AnalysisCreate)
    return runAnalysisCreate(argv, flags, this.context)
  }
}
