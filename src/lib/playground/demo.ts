import type { Clock, Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { apiVersion } from '../events/event.ts'
import type { Pod } from '../kube/core-objects.ts'
import type { PodBehavior } from './controllers/pod-behavior.ts'
import { loansApiRollout } from './example-manifests.ts'
import { type Playground, startPlayground } from './playground.ts'
import { temporaryKubeconfig } from './temporary-kubeconfig.ts'

export interface DemoOptions {
  /** seconds of the cluster per second; default 20 */
  speed?: number
  /** ms to wait between scenes; default 0 */
  pauseMs?: number
}

export interface CommandRun {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs a command line of ours against a cluster, on its clock, as a shell would. */
export type RunCommand = (
  argv: readonly string[],
  cluster: { kubeconfigPath: string; clock: Clock },
) => Promise<CommandRun>

/** What happens on the stage, in order. The envelope is that of every event (events/event.ts). */
export type DemoEvent = {
  apiVersion: string
  kind: 'Event'
  /** RFC 3339, on the cluster's clock */
  time: string
} & (
  | { type: 'demo.scene'; title: string; text: string }
  | { type: 'demo.command'; command: string; exitCode: number; stdout: string; stderr: string }
  | { type: 'end'; outcome: 'done' | 'error'; exitCode: number; message: string }
)

interface Scene {
  title: string
  text: string
  /** done to the cluster before the commands run */
  before?: (playground: Playground) => Promise<void>
  commands: { line: string; exits: number }[]
}

const namespace = 'loans'
const name = 'loans-api'
const image = (tag: string) => `docker.io/akshitmadanharness/loans-api:${tag}`

/** Exit codes as the table in the design has them: 5 not yet, 3 negative. */
const scenes: readonly Scene[] = [
  {
    title: 'A rollout is deployed',
    text: 'The manifest of examples/loans-api is applied: two pods, and a canary of seven steps for every new version.',
    before: async playground => {
      const { parse } = await import('yaml')
      playground.apply([parse(loansApiRollout) as KubeObject], namespace)
    },
    commands: [
      { line: `rollout status ${name} --timeout 5m`, exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
  {
    title: 'Version 1.1.0 comes in',
    text: 'One pod of the new version starts, takes its share, and the rollout stops at the first pause.',
    commands: [
      { line: `rollout set-image ${name} ${name}=${image('1.1.0')} --wait`, exits: 0 },
      { line: 'rollout list', exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
  {
    title: 'It is good, and goes on',
    text: 'Each promote ends the pause that it has seen, and no other.',
    commands: [
      { line: `rollout promote ${name} --expect-step 1 --wait`, exits: 0 },
      { line: `rollout promote ${name} --expect-step 3 --wait`, exits: 0 },
      { line: `rollout promote ${name} --expect-step 5 --wait`, exits: 0 },
      { line: `rollout status ${name} --watch=false`, exits: 0 },
    ],
  },
  {
    title: 'Version 1.2.0 breaks its pods',
    text: 'The new pod ends as soon as it has started. Users notice nothing: the stable version still serves them all.',
    commands: [
      { line: `rollout set-image ${name} ${name}=${image('1.2.0')}`, exits: 0 },
      { line: `rollout status ${name} --timeout 40s`, exits: 6 },
      { line: `rollout get ${name}`, exits: 0 },
      { line: `rollout explain ${name}`, exits: 0 },
    ],
  },
  {
    title: 'Back',
    text: 'abort sends everything back to the stable version; undo takes the bad image out of the spec.',
    commands: [
      { line: `rollout abort ${name} --wait`, exits: 0 },
      { line: `rollout status ${name} --watch=false`, exits: 3 },
      { line: `rollout undo ${name} --wait`, exits: 0 },
      { line: `rollout get ${name}`, exits: 0 },
    ],
  },
]

/** Of the two releases the second crashes for want of a setting. */
function broken(pod: Pod): Partial<PodBehavior> | undefined {
  if (pod.spec?.containers?.[0]?.image !== image('1.2.0')) return undefined
  const log = [
    'loans-api 1.2.0 starting',
    'reading configuration',
    'FATAL configuration: key "rates.provider" is missing, and has no default since 1.2.0',
  ]
  return { kind: 'crash', log }
}

/**
 * Plays a good release and a bad one on a cluster of its own, with the real commands. Ends with an `end` event; a
 * command that ends otherwise than it should makes that one an error. Whoever stops reading stops the cluster.
 */
export async function* demo(options: DemoOptions, context: Context, runCommand: RunCommand): AsyncIterable<DemoEvent> {
  const playground = await startPlayground({ clock: options.speed ?? 20, namespace, pods: broken }, context)
  const { path: kubeconfigPath, remove } = await temporaryKubeconfig(playground.kubeconfig, context)
  const cluster = { kubeconfigPath, clock: playground.clock }
  const event = () => ({
    apiVersion,
    kind: 'Event' as const,
    time: new Date(playground.clock.now()).toISOString(),
  })
  const surprises: string[] = []
  try {
    for (const [index, { title, text, before, commands }] of scenes.entries()) {
      if (index > 0 && options.pauseMs) await context.clock.sleep(options.pauseMs, context.signal)
      yield { ...event(), type: 'demo.scene', title, text }
      await before?.(playground)
      for (const { line, exits } of commands) {
        context.signal.throwIfAborted()
        const run = await runCommand([...line.split(' '), '-n', namespace], cluster)
        context.signal.throwIfAborted()
        yield { ...event(), type: 'demo.command', command: `kubectl canary ${line} -n ${namespace}`, ...run }
        if (run.exitCode !== exits) surprises.push(`${line}: exit code ${run.exitCode} instead of ${exits}`)
      }
    }
    surprises.push(...playground.simulation.errors.map(String))
    const isGood = surprises.length === 0
    const message = isGood ? 'a good release and a bad one, and back' : surprises.join('; ')
    yield { ...event(), type: 'end', outcome: isGood ? 'done' : 'error', exitCode: isGood ? 0 : 1, message }
  } finally {
    await playground.stop()
    await remove()
  }
}
