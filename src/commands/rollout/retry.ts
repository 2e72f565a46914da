import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { retrying } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutRetry extends CanaryCommand {
  static override summary = 'Try an aborted version again, from its first step'
  static override description = 'Takes the abort back. Refused (7) where nothing is aborted.'
  static override examples = ['kubectl canary rollout retry loans-api -n loans --wait=healthy']
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = rolloutActionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutRetry)
    return runAction(retrying(expectationFrom(flags)), rollouts, args.name ?? [], flags, this.context)
  }
}
