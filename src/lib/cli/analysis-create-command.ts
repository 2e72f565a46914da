import { createRun, newRun } from '../analysis/in-cluster/new-run.ts'
import type { RunNames } from '../analysis/in-cluster/observe-runs.ts'
import { watchRuns } from '../analysis/in-cluster/watch-runs.ts'
import { parseAssignments } from '../analysis/run/given-arguments.ts'
import { ObjectFinder } from '../analysis/run/object-finder.ts'
import { resolveSource } from '../analysis/run/run-source.ts'
import type { Context } from '../context/context.ts'
import { analysisRuns } from '../kube/resource-types.ts'
import { readManifests } from '../manifests/read-manifests.ts'
import { type OutputFormat, parseOutputFormat } from '../output/output-format.ts'
import { watchText } from '../output/watch-text.ts'
import type { ActionResult } from '../rollouts/actions/apply-plan.ts'
import { leaveEvent } from '../rollouts/actions/leave-event.ts'
import type { AnalysisRun } from '../rollouts/rollout.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { type ActionInput, Report } from './action-command.ts'
import { analysisWatch } from './analysis-objects.ts'
import { analysisSourceFlags } from './analysis-run-flags.ts'
import { type AnalysisRunInput, placeFrom, targetsFrom } from './analysis-run-input.ts'
import { worstOutcome } from './exit-codes.ts'
import { boolean, outputFlags, text, writeFlags } from './flags.ts'
import { timeoutFrom } from './follow.ts'
import { runWatch } from './watch-command.ts'

const source = 'source'

/** Flags of `analysis create`; those of the source are as in `analysis run`. */
export const analysisCreateFlags = {
  ...outputFlags,
  ...analysisSourceFlags,
  name: text({ summary: 'name of the run', value: 'NAME', group: source }),
  'generate-name': text({ summary: 'beginning of its name (the template’s name)', value: 'PREFIX', group: source }),
  'instance-id': text({
    summary: 'the controller that is to run it, where there are several',
    value: 'ID',
    group: source,
  }),
  ...writeFlags,
  wait: boolean({ summary: 'follow it to its end: 0, 3 Failed or Error, 4 Inconclusive', group: 'waiting' }),
  timeout: text({ summary: 'limit for --wait, 0 = none (none)', value: 'DURATION', group: 'waiting' }),
}

export type AnalysisCreateInput = Omit<ActionInput, 'wait'> &
  Omit<AnalysisRunInput, 'dry-run'> & {
    name?: string | undefined
    'generate-name'?: string | undefined
    'instance-id'?: string | undefined
    wait?: boolean
  }

/** `analysis create`: one run of what is named or in the files. @throws Failure `usage` before anything is created */
export async function runAnalysisCreate(
  names: readonly string[],
  flags: AnalysisCreateInput,
  context: Context,
): Promise<Outcome> {
  const format = parseOutputFormat(flags.output)
  const timeoutMs = timeoutFrom(flags.timeout, undefined)
  if (flags.name !== undefined && flags['generate-name'] !== undefined)
    throw usage('either --name or --generate-name, not both', { reason: 'InvalidFlag' })
  const dryRun = flags['dry-run'] === 'client' || flags['dry-run'] === 'server' ? flags['dry-run'] : undefined
  const { run, from } = await planned(names, flags, context)
  const created = await createRun(run, from, { dryRun, fieldManager: flags['field-manager'] }, context)
  const report = new Report(format, flags as ActionInput, context)
  report.action(created)
  const problem = flags.event && !dryRun ? await leaveEvent(created, flags.reason, context) : undefined
  if (problem !== undefined) context.stderr.write(`warning: ${problem}\n`)
  if (!flags.wait || dryRun) {
    await report.end([created], 1, 'done')
    return 'done'
  }
  return waitFor(created, format, timeoutMs, report, context)
}

async function planned(names: readonly string[], flags: AnalysisCreateInput, context: Context) {
  const place = placeFrom(flags as AnalysisRunInput)
  const values = parseAssignments(flags.arg ?? [], '--arg')
  const targets = targetsFrom(names)
  const files = await readManifests(flags.filename ?? [], { recursive: flags.recursive ?? false }, context)
  const finder = new ObjectFinder({ files, namespace: flags.namespace, kube: () => context.kube() })
  const from = await resolveSource(
    { targets, place, fromRollout: flags['from-rollout'], given: { values, secrets: new Map() } },
    finder,
  )
  const client = await context.kube()
  const run = newRun(from, {
    values,
    name: flags.name,
    generateName: flags['generate-name'],
    instanceId: flags['instance-id'],
    isManifest: finder.connected === undefined && from.title.startsWith('analysisrun/'),
    namespace: client.namespaceIsExplicit ? client.namespace : (from.namespace ?? client.namespace),
  })
  return { run, from }
}

/** Ctrl-C leaves the run in the cluster as it is, which is said. */
async function waitFor(
  created: ActionResult<AnalysisRun>,
  format: OutputFormat,
  timeoutMs: number | undefined,
  report: Report,
  context: Context,
): Promise<Outcome> {
  const { name, namespace = '' } = created.object.metadata
  const stop = () =>
    context.stderr.write(`the run goes on: kubectl canary analysis watch ${name} -n ${namespace}, or terminate\n`)
  context.signal.addEventListener('abort', stop)
  try {
    const run = { names: [name], namespace }
    const watchFormat = format.name === 'wide' ? { ...format, name: 'table' as const } : format
    if (watchFormat.name === 'table' || watchFormat.name === 'ndjson')
      return await runWatch(analysisWatch(run, timeoutMs), watchFormat, context)
    const outcome = await followQuietly(run, timeoutMs, context)
    const client = await context.kube()
    const object = await client.get<AnalysisRun>(analysisRuns, { name, namespace })
    await report.end([{ ...created, object }], 1, outcome)
    return outcome
  } finally {
    context.signal.removeEventListener('abort', stop)
  }
}

/** stdout is for the object: what happens is told on stderr. */
async function followQuietly(run: RunNames, timeoutMs: number | undefined, context: Context): Promise<Outcome> {
  for await (const step of watchRuns(run, { timeoutMs, worst: worstOutcome }, context)) {
    for (const event of step.events) {
      const line = watchText(event)
      if (line !== undefined) context.stderr.write(`${line}\n`)
    }
    if (step.end) return step.end.outcome
  }
  return 'done'
}
