import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { exitStatusFlag, outputFlags, text } from '../../lib/cli/flags.ts'
import { runFreightTrace } from '../../lib/cli/freight-trace-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class FreightTrace extends CanaryCommand {
  static override summary = 'Say why Freight is not in a Stage, since when, and what brings it there'
  static override description =
    'Shows the Stages on the way and the gates that hold it, the one to open first in front. Freight is named by its\n' +
    'alias, the beginning of its name, an image (REPO:TAG or TAG) or a commit. Without --to it is traced to the last\n' +
    'Stages of its Warehouse. Nothing is asked of Kargo but its objects; -n is the project.'
  static override examples = [
    'kubectl canary freight trace brave-lynx --to prod -n shop',
    'kubectl canary freight trace web:1.7.3 -n shop -o json',
  ]
  static override args = { freight: name('freight: alias, name, image or commit') }
  static override flags = {
    ...outputFlags,
    to: text({ summary: 'the Stage to reach', value: 'STAGE' }),
    ...exitStatusFlag,
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(FreightTrace)
    return runFreightTrace(args.freight, flags, this.context)
  }
}
