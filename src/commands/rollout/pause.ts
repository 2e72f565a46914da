import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { pausing } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutPause extends CanaryCommand {
  static override summary = 'Pause a rollout by hand'
  static override description = 'Sets spec.paused: the rollout stays where it is until resume or promote.'
  static override examples = ['kubectl canary rollout pause loans-api -n loans --reason "checkout is slow" --event']
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = rolloutActionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutPause)
    return runAction(pausing(expectationFrom(flags)), rollouts, args.name ?? [], flags, this.context)
  }
}
