import { CanaryCommand } from '../lib/cli/base-command.ts'
import { integer, text, texts } from '../lib/cli/flags.ts'
import { runPlayground } from '../lib/playground/run-playground.ts'
import type { Outcome } from '../lib/values/failure.ts'

export default class PlaygroundCommand extends CanaryCommand {
  static override summary = 'Keep a cluster open to try things out'
  static override description =
    'An API server with simulated controllers in this process: kubectl, kubectl canary and kubectl argo rollouts work on\n' +
    'it. stdout carries the line that points a shell at it. Annotations of a pod template say how its pods fare:\n' +
    'playground.kubectl-canary/behavior: ready, not-ready, crash, oom, image-pull or pending; so does the end of the\n' +
    'image tag (app:2.0-crash). Ends with Ctrl-C, and leaves nothing behind.'
  static override examples = [
    'kubectl canary playground',
    {
      description: 'a minute in every second, with a rollout of yours',
      command: 'kubectl canary playground --speed 60 -f rollout.yaml',
    },
  ]
  static override flags = {
    filename: texts({
      char: 'f',
      summary: 'manifests to apply at the start; without any the example rollout',
      value: 'FILE',
    }),
    speed: integer({ summary: 'seconds of the cluster per second (1)', value: 'N', min: 1, max: 1000 }),
    port: integer({ summary: 'port on loopback (any free one)', value: 'N', min: 0, max: 65535 }),
    'write-kubeconfig': text({ summary: 'where to write its kubeconfig (a temporary file)', value: 'FILE' }),
  }

  async run(): Promise<Outcome> {
    const { flags } = await this.read(PlaygroundCommand)
    const { filename, namespace, port, speed } = flags
    const kubeconfigPath = flags['write-kubeconfig']
    return runPlayground(
      {
        ...(filename ? { files: filename } : {}),
        ...(namespace ? { namespace } : {}),
        ...(port === undefined ? {} : { port }),
        ...(speed === undefined ? {} : { speed }),
        ...(kubeconfigPath ? { kubeconfigPath } : {}),
      },
      this.context,
    )
  }
}
