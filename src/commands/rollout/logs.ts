import { name } from '../../lib/cli/args.ts'
import { CanaryCommand } from '../../lib/cli/base-command.ts'
import { boolean, integer, outputFlags, text } from '../../lib/cli/flags.ts'
import { runLogs } from '../../lib/cli/logs-command.ts'
import type { Outcome } from '../../lib/values/failure.ts'

export default class RolloutLogs extends CanaryCommand {
  static override summary = "Show the logs of a rollout's pods"
  static override description =
    'Lines of all pods in order of time, each with its pod; with -f also what comes, and of pods that come.'
  static override examples = [
    'kubectl canary rollout logs loans-api -n loans --canary -f',
    'kubectl canary rollout logs loans-api -n loans --canary --since 10m --grep "error|panic"',
  ]
  static override args = { name: name('NAME or rollout/NAME') }
  static override flags = {
    output: outputFlags.output,
    canary: boolean({ summary: 'only pods of the version that is being rolled out' }),
    stable: boolean({ summary: 'only pods of the stable version' }),
    all: boolean({ summary: 'all pods (default)' }),
    follow: boolean({ char: 'f', summary: 'go on with new lines and new pods' }),
    since: text({ summary: 'only lines that are younger', value: 'DURATION' }),
    'since-time': text({ summary: 'only lines after this time', value: 'TIME' }),
    tail: integer({ summary: 'lines per container to begin with, -1 = all', value: 'N', min: -1 }),
    grep: text({ summary: 'only lines that match', value: 'REGEX' }),
    previous: boolean({ char: 'p', summary: 'of the containers that ran before the present ones' }),
    container: text({ char: 'c', summary: 'only this container', value: 'NAME' }),
    timestamps: boolean({ summary: 'begin each line with its time' }),
    prefix: boolean({ summary: 'begin each line with its pod and container', default: true }),
  }

  async run(): Promise<Outcome> {
    const { args, flags } = await this.read(RolloutLogs)
    return runLogs(args.name, flags, this.context)
  }
}
