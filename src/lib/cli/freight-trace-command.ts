import type { Context } from '../context/context.ts'
import { findFreight } from '../kargo/find-freight.ts'
import type { Freight } from '../kargo/freight.ts'
import { loadProject } from '../kargo/load-project.ts'
import type { Stage } from '../kargo/stage.ts'
import { whyNoFreight } from '../kargo/trace/no-freight.ts'
import { lastStages } from '../kargo/trace/path.ts'
import type { ProjectView } from '../kargo/trace/project-objects.ts'
import { type FreightTrace, traceFreight } from '../kargo/trace/trace.ts'
import { renderFreightTrace } from '../output/freight-trace-view.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { didYouMean } from '../values/did-you-mean.ts'
import { Failure, type Outcome, usage } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { worstOutcome } from './exit-codes.ts'
import { documentFormats, type OutputChoice, show } from './show.ts'

export interface TraceInput extends OutputChoice {
  to?: string | undefined
  'exit-status'?: boolean
}

/** Traces Freight to a Stage, or to every Stage at which the way of its Warehouse ends. */
export async function runFreightTrace(word: string | undefined, flags: TraceInput, context: Context): Promise<Outcome> {
  parseOutputFormat(flags.output, documentFormats)
  if (word === undefined || word === '')
    throw usage('which Freight? Give its alias, its name, an image or a commit', { reason: 'MissingArgument' })
  const client = await context.kube()
  const { view, notVisible } = await loadProject(client, { nowMs: context.clock.now() })
  const freight = foundFreight(word, view)
  const targets = flags.to === undefined ? lastStages(view, freight) : [flags.to]
  if (targets.length === 0)
    throw new Failure('error', `no Stage of project ${view.project} requests Freight of its Warehouse`, {
      reason: 'NotFound',
      hints: ['Name a Stage with --to'],
    })
  const traces = targets.map(name => traceFreight(view, freight, stageNamed(view, name), notVisible))
  const { stdout } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  const document = () => (traces.length === 1 && traces[0] ? traces[0] : traces)
  const text = () => traces.map(each => renderFreightTrace(each, rendering)).join('\n')
  await show({ object: document, info: document, view: text }, flags, context, documentFormats)
  return flags['exit-status'] ? worstOutcome(traces.map(traceOutcome)) : 'done'
}

/** @throws Failure as findFreight; where there is none, it says for each Warehouse why */
function foundFreight(word: string, view: ProjectView): Freight {
  try {
    return findFreight(word, view.objects.freight, view.project)
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error
    const why = whyNoFreight(word, view.objects.warehouses ?? [])
    const hints = why.map(
      ({ warehouse, reason, text }) => `Warehouse ${safeText(warehouse)}: ${reason}, ${safeText(text)}`,
    )
    throw new Failure(error.outcome, error.message, { reason: 'NotFound', hints: [...hints, ...error.hints] })
  }
}

/** @throws Failure `error` that says which Stages there are */
export function stageNamed(view: ProjectView, name: string): Stage {
  const stage = view.stage(name)
  if (stage) return stage
  const names = view.objects.stages.map(each => each.metadata.name)
  const meant = didYouMean(name, names)
  throw new Failure('error', `project ${view.project} has no Stage ${JSON.stringify(name)}`, {
    reason: 'NotFound',
    hints: [meant ? `Did you mean ${meant}?` : `It has: ${names.slice(0, 10).join(', ') || 'none'}`],
  })
}

/** What `--exit-status` answers: there, on its way, ended badly, or no verdict. */
export function traceOutcome({ block }: FreightTrace): Outcome {
  if (block === null) return 'done'
  if (block.reason === 'verification-inconclusive') return 'no-verdict'
  return /-(failed|errored|error|aborted)$/.test(block.reason) ? 'negative' : 'not-yet'
}
