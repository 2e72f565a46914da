import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, outputFlags } from '../../lib/cli/flags.ts'
import { givenNames } from '../../lib/cli/names.ts'
import { rollouts } from '../../lib/kube/resource-types.ts'
import { renderDiff } from '../../lib/output/action-view.ts'
import { parseOutputFormat } from '../../lib/output/output-format.ts'
import { createObjectPrinter } from '../../lib/output/print-objects.ts'
import { loadDiff } from '../../lib/rollouts/diff/load-diff.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutDiff extends CanaryCommand {
  static override summary = 'Show what the canary changes against the stable version'
  static override description =
    'Compares the pod templates by meaning: images, environment, resources, probes, volumes, labels; defaults and\n' +
    'the order of named items are no differences.'
  static override examples = ['kubectl canary rollout diff loans-api -n loans']
  static override args = { name: name('NAME or rollout/NAME') }
  static override flags = {
    ...outputFlags,
    'exit-status': boolean({ summary: 'answer with 3 when there are differences', group: 'output' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutDiff)
    const format = parseOutputFormat(flags.output, ['table', 'json', 'yaml', 'kyaml', 'info', 'jsonpath'])
    const [rollout = ''] = givenNames(args.name === undefined ? [] : [args.name], rollouts)
    const diff = await loadDiff(await this.context.kube(), { name: rollout })
    if (format.name === 'table') {
      const { stdout, stderr } = this.context
      if (diff.changes.length === 0) stderr.write(`${diff.summary}\n`)
      else stdout.write(`${diff.summary}\n${renderDiff(diff.changes, stdout.hasColor)}`)
    } else (await createObjectPrinter(format, {}, this.context)).printObject(diff.document)
    return diff.changes.length > 0 && flags['exit-status'] ? 'negative' : 'done'
  }
}
