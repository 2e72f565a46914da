import { CanaryCommand } from '../lib/cli/base-command.ts'
import { outputFlags } from '../lib/cli/flags.ts'
import { versionDocument } from '../lib/cli/program-version.ts'
import { documentFormats, show } from '../lib/cli/show.ts'
import type { Outcome } from '../lib/values/failure.ts'

export default class Version extends CanaryCommand {
  static override summary = 'Print the version of kubectl-canary'
  static override flags = { output: outputFlags.output }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(Version)
    const document = versionDocument(this.config.version)
    const { version, runtime, platform } = document
    const view = (format: { name: string }) =>
      `kubectl-canary ${version}\n${format.name === 'wide' ? `${runtime}\n${platform}\n` : ''}`
    await show({ object: () => document, info: () => document, view }, flags, this.context, documentFormats)
    return 'done'
  }
}
