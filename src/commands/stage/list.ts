import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags } from '../../lib/cli/flags.ts'
import { runStageList } from '../../lib/cli/stage-list-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class StageList extends CanaryCommand {
  static override summary = 'List Stages with their Freight, health and verification'
  static override description = 'AUTO says whether auto-promotion is on; held: somebody promoted other Freight by hand.'
  static override examples = ['kubectl canary stage list -n shop']
  static override flags = { ...outputFlags }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(StageList)
    return runStageList(flags, this.context)
  }
}
