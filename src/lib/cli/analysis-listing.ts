import type { AnalysisTemplate } from '../analysis/analysis.ts'
import { type AnalysisRunRow, analysisRunRows } from '../analysis/in-cluster/run-row.ts'
import { type AnalysisTemplateRow, templateRows } from '../analysis/in-cluster/template-row.ts'
import { templateUses } from '../analysis/in-cluster/template-uses.ts'
import type { Context } from '../context/context.ts'
import type { ResourceType } from '../context/kube-client.ts'
import { analysisRuns, analysisTemplates, clusterAnalysisTemplates } from '../kube/resource-types.ts'
import { analysisRunListView, analysisTemplateListView } from '../output/analysis-list-view.ts'
import { outcomeOf } from '../rollouts/observe/watch.ts'
import { compareText } from '../rollouts/ownership.ts'
import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { AnalysisRun } from '../rollouts/rollout.ts'
import type { Outcome } from '../values/failure.ts'
import { type ListInput, type Listing, runList } from './list-command.ts'
import { parseResourceType } from './resource-arg.ts'
import { byAge, byName } from './rollout-listing.ts'

/** What needs somebody first. */
const urgency = ['Failed', 'Error', 'Inconclusive', 'Running', 'Pending', '', 'Successful']
const byUrgency = (a: AnalysisRunRow, b: AnalysisRunRow) => rank(a.phase) - rank(b.phase) || byAge(a, b)
const rank = (phase: string) => (urgency.indexOf(phase) + urgency.length + 1) % (urgency.length + 1)

const analysisRunListing: Listing<AnalysisRun, AnalysisRunRow> = {
  source: analysisRunRows,
  view: analysisRunListView,
  deleted: row => ({ ...row, phase: 'Deleted', message: '' }),
  outcome: row => runOutcome(row.phase),
  orders: {
    name: byName,
    age: byAge,
    status: byUrgency,
    owner: (a, b) => compareText(a.owner?.name ?? '', b.owner?.name ?? '') || byAge(a, b),
  },
}

/** What `--exit-status` answers for the phase of a run. */
export function runOutcome(phase: string): Outcome {
  return isCompletedAnalysis(phase) ? outcomeOf(phase) : 'not-yet'
}

const types = [analysisRuns, analysisTemplates, clusterAnalysisTemplates] as const

/** How a type may be written, the short names first. */
export const analysisTypeWords = [
  ...['ar', 'at', 'cat'],
  ...types.flatMap(({ kind, resource }) => [resource, kind.toLowerCase()]),
]

/** `analysis list [at|cat|ar]`; runs where no type is given. @throws Failure `usage` */
export async function runAnalysisList(
  typeText: string | undefined,
  flags: ListInput,
  context: Context,
): Promise<Outcome> {
  const type = typeText === undefined ? analysisRuns : parseResourceType(typeText, types)
  if (type === analysisRuns) return runList(analysisRunListing, flags, context)
  const isTable = flags.output === undefined || /^(table|wide|info)$/.test(flags.output)
  return runList(await templateListing(type, isTable, flags, context), flags, context)
}

/** Who uses templates is in other objects, which are read only where it is shown. */
async function templateListing(
  type: ResourceType,
  showsUses: boolean,
  flags: ListInput,
  context: Context,
): Promise<Listing<AnalysisTemplate, AnalysisTemplateRow>> {
  const ofCluster = !type.namespaced
  const where = ofCluster || flags['all-namespaces'] ? { allNamespaces: true } : {}
  const uses = showsUses ? await templateUses(await context.kube(), { ...where, ofCluster }, context.signal) : undefined
  return {
    source: templateRows(type, uses),
    view: (options, rendering) =>
      analysisTemplateListView({ ...options, allNamespaces: options.allNamespaces && !ofCluster }, rendering),
    deleted: row => ({ ...row, metrics: [], providers: ['Deleted'], args: [], usedBy: [] }),
    outcome: () => 'done',
    orders: { name: byName, age: byAge },
  }
}
