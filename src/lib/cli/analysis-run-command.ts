import type { Providers } from '../analysis/providers/provider.ts'
import { clusterVersion } from '../analysis/run/cluster-version.ts'
import { lookOnce } from '../analysis/run/look-once.ts'
import { ObjectFinder } from '../analysis/run/object-finder.ts'
import { guardEffects, type PlannedRun, pastWarnings, planRun } from '../analysis/run/plan-run.ts'
import { runAnalysis } from '../analysis/run/run-analysis.ts'
import { resolveSource } from '../analysis/run/run-source.ts'
import type { Config } from '../config/config.ts'
import type { Context } from '../context/context.ts'
import type { CanaryEvent } from '../events/event.ts'
import { readManifests } from '../manifests/read-manifests.ts'
import { analysisHead } from '../output/analysis-head.ts'
import { type OutputFormat, parseOutputFormat } from '../output/output-format.ts'
import { Failure, type Outcome } from '../values/failure.ts'
import type { ProviderOptions } from './analysis-providers.ts'
import {
  type AnalysisRunInput,
  givenFrom,
  maxDurationFrom,
  modeFrom,
  placeFrom,
  startFrom,
  targetsFrom,
  versionFrom,
} from './analysis-run-input.ts'
import { type Ended, showAnalysis } from './analysis-run-show.ts'
import { show } from './show.ts'

/** Makes the providers of a run; tests make their own. */
export type ProvidersFrom = (flags: AnalysisRunInput, options: ProviderOptions, context: Context) => Promise<Providers>

const realProviders: ProvidersFrom = async (flags, options, context) =>
  (await import('./analysis-providers.ts')).providersFrom(flags, options, context)

/** `analysis run`: makes a run of templates and arguments, and executes it here as the controller would. */
export async function runAnalysisRun(
  names: readonly string[],
  flags: AnalysisRunInput,
  config: Config,
  context: Context,
  providersFrom: ProvidersFrom = realProviders,
): Promise<Outcome> {
  const format = parseOutputFormat(flags.output)
  const mode = modeFrom(flags)
  const targets = targetsFrom(names)
  const place = placeFrom(flags)
  const asked = flags['controller-version'] === undefined ? undefined : versionFrom(flags['controller-version'])
  const maxDurationMs = maxDurationFrom(flags['max-duration'])
  const atMs = startFrom(flags.at, context)
  const given = await givenFrom(flags, context)
  const files = await readManifests(flags.filename ?? [], { recursive: flags.recursive ?? false }, context)
  const finder = new ObjectFinder({ files, namespace: flags.namespace, kube: context.kube })
  const source = await resolveSource({ targets, place, fromRollout: flags['from-rollout'], given }, finder)
  const version = asked ?? (await clusterVersion(finder.connected)) ?? '1.9'
  const planned = planRun(source, {
    given,
    mode,
    version,
    startMs: atMs ?? context.clock.now(),
    maxDurationMs,
    namespace: source.namespace ?? flags.namespace ?? (await kubeconfigNamespace(context)),
    random: context.random,
  })
  context.stderr.write(`${analysisHead(planned.plan)}\n`)
  for (const warning of source.warnings) context.stderr.write(`warning: ${warning}\n`)
  if (mode === 'dry-run') return showPlan(planned, format, flags, context)
  guardEffects(planned, flags['allow-effects'] ?? false)
  const secrets = new Set(planned.secrets.map(({ value }) => value))
  const notes = atMs === undefined ? [] : pastWarnings(planned)
  const providers = await providersFrom(
    flags,
    { version, config, onSecret: value => void secrets.add(value), onNote: text => void notes.push(text) },
    context,
  )
  const options = { version, providers, secrets, notes, kube: context.kube }
  const events: AsyncGenerator<CanaryEvent, Ended> =
    mode === 'once'
      ? lookOnce(planned, { ...options, atMs }, context)
      : runAnalysis(planned, { ...options, replayFromMs: atMs, maxDurationMs }, context)
  return showAnalysis(events, format, flags, context)
}

/** Where a file without a namespace would be applied; undefined where there is no cluster, which a run needs not. */
async function kubeconfigNamespace({ kube }: Context): Promise<string | undefined> {
  try {
    return (await kube()).namespace
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

async function showPlan(
  { run, plan }: PlannedRun,
  format: OutputFormat,
  flags: AnalysisRunInput,
  context: Context,
): Promise<Outcome> {
  const { renderPlan } = await import('../output/analysis-plan-view.ts')
  const { stdout } = context
  const document = { apiVersion: 'kubectl-canary/v1', kind: 'AnalysisPlan', ...plan }
  const isEvents = format.name === 'ndjson'
  await show(
    {
      object: () => (isEvents ? document : run),
      info: () => document,
      view: () => renderPlan(plan, { columns: stdout.columns, color: stdout.hasColor }),
    },
    flags,
    context,
  )
  return 'done'
}
