import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags, text } from '../../lib/cli/flags.ts'
import { timeoutFrom } from '../../lib/cli/follow.ts'
import { experimentWatch } from '../../lib/cli/rollout-views.ts'
import { singleName } from '../../lib/cli/single-name.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { experiments } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class ExperimentWatch extends CanaryCommand {
  static override summary = 'Watch an experiment until it has ended'
  static override description = 'Successful ends with 0, Failed and Error with 3, Inconclusive with 4.'
  static override examples = ['kubectl canary experiment watch loans-api-5-2 -n loans']
  static override args = { name: name('experiment') }
  static override flags = {
    output: outputFlags.output,
    timeout: text({ summary: 'limit, 0 = none (none)', value: 'DURATION', group: 'watching' }),
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(ExperimentWatch)
    const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
    const timeoutMs = timeoutFrom(flags.timeout, undefined)
    const ref = { name: singleName(argv, experiments) }
    return runWatch(experimentWatch(ref, timeoutMs === undefined ? {} : { timeoutMs }), format, this.context)
  }
}
