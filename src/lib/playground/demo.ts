import type { Clock, Context } from '../context/context.ts'
import { apiVersion } from '../events/event.ts'
import { PacedClock } from './clock.ts'
import { broken, failing, namespace, scenes } from './demo-scenes.ts'
import { startPlayground } from './playground.ts'
import { temporaryKubeconfig } from './temporary-kubeconfig.ts'

export interface DemoOptions {
  /** seconds of the cluster per second; default 30 */
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

/** How much faster time passes where minutes would have to be waited for. */
const fastForward = 10

/**
 * Plays a good release and two bad ones on a cluster of its own, with the real commands. Ends with an `end` event; a
 * command that ends otherwise than it should makes that one an error. Whoever stops reading stops the cluster.
 */
export async function* demo(options: DemoOptions, context: Context, runCommand: RunCommand): AsyncIterable<DemoEvent> {
  const speed = options.speed ?? 30
  const clock = new PacedClock(context.clock, speed)
  const playground = await startPlayground({ clock, namespace, pods: broken, traffic: failing }, context)
  const { path: kubeconfigPath, remove } = await temporaryKubeconfig(playground.kubeconfig, context)
  const cluster = { kubeconfigPath, clock }
  const event = () => ({
    apiVersion,
    kind: 'Event' as const,
    time: new Date(clock.now()).toISOString(),
  })
  const surprises: string[] = []
  try {
    for (const [index, { title, text, before, commands }] of scenes.entries()) {
      if (index > 0 && options.pauseMs) await context.clock.sleep(options.pauseMs, context.signal)
      yield { ...event(), type: 'demo.scene', title, text }
      await before?.(playground)
      for (const { line: text, exits, isLong } of commands) {
        context.signal.throwIfAborted()
        const line = typeof text === 'string' ? text : text(playground)
        clock.speed = isLong ? speed * fastForward : speed
        const run = await runCommand([...line.split(' '), '-n', namespace], cluster)
        clock.speed = speed
        context.signal.throwIfAborted()
        yield { ...event(), type: 'demo.command', command: `kubectl canary ${line} -n ${namespace}`, ...run }
        if (run.exitCode !== exits) surprises.push(`${line}: exit code ${run.exitCode} instead of ${exits}`)
      }
    }
    surprises.push(...playground.simulation.errors.map(String))
    const isGood = surprises.length === 0
    const message = isGood ? 'a good release, two bad ones, and back' : surprises.join('; ')
    yield { ...event(), type: 'end', outcome: isGood ? 'done' : 'error', exitCode: isGood ? 0 : 1, message }
  } finally {
    await playground.stop()
    await remove()
  }
}
