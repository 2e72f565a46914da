import { CanaryCommand } from '../lib/cli/base-command.ts'
import { capturingHost } from '../lib/cli/captured-command.ts'
import { integer, outputFlags, text } from '../lib/cli/flags.ts'
import { parseOutputFormat } from '../lib/output/output-format.ts'
import { demo, type RunCommand } from '../lib/playground/demo.ts'
import { demoText } from '../lib/playground/demo-text.ts'
import { Failure, type Outcome } from '../lib/values/failure.ts'
import { parseGoDuration } from '../lib/values/go-duration.ts'

export default class Demo extends CanaryCommand {
  static override summary = 'Show a good release and two bad ones on a cluster of its own'
  static override description =
    'Starts a cluster in this process (simulated controllers, nothing to install), deploys a rollout, releases a\n' +
    'version that is good, one that breaks its pods and one whose pods look fine and answer with errors, and shows each\n' +
    'state with the commands that one would use.'
  static override examples = ['kubectl canary demo', 'kubectl canary demo --pause 5s --speed 10']
  static override flags = {
    output: outputFlags.output,
    speed: integer({ summary: 'seconds of the cluster per second (30)', value: 'N', min: 1, max: 100 }),
    pause: text({ summary: 'wait between scenes', value: 'DURATION' }),
  }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(Demo)
    const { context } = this
    const { name: format } = parseOutputFormat(flags.output, ['table', 'ndjson'])
    const options = {
      ...(flags.speed === undefined ? {} : { speed: flags.speed }),
      ...(flags.pause === undefined ? {} : { pauseMs: parseGoDuration(flags.pause) }),
    }
    const runCommand: RunCommand = async (argv, cluster) => {
      const { run } = await import('../main.ts')
      const inner = capturingHost(context, cluster)
      try {
        const exitCode = await run(argv, inner.host)
        return { exitCode, stdout: inner.stdout(), stderr: inner.stderr() }
      } finally {
        await inner.close()
      }
    }
    for await (const event of demo(options, context, runCommand)) {
      context.stdout.write(format === 'ndjson' ? `${JSON.stringify(event)}\n` : demoText(event, context.stdout))
      if (event.type === 'end' && event.outcome === 'error') throw new Failure('error', event.message)
    }
    return 'done'
  }
}
