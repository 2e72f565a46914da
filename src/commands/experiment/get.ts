import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, watchFlags } from '../../lib/cli/flags.ts'
import { runGet } from '../../lib/cli/get-command.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { experimentGet, experimentWatch } from '../../lib/cli/rollout-views.ts'
import { singleName } from '../../lib/cli/single-name.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { experiments } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ExperimentGet extends CanaryCommand {
  static override summary = 'Show an experiment with its ReplicaSets, pods and analyses'
  static override examples = ['kubectl canary experiment get loans-api-5-2 -n loans']
  static override strict = false
  static override args = { name: names('experiment') }
  static override flags = {
    ...outputFlags,
    'ignore-not-found': selectionFlags['ignore-not-found'],
    watch: watchFlags.watch,
    ...exitStatusFlag,
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(ExperimentGet)
    if (!flags.watch) return runGet(experimentGet, givenNames(argv, experiments), flags, this.context)
    const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
    return runWatch(experimentWatch({ name: singleName(argv, experiments) }, {}), format, this.context)
  }
}
