import { CanaryCommand } from '../lib/cli/base-command.ts'
import type { Outcome } from '../lib/values/failure.ts'

export default class Version extends CanaryCommand {
  static override summary = 'Print the version of kubectl-canary'

  async run(): Promise<Outcome> {
    await this.read(Version)
    this.context.stdout.write(`kubectl-canary ${this.config.version}\n`)
    return 'done'
  }
}
