import type { Context } from '../context/context.ts'
import type { KubeClient, ObjectRef } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import type { Rendering } from '../output/table.ts'
import { Failure, type Outcome } from '../values/failure.ts'
import { renderFailure } from './command-error.ts'
import { worstOutcome } from './exit-codes.ts'
import { type OutputChoice, show } from './show.ts'

/** How one kind of object is read, projected and drawn. */
export interface Gotten<O, I extends object> {
  /** all that the view needs */
  load(client: KubeClient, ref: ObjectRef): Promise<O>
  /** the object alone, which is one request */
  loadObject(client: KubeClient, ref: ObjectRef): Promise<KubeObject>
  info(objects: O, nowMs: number): I
  render(info: I, rendering: Rendering, nowMs: number): string
  outcome(info: I): Outcome
}

export interface GetInput extends OutputChoice {
  'ignore-not-found'?: boolean
  'exit-status'?: boolean
}

/** Shows objects by name; those that are there are shown although others are not. */
export async function runGet<O, I extends object>(
  gotten: Gotten<O, I>,
  names: readonly string[],
  flags: GetInput,
  context: Context,
): Promise<Outcome> {
  const client = await context.kube()
  const isView = flags.output === undefined || ['table', 'wide', 'info'].includes(flags.output)
  const outcomes: Outcome[] = []
  const infos: I[] = []
  const objects: KubeObject[] = []
  for (const name of names) {
    try {
      if (isView || flags['exit-status']) {
        const info = gotten.info(await gotten.load(client, { name }), context.clock.now())
        infos.push(info)
        if (flags['exit-status']) outcomes.push(gotten.outcome(info))
      }
      if (!isView) objects.push(await gotten.loadObject(client, { name }))
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error
      if (flags['ignore-not-found']) continue
      if (names.length === 1) throw error
      outcomes.push(error.outcome)
      context.stderr.write(renderFailure(error, '', { color: context.stderr.hasColor, verbosity: 0 }))
    }
  }
  if ((isView ? infos : objects).length === 0) return worstOutcome(outcomes)
  const { stdout, clock } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  await show(
    {
      object: () => (names.length === 1 && objects[0] ? objects[0] : objects),
      info: () => (names.length === 1 && infos[0] ? infos[0] : infos),
      view: () => infos.map(info => gotten.render(info, rendering, clock.now())).join('\n'),
    },
    flags,
    context,
  )
  return worstOutcome(outcomes)
}
