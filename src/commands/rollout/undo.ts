import { evenIfManagedFlag, expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { integer } from '../../lib/cli/flags.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { undoing } from '../../lib/rollouts/actions/rollout-actions.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutUndo extends CanaryCommand {
  static override summary = 'Go back to an earlier version'
  static override description =
    'Restores the pod template of the stable revision while an update is in progress, else of the one before\n' +
    '(revisions: rollout history). --dry-run=client shows what changes. Where Argo CD heals itself or Kargo owns\n' +
    'the version this is refused (7), with what lasts instead.'
  static override examples = [
    'kubectl canary rollout undo loans-api -n loans --wait=healthy',
    'kubectl canary rollout undo loans-api -n loans --to-revision 7 --dry-run=client',
  ]
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = {
    ...rolloutActionFlags,
    ...evenIfManagedFlag,
    'to-revision': integer({ summary: 'the revision to go back to, 0 = as without', value: 'N', min: 0 }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutUndo)
    const toRevision = flags['to-revision']
    const action = undoing({
      ...(toRevision && { toRevision }),
      expect: expectationFrom(flags),
      evenIfManaged: flags['even-if-managed'],
    })
    return runAction(action, rollouts, args.name ?? [], flags, this.context)
  }
}
