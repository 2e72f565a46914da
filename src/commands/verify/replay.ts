import { names } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { outputFlags, text } from '../../lib/cli/flags.ts'
import { runVerifyReplay } from '../../lib/cli/verify-replay-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class VerifyReplay extends CanaryCommand {
  static override summary = 'Judge recordings of a verification again'
  static override description =
    'Reads recordings (NDJSON, also gzipped) and judges them step by step, as they were judged live: the same recording\n' +
    'always gives the same verdict. Nothing is asked of a cluster. Exit code 3 when a canary is Unhealthy, 4 when there\n' +
    'is no verdict, the worst of all recordings.'
  static override examples = [
    'kubectl canary verify replay loans-api.ndjson',
    {
      description: 'one JSON line for each recording',
      command: 'cat *.ndjson | kubectl canary verify replay - -o ndjson',
    },
  ]
  static override args = { file: names('FILE, or - for stdin; one or several') }
  static override flags = {
    ...outputFlags,
    output: text({ char: 'o', summary: 'table|json|yaml|ndjson|jsonpath=', value: 'FORMAT', group: 'output' }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(VerifyReplay)
    return runVerifyReplay(args.file ?? [], flags, this.context)
  }
}
