import { expectationFrom, rolloutActionFlags, runAction } from '../../lib/cli/action-command.ts'
import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, integer } from '../../lib/cli/flags.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import type { PromotionKind } from '../../lib/rollouts/actions/promote.ts'
import { promotion } from '../../lib/rollouts/actions/rollout-actions.ts'
import { type Outcome, usage } from '../../lib/values/failure.ts'

export default class RolloutPromote extends CanaryCommand {
  static override summary = 'End the current pause of a rollout'
  static override description =
    'Ends the pause that holds now (of a step, of blue-green, by hand, or both at once), and nothing else.\n' +
    'A rollout that is not paused is refused (7) and the message names the flag that would do it. Two promotes\n' +
    'that read the same state take one step. Steps are counted as status.currentStepIndex, from 0.'
  static override examples = [
    { description: 'end the pause', command: 'kubectl canary rollout promote loans-api -n loans' },
    {
      description: 'only if it is still at step 1, then wait for the next pause or Healthy',
      command: 'kubectl canary rollout promote loans-api -n loans --expect-step 1 --wait',
    },
    { description: 'see what would be sent', command: 'kubectl canary rollout promote loans-api --dry-run=client' },
    { description: 'past every step, pause and analysis', command: 'kubectl canary rollout promote loans-api --full' },
  ]
  static override args = { name: names('NAME or rollout/NAME, one or several') }
  static override flags = {
    ...rolloutActionFlags,
    full: boolean({ summary: 'past every step, pause and analysis' }),
    'skip-current-step': boolean({ char: 'c', summary: 'leave the current step as it is' }),
    'skip-all-steps': boolean({ char: 'a', summary: 'past all steps; pods still come up as the strategy says' }),
    'to-step': integer({ summary: 'go on from this step', value: 'N', min: 0 }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutPromote)
    return runAction(promotion(kindFrom(flags), expectationFrom(flags)), rollouts, args.name ?? [], flags, this.context)
  }
}

interface KindFlags {
  full: boolean
  'skip-current-step': boolean
  'skip-all-steps': boolean
  'to-step'?: number | undefined
}

function kindFrom(flags: KindFlags): PromotionKind {
  const step = flags['to-step']
  const kinds: [string, PromotionKind | false][] = [
    ['--full', flags.full && { kind: 'full' }],
    ['--skip-current-step', flags['skip-current-step'] && { kind: 'skip-current-step' }],
    ['--skip-all-steps', flags['skip-all-steps'] && { kind: 'skip-all-steps' }],
    ['--to-step', step !== undefined && { kind: 'to-step', step }],
  ]
  const [first, second] = kinds.filter(([, kind]) => kind !== false)
  if (first && second) throw usage(`${first[0]} and ${second[0]} contradict each other`, { reason: 'InvalidFlag' })
  return first?.[1] || { kind: 'current-pause' }
}
