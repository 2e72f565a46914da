import type { Context } from '../context/context.ts'
import type { Freight } from '../kargo/freight.ts'
import { freights, stages } from '../kargo/kargo-resources.ts'
import type { Stage } from '../kargo/stage.ts'
import { freightLabel } from '../kargo/trace/commands.ts'
import { listAll } from '../kube/pages.ts'
import { renderStageList } from '../output/kargo-list-view.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import type { Outcome } from '../values/failure.ts'
import { type OutputChoice, show } from './show.ts'

/** Lists the Stages of a Project by name; the objects of `-o json` are the API's. */
export async function runStageList(flags: OutputChoice, context: Context): Promise<Outcome> {
  parseOutputFormat(flags.output)
  const client = await context.kube()
  const [{ items: found }, { items: freight }] = await Promise.all([
    listAll<Stage>(client, stages),
    listAll<Freight>(client, freights),
  ])
  const labels = new Map(freight.map(each => [each.metadata.name, freightLabel(each)]))
  const items = [...found].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
  if (items.length === 0) context.stderr.write(`No Stages found in project ${client.namespace}.\n`)
  const { stdout, clock } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  const labelOf = (name: string) => labels.get(name) ?? name.slice(0, 7)
  const list = () => renderStageList(items, labelOf, rendering, clock.now(), { headers: !flags['no-headers'] })
  const view = () => (items.length === 0 ? '' : list())
  await show({ object: () => items, info: () => ({ kind: 'List', items }), view }, flags, context)
  return 'done'
}
