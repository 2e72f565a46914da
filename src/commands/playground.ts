import { CanaryCommand } from '../lib/cli/base-command.ts'
import { integer, text, texts } from '../lib/cli/flags.ts'
import { runPlayground } from '../lib/playground/run-playground.ts'
import type { Outcome } from '../lib/values/failure.ts'

export default class PlaygroundCommand extends CanaryCommand {
  static override summary = 'Keep a cluster open to try things out'
  static override description =
    'An API server with simulated controllers in this process: kubectl, kubectl canary and kubectl argo rollouts work on\n' +
    'it, and so does a Prometheus with the metrics of the pods. stdout carries the lines that point a shell at both.\n' +
    'Annotations of a pod template say how its pods fare, and so does the end of the image tag (app:2.0-crash):\n' +
    'playground.kubectl-canary/behavior: ready, not-ready, crash, oom, image-pull or pending; /error-rate: the share of\n' +
    'requests that are answered with a 5xx (0.2); /latency: the median (900ms); /requests-per-second (40). Other tags:\n' +
    'errors, slow. Pods of a Job end after /complete-after (1s). Ends with Ctrl-C, and leaves nothing behind.'
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
