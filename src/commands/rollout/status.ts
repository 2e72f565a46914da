import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, outputFlags, text } from '../../lib/cli/flags.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { runStatus } from '../../lib/cli/status-command.ts'
import { versionFlags } from '../../lib/cli/version-flags.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutStatus extends CanaryCommand {
  static override summary = 'Follow a rollout to its end, or look once'
  static override description =
    'Ends with 0 when it is Healthy, 3 when Degraded, 5 at a pause that only somebody ends (--through-pauses goes on),\n' +
    '6 when the time is up. --watch=false looks once: what is neither Healthy nor Degraded is 5. With --image,\n' +
    '--pod-hash or --changed-since the rollout is Pending until it is at that version.'
  static override examples = [
    'kubectl canary rollout status loans-api -n loans --watch=false',
    {
      description: 'in CI, before the sync has happened',
      command: 'kubectl canary rollout status loans-api -n loans --image :1.2.3 --timeout 30m',
    },
  ]
  static override strict = false
  static override args = { name: names('rollout') }
  static override flags = {
    ...outputFlags,
    watch: boolean({ char: 'w', summary: 'follow it to its end', default: true, group: 'watching' }),
    timeout: text({ summary: 'limit, 0 = none (none)', value: 'DURATION', group: 'watching' }),
    'through-pauses': boolean({ summary: 'go on at a pause that only somebody ends', group: 'watching' }),
    ...versionFlags,
  }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutStatus)
    return runStatus(givenNames(argv, rollouts), flags, this.context)
  }
}
