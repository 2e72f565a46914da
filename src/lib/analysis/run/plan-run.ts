import type { AnalysisPlan } from '../../events/event.ts'
import { analysisRuns } from '../../kube/resource-types.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { Failure, usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { AnalysisRunSpec, Argument, ControllerVersion, EngineRun, SecretKeyRef } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { resolveMetric } from '../placeholders.ts'
import { dryRunMetrics } from '../validate.ts'
import { applyGiven, type GivenArguments } from './given-arguments.ts'
import { longestDuration } from './longest-duration.ts'
import { metricState, providerName } from './metric-state.ts'
import type { RunSource } from './run-source.ts'

export type RunMode = AnalysisPlan['mode']

export interface PlanOptions {
  given: GivenArguments
  mode: RunMode
  version: ControllerVersion
  /** ms since 1970 */
  startMs: number
  maxDurationMs?: number | undefined
  /** of the flag or the kubeconfig, for objects that name none; undefined: `default` */
  namespace?: string | undefined
  /** uniform in [0, 1) */
  random(): number
}

/** A run that is ready to be executed, and what is known about it before. */
export interface PlannedRun {
  run: EngineRun
  /** with their arguments resolved and secrets hidden, for people; where that fails they are as written */
  metrics: readonly AnalysisMetric[]
  dryRun: ReadonlySet<string>
  /** secrets of the command line, by the reference that stands for them in the run */
  secrets: readonly { ref: SecretKeyRef; value: string }[]
  plan: AnalysisPlan
}

/**
 * The run that a source and the arguments of the command line make.
 *
 * @throws Failure `usage` for arguments that are unknown or missing, and for templates that contradict each other
 */
export function planRun(source: RunSource, options: PlanOptions): PlannedRun {
  const { given, version, mode, startMs, maxDurationMs } = options
  const { args, secrets } = applyGiven(source.declared, given)
  const built = source.build([...source.incoming, ...args])
  const spec = { ...built, ...(built.metrics ? { metrics: built.metrics.map(withDefaults) } : {}) }
  const namespace = source.namespace ?? options.namespace ?? 'default'
  const run: EngineRun = {
    apiVersion: `${analysisRuns.group}/${analysisRuns.version}`,
    kind: analysisRuns.kind,
    metadata: {
      name: nameFrom(source.baseName, options.random),
      namespace,
      uid: uuid(options.random),
      ...(source.labels ? { labels: source.labels } : {}),
      ...(source.annotations ? { annotations: source.annotations } : {}),
    },
    spec,
  }
  const metrics = shownMetrics(spec)
  const dryRun = dryRunNames(spec, metrics)
  const { longestMs, errorsMs, endless, unbounded } = longestDuration(metrics)
  return {
    run,
    metrics,
    dryRun,
    secrets,
    plan: {
      mode,
      source: source.title,
      controllerVersion: version,
      startsAt: new Date(startMs).toISOString(),
      ...(longestMs === undefined ? {} : { longestMs }),
      ...(errorsMs === undefined ? {} : { errorsMs }),
      endless,
      unbounded,
      ...(maxDurationMs === undefined ? {} : { maxDurationMs }),
      args: (spec.args ?? []).map(shownArgument),
      metrics: metrics.map(metric => metricState(metric, undefined, { isDryRun: dryRun.has(metric.name) })),
    },
  }
}

/** What the API server adds to a template that goes through it (argo-rollouts manifests/crds). */
function withDefaults(metric: AnalysisMetric): AnalysisMetric {
  const datadog = metric.provider?.datadog
  if (typeof datadog !== 'object' || datadog === null) return metric
  return { ...metric, provider: { ...metric.provider, datadog: { interval: '5m', apiVersion: 'v1', ...datadog } } }
}

/** A run that cannot be resolved ends in Error at once, and says why itself. */
function shownMetrics({ metrics = [], args = [] }: AnalysisRunSpec): AnalysisMetric[] {
  const hidden = args.map(arg => (arg.valueFrom?.secretKeyRef ? { name: arg.name, value: '*****' } : arg))
  return metrics.map(metric => {
    try {
      return resolveMetric(metric, hidden)
    } catch (error) {
      if (error instanceof AnalysisError) return metric
      throw error
    }
  })
}

function dryRunNames({ dryRun = [] }: AnalysisRunSpec, metrics: readonly AnalysisMetric[]): ReadonlySet<string> {
  try {
    return dryRunMetrics(dryRun, metrics)
  } catch (error) {
    if (error instanceof AnalysisError) return new Set()
    throw error
  }
}

function shownArgument({ name, value, valueFrom }: Argument) {
  const ref = valueFrom?.secretKeyRef
  if (ref) return { name, secret: `Secret ${ref.name}, key ${ref.key}` }
  return { name, ...(value === undefined ? {} : { value }) }
}

/**
 * Refuses what a local run would do to the world, unless that is allowed, and what it cannot do.
 *
 * @throws Failure `refused` naming the metrics; `usage` for what cannot be asked about the past
 */
export function guardEffects({ metrics, plan }: PlannedRun, allowEffects: boolean): void {
  const plugins = metrics.filter(metric => metric.provider?.plugin != null)
  if (plugins.length > 0)
    throw new Failure('refused', `${listOf(plugins)}: plugins run in the controller only`, {
      reason: 'PluginMetric',
      hints: ['kubectl canary analysis create runs the template in the cluster'],
    })
  const lasting = plan.mode === 'replay' ? metrics.filter(({ provider }) => provider?.job ?? provider?.kayenta) : []
  if (lasting.length > 0)
    throw usage(`${listOf(lasting)}: what it starts runs now, and cannot be run in the past`, {
      reason: 'InvalidFlag',
      hints: ['leave out --at'],
    })
  const effects = metrics.filter(metric => effectOf(metric) !== undefined)
  if (effects.length === 0 || allowEffects) return
  const each = effects.map(metric => `${safeText(metric.name)} ${effectOf(metric)}`)
  throw new Failure('refused', `this run would not only read: ${each.join('; ')}`, {
    reason: 'NeedsAllowEffects',
    hints: ['--allow-effects lets it; --dry-run shows what would be sent'],
  })
}

/** Sources whose queries name no time, or one of their own: what they answer is of now. */
const timeless = new Set(['web', 'newRelic', 'graphite', 'influxdb'])

export const isTimeless = (provider: string): boolean => timeless.has(provider)

/** What a run on history cannot take from history. */
export function pastWarnings({ plan }: PlannedRun): string[] {
  return plan.metrics
    .filter(metric => isTimeless(metric.provider))
    .map(
      ({ name, provider }) => `${name}: ${provider} cannot be asked about a time: its answers are of now, not of then`,
    )
}

const listOf = (metrics: readonly AnalysisMetric[]) =>
  metrics.map(metric => `${safeText(metric.name)} (${safeText(providerName(metric))})`).join(', ')

function effectOf({ provider = {} }: AnalysisMetric): string | undefined {
  if (provider.job != null) return 'creates a Job'
  if (provider.kayenta != null) return 'starts a Kayenta judgement'
  const method = (provider.web as { method?: string } | undefined)?.method
  return method && method !== 'GET' ? `sends ${safeText(method)} requests` : undefined
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'

/** As the API server makes names of `generateName` (apiserver pkg/storage/names). */
function nameFrom(base: string, random: () => number): string {
  if (!base.endsWith('-')) return base
  return base + Array.from({ length: 5 }, () => letters[Math.floor(random() * letters.length)]).join('')
}

function uuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(random() * 16).toString(16))
}
