import { analysisArgs, analysisGet, analysisWatch } from '../../lib/cli/analysis-objects.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, watchFlags } from '../../lib/cli/flags.ts'
import { runGet } from '../../lib/cli/get-command.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { analysisRuns } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisGet extends CanaryCommand {
  static override summary = 'Show an analysis run or template: conditions, limits and the last measurements'
  static override description =
    'NAME is a run, at/NAME a template and cat/NAME one of the cluster; a template is shown with all that it includes.\n' +
    'Metrics that run Jobs name them and their pods. With --exit-status: Successful 0, Failed and Error 3,\n' +
    'Inconclusive 4, not over 5. -w is analysis watch, for runs.'
  static override examples = [
    'kubectl canary analysis get loans-api-6f7-5-1 -n loans',
    'kubectl canary analysis get at/success-rate -n loans',
  ]
  static override args = { name: names('NAME, at/NAME or cat/NAME, one or several') }
  static override flags = {
    ...outputFlags,
    'ignore-not-found': selectionFlags['ignore-not-found'],
    watch: watchFlags.watch,
    ...exitStatusFlag,
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisGet)
    if (flags.watch) {
      const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
      return runWatch(
        analysisWatch({ names: givenNames(args.name ?? [], analysisRuns) }, undefined),
        format,
        this.context,
      )
    }
    return runGet(analysisGet(this.context), analysisArgs(args.name ?? []), flags, this.context)
  }
}
