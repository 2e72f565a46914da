import type { Context } from '../../context/context.ts'
import type { PrometheusConnector } from '../../prometheus/connector.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ControllerVersion } from '../analysis.ts'
import { cloudWatchProvider } from './cloud-watch.ts'
import type { ProviderContext } from './credentials.ts'
import { datadogProvider } from './datadog.ts'
import { graphiteProvider } from './graphite.ts'
import { influxdbProvider } from './influxdb.ts'
import { type JobProviderOptions, jobProvider } from './job.ts'
import { kayentaProvider } from './kayenta.ts'
import { newRelicProvider } from './new-relic.ts'
import { type PrometheusProviderOptions, prometheusProvider } from './prometheus.ts'
import type { Provider, Providers } from './provider.ts'
import type { GivenSecret } from './provider-secrets.ts'
import { skyWalkingProvider } from './skywalking.ts'
import { wavefrontProvider } from './wavefront.ts'
import { webProvider } from './web.ts'

export interface AllProvidersOptions extends Pick<JobProviderOptions, 'onFailure'> {
  version: ControllerVersion
  connector: PrometheusConnector
  onHints?: PrometheusProviderOptions['onHints']
  /** of `--provider-secret`, see readProviderSecrets */
  providerSecrets?: readonly GivenSecret[]
  /** where the controller runs and reads its Secrets; default `argo-rollouts` */
  controllerNamespace?: string
  /** told of every credential, so that it can be kept out of all output */
  onSecret?(value: string): void
}

/**
 * A provider for every kind of metric that the controller knows. Nothing is connected to, and no Secret is read, before a
 * metric needs it. What a metric may do to the world is asked elsewhere (run/plan-run.ts guardEffects).
 */
export function allProviders(options: AllProvidersOptions, context: Context): Providers {
  const { version, connector, onHints, onFailure, onSecret } = options
  const surroundings: ProviderContext = {
    http: context.http,
    kube: context.kube,
    clock: context.clock,
    random: context.random,
    env: context.env,
    version,
    given: options.providerSecrets ?? [],
    controllerNamespace: options.controllerNamespace ?? 'argo-rollouts',
    ...(onSecret ? { onSecret } : {}),
    known: new Map(),
  }
  return {
    prometheus: prometheusProvider({ version, connector, ...(onHints ? { onHints } : {}) }),
    web: webProvider({ version }, context),
    job: jobProvider({ version, ...(onFailure ? { onFailure } : {}) }, context),
    datadog: datadogProvider(surroundings),
    newRelic: newRelicProvider(surroundings),
    graphite: graphiteProvider(surroundings),
    influxdb: influxdbProvider(surroundings),
    skywalking: skyWalkingProvider(surroundings),
    wavefront: wavefrontProvider(surroundings),
    cloudWatch: cloudWatchProvider(surroundings),
    kayenta: kayentaProvider(surroundings),
    plugin: pluginProvider,
  }
}

/** Plugins are programs that the controller starts by its own configuration. */
const pluginProvider: Provider = {
  problem: pluginProblem,
  measure: async ({ metric }) => ({ phase: 'Error', message: pluginProblem(metric) }),
}

function pluginProblem({ provider = {} }: AnalysisMetric): string {
  const { plugin } = provider
  const names = typeof plugin === 'object' && plugin !== null ? Object.keys(plugin).map(safeText) : []
  const which = names.length === 0 ? 'this plugin' : `plugin ${names.join(', ')}`
  return `${which} is a program of the controller and cannot run here; kubectl canary analysis create runs the analysis in the cluster`
}
