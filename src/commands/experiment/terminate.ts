import { actionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { experiments } from '../../lib/kube/resource-types.ts'
import { experimentTermination } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ExperimentTerminate extends CanaryCommand {
  static override summary = 'End a running experiment'
  static override examples = ['kubectl canary experiment terminate loans-api-5-2 -n loans']
  static override args = { name: names('NAME or experiment/NAME, one or several') }
  static override flags = actionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(ExperimentTerminate)
    return runAction(experimentTermination(), experiments, args.name ?? [], flags, this.context)
  }
}
