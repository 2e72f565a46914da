import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags, text } from '../../lib/cli/flags.ts'
import { timeoutFrom } from '../../lib/cli/follow.ts'
import { rolloutWatch } from '../../lib/cli/rollout-views.ts'
import { singleName } from '../../lib/cli/single-name.ts'
import { versionFlags, versionFrom } from '../../lib/cli/version-flags.ts'
import { runWatch } from '../../lib/cli/watch-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutWatch extends CanaryCommand {
  static override summary = 'Watch a rollout until it is healthy, degraded or deleted'
  static override description =
    'Redraws the tree of rollout get on a terminal; elsewhere, and with -o ndjson, each change is a line. A pause does\n' +
    'not end it.'
  static override examples = ['kubectl canary rollout watch loans-api -n loans']
  static override args = { name: name('rollout') }
  static override flags = {
    output: outputFlags.output,
    timeout: text({ summary: 'limit, 0 = none (none)', value: 'DURATION', group: 'watching' }),
    ...versionFlags,
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutWatch)
    const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
    const ref = { name: singleName(argv, rollouts) }
    const timeoutMs = timeoutFrom(flags.timeout, undefined)
    const version = await versionFrom(flags, ref, () => this.context.kube())
    const options = { ...(timeoutMs === undefined ? {} : { timeoutMs }), ...(version ? { version } : {}) }
    return runWatch(rolloutWatch(ref, options), format, this.context)
  }
}
