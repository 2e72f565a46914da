import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { text } from '../../lib/cli/flags.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { restarting } from '../../lib/rollouts/actions/rollout-actions.ts'
import { type Outcome, usage } from '../../lib/values/failure.ts'
import { parseGoDuration } from '../../lib/values/go-duration.ts'

export default class RolloutRestart extends CanaryCommand {
  static override summary = 'Replace the pods of a rollout, a few at a time'
  static override description = 'Sets spec.restartAt: every pod that is older is replaced, as maxUnavailable allows.'
  static override examples = [
    'kubectl canary rollout restart loans-api -n loans --wait',
    'kubectl canary rollout restart loans-api -n loans --in 10m',
  ]
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = {
    ...rolloutActionFlags,
    in: text({ char: 'i', summary: 'begin later', value: 'DURATION' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutRestart)
    const delayMs = flags.in === undefined ? 0 : parseGoDuration(flags.in)
    if (delayMs < 0) throw usage(`--in must not be negative: ${flags.in}`, { reason: 'InvalidFlag' })
    const action = restarting(this.context.clock.now(), delayMs, expectationFrom(flags))
    return runAction(action, rollouts, args.name ?? [], flags, this.context)
  }
}
