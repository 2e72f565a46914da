import type { Context } from '../../context/context.ts'
import type { KubeClient } from '../../context/kube-client.ts'
import { collectionPath, withQuery } from '../../kube/resource-path.ts'
import { analysisRuns } from '../../kube/resource-types.ts'
import type { ActionResult } from '../../rollouts/actions/apply-plan.ts'
import { defaultFieldManager, type SentRequest } from '../../rollouts/actions/write-request.ts'
import type { AnalysisRun } from '../../rollouts/rollout.ts'
import { usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { AnalysisRunSpec, Argument } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { resolveMetric } from '../placeholders.ts'
import { applyGiven } from '../run/given-arguments.ts'
import { longestDuration } from '../run/longest-duration.ts'
import type { RunSource } from '../run/run-source.ts'
import { dryRunMetrics, retentionLimits, validateMetrics } from '../validate.ts'
import { resolvedMetrics } from './resolved-metrics.ts'

export interface NewRunOptions {
  /** `--arg` */
  values: ReadonlyMap<string, string>
  name?: string | undefined
  generateName?: string | undefined
  /** of a controller that looks after objects with this label only */
  instanceId?: string | undefined
  /** the source is a manifest of a run: it is created under its name, with its labels */
  isManifest: boolean
  namespace: string
}

/** A run that is not in the cluster yet. Its metadata holds what was asked for and nothing of where it comes from. */
export type NewRun = Omit<AnalysisRun, 'metadata'> & {
  spec: AnalysisRunSpec
  metadata: { name?: string; generateName?: string; namespace: string; labels?: Record<string, string> }
}

/**
 * The run that a source makes in the cluster. Whatever the controller would end it for at once is refused.
 *
 * @throws Failure `usage` for arguments that are unknown or missing, and for a run that is not valid
 */
export function newRun(source: RunSource, options: NewRunOptions): NewRun {
  refuseSecretValues(source.declared, options.values)
  const given = applyGiven(source.declared, { values: options.values, secrets: new Map() })
  const spec = source.build([...source.incoming, ...given.args])
  refuseInvalid(spec, source.title)
  const labels = {
    ...(options.isManifest ? source.labels : {}),
    ...(options.instanceId ? { 'argo-rollouts.argoproj.io/controller-instance-id': options.instanceId } : {}),
  }
  return {
    apiVersion: `${analysisRuns.group}/${analysisRuns.version}`,
    kind: analysisRuns.kind,
    metadata: {
      ...nameOf(source.baseName, options),
      namespace: options.namespace,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    spec,
  }
}

/** In the cluster there is no other way to give a secret than its Secret. */
function refuseSecretValues(declared: readonly Argument[], values: ReadonlyMap<string, string>): void {
  for (const { name, valueFrom } of declared) {
    const ref = valueFrom?.secretKeyRef
    if (ref && values.has(name))
      throw usage(
        `argument ${safeText(name)} is a secret: the controller reads it from key ${safeText(ref.key)} of secret ${safeText(ref.name)}`,
        { reason: 'InvalidFlag' },
      )
  }
}

function nameOf(base: string, { name, generateName, isManifest }: NewRunOptions) {
  if (name !== undefined) return { name }
  if (generateName !== undefined) return { generateName }
  if (isManifest) return { name: base }
  return { generateName: base.endsWith('-') ? base : `${base}-` }
}

/**
 * What the controller checks before it measures (argo-rollouts analysis/analysis.go), in its words.
 *
 * @throws Failure `usage`
 */
export function refuseInvalid(spec: AnalysisRunSpec, title: string): void {
  const { metrics = [], args = [], dryRun = [], measurementRetention = [] } = spec
  let prefix = 'Unable to resolve metric arguments'
  try {
    const shown = args.map(arg => (arg.valueFrom?.secretKeyRef ? { ...arg, value: 'temp-for-secret' } : arg))
    const resolved = metrics.map(metric => resolveMetric(metric, shown))
    prefix = 'Analysis spec invalid'
    validateMetrics(resolved)
    dryRunMetrics(dryRun, resolved)
    retentionLimits(measurementRetention, resolved)
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    throw usage(
      `${title}: the controller would end this run at once: ${prefix}: ${safeText(error.message)}: nothing was created`,
      { reason: 'InvalidAnalysis', cause: error },
    )
  }
}

export interface CreateRunOptions {
  dryRun?: 'client' | 'server' | undefined
  fieldManager?: string | undefined
}

/** Creates it, or says what would be sent. @throws Failure as the server words it */
export async function createRun(
  run: NewRun,
  source: RunSource,
  options: CreateRunOptions,
  context: Pick<Context, 'kube'>,
): Promise<ActionResult<AnalysisRun>> {
  const client = await context.kube()
  const request = requestOf(run, options)
  const wanted = run as AnalysisRun
  const object = options.dryRun === 'client' ? wanted : await send(client, wanted, options)
  const name = object.metadata.name ?? `${run.metadata.generateName ?? ''}…`
  return {
    outcome: 'done',
    verb: 'create',
    type: analysisRuns,
    before: wanted,
    object,
    written: options.dryRun === 'client' ? [] : [object],
    requests: [request],
    sentence: `analysisrun ${safeText(`${run.metadata.namespace}/${name}`)} created from ${source.title}`,
    notes: [...source.warnings, ...endlessNotes(run, name)],
    ...(options.dryRun ? { dryRun: options.dryRun } : {}),
  }
}

function send(client: KubeClient, run: AnalysisRun, { dryRun, fieldManager }: CreateRunOptions): Promise<AnalysisRun> {
  return client.create<AnalysisRun>(analysisRuns, run, {
    ...(dryRun === 'server' ? { dryRun: true } : {}),
    ...(fieldManager === undefined ? {} : { fieldManager }),
  })
}

function requestOf(run: NewRun, { dryRun, fieldManager }: CreateRunOptions): SentRequest {
  const path = withQuery(collectionPath(analysisRuns, run.metadata.namespace), {
    fieldManager: fieldManager ?? defaultFieldManager,
    dryRun: dryRun === 'server' ? 'All' : undefined,
  })
  return { method: 'POST', path, contentType: 'application/json', body: run }
}

/** Somebody has to end it. */
function endlessNotes({ spec, metadata }: NewRun, name: string): string[] {
  const { endless } = longestDuration(resolvedMetrics(spec))
  if (endless.length === 0) return []
  const place = safeText(metadata.namespace)
  return [
    `${endless.map(safeText).join(', ')} ${endless.length === 1 ? 'goes' : 'go'} on until the run is terminated: ` +
      `kubectl canary analysis terminate ${safeText(name)} -n ${place}`,
  ]
}
