import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, watchFlags } from '../../lib/cli/flags.ts'
import { runGet } from '../../lib/cli/get-command.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { rolloutGet, rolloutWatch } from '../../lib/cli/rollout-views.ts'
import { singleName } from '../../lib/cli/single-name.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutGet extends CanaryCommand {
  static override summary = 'Show a rollout: its steps, its revisions with pods and analyses, and what it waits for'
  static override description =
    'The last value of each metric stands next to its conditions and to how much it may still fail; a pause says how\n' +
    'long it still lasts. What you may not read is named as not visible. -w is rollout watch.'
  static override examples = ['kubectl canary rollout get loans-api -n loans']
  static override strict = false
  static override args = { name: names('rollout') }
  static override flags = {
    ...outputFlags,
    'ignore-not-found': selectionFlags['ignore-not-found'],
    watch: watchFlags.watch,
    ...exitStatusFlag,
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutGet)
    if (!flags.watch) return runGet(rolloutGet, givenNames(argv, rollouts), flags, this.context)
    const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
    return runWatch(rolloutWatch({ name: singleName(argv, rollouts) }, {}), format, this.context)
  }
}
