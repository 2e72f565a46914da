import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { resuming } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutResume extends CanaryCommand {
  static override summary = 'End the manual pause of a rollout'
  static override description = 'Clears spec.paused, never the step: a pause that a step asks for stays (see promote).'
  static override examples = ['kubectl canary rollout resume loans-api -n loans']
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = rolloutActionFlags

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutResume)
    return runAction(resuming(expectationFrom(flags)), rollouts, args.name ?? [], flags, this.context)
  }
}
