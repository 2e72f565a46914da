import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { integer, outputFlags } from '../../lib/cli/flags.ts'
import { runHistory } from '../../lib/cli/history-command.ts'
import { singleName } from '../../lib/cli/single-name.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutHistory extends CanaryCommand {
  static override summary = 'Show the revisions that a rollout can go back to'
  static override description =
    'The objects of -o json, yaml and jsonpath are the ReplicaSets that keep the pod templates.'
  static override examples = ['kubectl canary rollout history loans-api -n loans']
  static override args = { name: name('rollout') }
  static override flags = {
    ...outputFlags,
    revision: integer({ summary: 'this revision only', value: 'N', min: 1 }),
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutHistory)
    return runHistory(singleName(argv, rollouts), flags, this.context)
  }
}
