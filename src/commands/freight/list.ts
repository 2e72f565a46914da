import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags, text } from '../../lib/cli/flags.ts'
import { runFreightList } from '../../lib/cli/freight-list-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

const selection = 'selection'

export default class FreightList extends CanaryCommand {
  static override summary = 'List Freight with what it contains and where it is'
  static override description =
    'Newest first. --stage adds whether each may go to a Stage and the first gate that holds it.'
  static override examples = [
    'kubectl canary freight list -n shop',
    'kubectl canary freight list --available-to prod -n shop',
  ]
  static override flags = {
    ...outputFlags,
    stage: text({ summary: 'show for this Stage what holds it', value: 'STAGE', group: selection }),
    'available-to': text({ summary: 'what may be promoted to this Stage', value: 'STAGE', group: selection }),
    in: text({ summary: 'what this Stage holds now', value: 'STAGE', group: selection }),
    'verified-in': text({ summary: 'what was verified in this Stage', value: 'STAGE', group: selection }),
    warehouse: text({ summary: 'of this Warehouse', value: 'NAME', group: selection }),
    image: text({ summary: 'with an image that contains this text', value: 'TEXT', group: selection }),
    commit: text({ summary: 'with this commit, its beginning or its tag', value: 'ID', group: selection }),
  }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(FreightList)
    return runFreightList(flags, this.context)
  }
}
