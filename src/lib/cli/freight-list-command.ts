import type { Context } from '../context/context.ts'
import { compareNewestFirst, type Freight } from '../kargo/freight.ts'
import { loadProject } from '../kargo/load-project.ts'
import { holdsNow } from '../kargo/stage.ts'
import type { ProjectView } from '../kargo/trace/project-objects.ts'
import { traceStage } from '../kargo/trace/trace.ts'
import { artifactTexts } from '../output/artifact-text.ts'
import { type FreightRow, renderFreightList } from '../output/kargo-list-view.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import type { Outcome } from '../values/failure.ts'
import { stageNamed } from './freight-trace-command.ts'
import { type OutputChoice, show } from './show.ts'

export interface FreightListInput extends OutputChoice {
  stage?: string | undefined
  'available-to'?: string | undefined
  in?: string | undefined
  'verified-in'?: string | undefined
  warehouse?: string | undefined
  image?: string | undefined
  commit?: string | undefined
}

/** Lists the Freight of a Project, newest first; the objects of `-o json` are the API's. */
export async function runFreightList(flags: FreightListInput, context: Context): Promise<Outcome> {
  parseOutputFormat(flags.output)
  const { view } = await loadProject(await context.kube(), { nowMs: context.clock.now() })
  const stageName = flags.stage ?? flags['available-to']
  if (stageName !== undefined) stageNamed(view, stageName)
  const rows = [...view.objects.freight]
    .sort(compareNewestFirst)
    .map(freight => rowOf(view, freight, stageName))
    .filter(row => isWanted(row, flags))
  if (rows.length === 0) context.stderr.write(`No Freight found in project ${view.project}.\n`)
  const { stdout } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  const list = () => renderFreightList(rows, rendering, view.nowMs, { headers: !flags['no-headers'] })
  await show(
    {
      object: () => rows.map(row => row.freight),
      info: () => ({
        apiVersion: 'kubectl-canary/v1',
        kind: 'FreightList',
        project: view.project,
        items: rows.map(infoOf),
      }),
      view: () => (rows.length === 0 ? '' : list()),
    },
    flags,
    context,
  )
  return 'done'
}

function rowOf(view: ProjectView, freight: Freight, stage: string | undefined): FreightRow {
  const holding = view.objects.stages.filter(each => holdsNow(each, freight.metadata.name))
  return {
    freight,
    in: holding.map(each => each.metadata.name),
    verifiedIn: Object.keys(freight.status?.verifiedIn ?? {}),
    ...(stage !== undefined && { at: traceStage(view, stage, freight) }),
  }
}

function isWanted(row: FreightRow, flags: FreightListInput): boolean {
  const { freight, at } = row
  if (flags.warehouse !== undefined && freight.origin?.name !== flags.warehouse) return false
  if (flags['available-to'] !== undefined && !at?.accepted) return false
  if (flags.in !== undefined && !row.in.includes(flags.in)) return false
  if (flags['verified-in'] !== undefined && !row.verifiedIn.includes(flags['verified-in'])) return false
  const { image, commit } = flags
  if (image !== undefined && !artifactTexts({ images: freight.images ?? [] }).some(text => text.includes(image)))
    return false
  return commit === undefined || (freight.commits ?? []).some(({ id, tag }) => id?.startsWith(commit) || tag === commit)
}

function infoOf({ freight, at, ...places }: FreightRow): object {
  const { name } = freight.metadata
  return { name, alias: freight.alias ?? null, origin: freight.origin ?? null, ...places, ...(at && { stage: at }) }
}
