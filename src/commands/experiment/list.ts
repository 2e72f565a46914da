import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, sortFlag, watchFlags } from '../../lib/cli/flags.ts'
import { runList } from '../../lib/cli/list-command.ts'
import { experimentListing } from '../../lib/cli/rollout-listing.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ExperimentList extends CanaryCommand {
  static override summary = 'List experiments with their status and remaining time'
  static override examples = ['kubectl canary experiment list -n loans']
  static override flags = { ...outputFlags, ...selectionFlags, ...sortFlag, ...watchFlags, ...exitStatusFlag }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(ExperimentList)
    return runList(experimentListing, flags, this.context)
  }
}
