import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, outputFlags, text, texts } from '../../lib/cli/flags.ts'
import { versionFlags } from '../../lib/cli/version-flags.ts'
import { runWait } from '../../lib/cli/wait-command.ts'
import { goalForms } from '../../lib/rollouts/wait/goals.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutWait extends CanaryCommand {
  static override summary = 'Wait until a rollout is in a state'
  static override description =
    'Several --for mean any of them, and the output names which. Steps (status.currentStepIndex), weights and\n' +
    'revisions are met at or beyond N. Degraded ends the wait with 3 and a pause that only somebody ends with 5,\n' +
    'unless they are asked for. With --image, --pod-hash or --changed-since nothing that the version before says\n' +
    'is an answer: until the rollout is at that version it is Pending.'
  static override examples = [
    {
      description: 'in CI, before the sync has happened: the first pause of the new version',
      command: 'kubectl canary rollout wait loans-api -n loans --image :1.2.3 --for paused --for healthy',
    },
    {
      description: 'any field',
      command: "kubectl canary rollout wait loans-api -n loans --for jsonpath='{.status.readyReplicas}'=4",
    },
  ]
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = {
    ...outputFlags,
    for: texts({ summary: goalForms.join(', '), value: 'GOAL', group: 'waiting' }),
    timeout: text({ summary: 'limit, 0 = none (10m)', value: 'DURATION', group: 'waiting' }),
    once: boolean({ summary: 'one look: what is not reached now is not yet (5)', group: 'waiting' }),
    ...versionFlags,
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutWait)
    return runWait(args.name ?? [], flags, this.context)
  }
}
