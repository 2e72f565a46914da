import { analysisWatch } from '../../lib/cli/analysis-objects.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags, text } from '../../lib/cli/flags.ts'
import { timeoutFrom } from '../../lib/cli/follow.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { analysisRuns } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisWatch extends CanaryCommand {
  static override summary = 'Watch analysis runs until they are over'
  static override description =
    'Redraws analysis get on a terminal; elsewhere, and with -o ndjson, each measurement and change is a line.\n' +
    'Successful ends with 0, Failed and Error with 3, Inconclusive with 4; of several the worst.'
  static override examples = ['kubectl canary analysis watch loans-api-6f7-5-1 -n loans']
  static override args = { name: names('NAME or analysisrun/NAME, one or several') }
  static override flags = {
    output: outputFlags.output,
    timeout: text({ summary: 'limit, 0 = none (none)', value: 'DURATION', group: 'watching' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisWatch)
    const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
    const timeoutMs = timeoutFrom(flags.timeout, undefined)
    const runs = { names: givenNames(args.name ?? [], analysisRuns) }
    return runWatch(analysisWatch(runs, timeoutMs), format, this.context)
  }
}
