import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { runExplain } from '../../lib/cli/explain-command.ts'
import { exitStatusFlag, outputFlags } from '../../lib/cli/flags.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutExplain extends CanaryCommand {
  static override summary = 'Say why a rollout does not move, and what would move it'
  static override description =
    'In this order: what blocks it now, what will block it next, what is worth knowing, how to go on, how to go back;\n' +
    'each with what shows it and since when. Commands are only offered where you may run them, and what you may not\n' +
    'read is named as not visible. -o info prints the same for programs.'
  static override examples = [
    'kubectl canary rollout explain loans-api -n loans',
    "kubectl canary rollout explain loans-api -o jsonpath='{.findings[0].rule}'",
  ]
  static override strict = false
  static override args = { name: names('rollout') }
  static override flags = { ...outputFlags, ...exitStatusFlag }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutExplain)
    return runExplain(givenNames(argv, rollouts), flags, this.context)
  }
}
