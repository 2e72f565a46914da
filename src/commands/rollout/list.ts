import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, sortFlag, watchFlags } from '../../lib/cli/flags.ts'
import { runList } from '../../lib/cli/list-command.ts'
import { rolloutListing } from '../../lib/cli/rollout-listing.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutList extends CanaryCommand {
  static override summary = 'List rollouts with their status, step, weight and image'
  static override description =
    'Rows appear while further pages still arrive. -o wide adds replica counts, how long a rollout has been paused, and\n' +
    'the analysis that runs. --sort-by takes name, age (youngest first), status (what needs somebody first) or a\n' +
    'JSONPath. With -w a row is printed again whenever something of it changes; the last one of an object is its state.'
  static override examples = [
    'kubectl canary rollout list -A --sort-by status',
    'kubectl canary rollout list -n loans -o wide -w',
  ]
  static override flags = { ...outputFlags, ...selectionFlags, ...sortFlag, ...watchFlags, ...exitStatusFlag }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(RolloutList)
    return runList(rolloutListing, flags, this.context)
  }
}
