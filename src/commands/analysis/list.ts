import * as Args from '@oclif/core/args'
import { analysisTypeWords, runAnalysisList } from '../../lib/cli/analysis-listing.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, selectionFlags, sortFlag, watchFlags } from '../../lib/cli/flags.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class AnalysisList extends CanaryCommand {
  static override summary = 'List analysis runs (ar), templates (at) or cluster templates (cat)'
  static override description =
    'Runs with their owner, and the metric that decided them with its last value; -o wide adds how they were measured\n' +
    'and their message. Templates with their arguments (name=default where there is one) and who uses them; ? is what\n' +
    'you may not read. --sort-by takes name, age (youngest first), status (what needs somebody first), owner or a JSONPath.'
  static override examples = [
    'kubectl canary analysis list -n loans --sort-by status',
    'kubectl canary analysis list at -n loans',
    'kubectl canary analysis list cat',
  ]
  static override args = {
    type: Args.string({
      description: 'ar, at or cat, or their long names; default ar',
      options: analysisTypeWords,
      ignoreStdin: true,
    }),
  }
  static override flags = { ...outputFlags, ...selectionFlags, ...sortFlag, ...watchFlags, ...exitStatusFlag }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(AnalysisList)
    return runAnalysisList(args.type, flags, this.context)
  }
}
