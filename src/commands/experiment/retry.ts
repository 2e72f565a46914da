import { actionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { experiments } from '../../lib/kube/resource-types.ts'
import { experimentRetrying } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ExperimentRetry extends CanaryCommand {
  static override summary = 'Run a finished experiment again'
  static override examples = ['kubectl canary experiment retry loans-api-5-2 -n loans']
  static override args = { name: names('NAME or experiment/NAME, one or several') }
  static override flags = actionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(ExperimentRetry)
    return runAction(experimentRetrying(), experiments, args.name ?? [], flags, this.context)
  }
}
