import { evenIfManagedFlag, expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { settingImages } from '../../lib/rollouts/actions/rollout-actions.ts'
import { parseImageAssignments } from '../../lib/rollouts/actions/set-image.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutSetImage extends CanaryCommand {
  static override summary = 'Put another image into the pod template'
  static override description =
    'Starts an update. CONTAINER may be an init or ephemeral container too, * means all that are not named.\n' +
    '--dry-run=client shows what changes. Where Argo CD heals itself or Kargo owns the version this is refused (7).'
  static override examples = [
    'kubectl canary rollout set-image loans-api loans-api=registry.example.com/loans-api:1.2.3 -n loans --wait',
  ]
  // one variadic argument, since with -l there is no name before the images
  static override args = { 'name container=image': names('NAME or rollout/NAME, then images; only images with -l') }
  static override flags = { ...rolloutActionFlags, ...evenIfManagedFlag }

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.read(RolloutSetImage)
    const count = flags.selector === undefined ? 1 : 0
    const action = settingImages(parseImageAssignments(argv.slice(count)), {
      expect: expectationFrom(flags),
      evenIfManaged: flags['even-if-managed'],
    })
    return runAction(action, rollouts, argv.slice(0, count), flags, this.context)
  }
}
