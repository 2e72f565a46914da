import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { abortion } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutAbort extends CanaryCommand {
  static override summary = 'Give up the version that is being rolled out'
  static override description =
    'The stable version serves everything again; the spec still holds the aborted version (see undo).'
  static override examples = ['kubectl canary rollout abort loans-api -n loans --wait']
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = rolloutActionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutAbort)
    return runAction(abortion(expectationFrom(flags)), rollouts, args.name ?? [], flags, this.context)
  }
}
