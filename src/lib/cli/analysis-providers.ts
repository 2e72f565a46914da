import type { ControllerVersion } from '../analysis/analysis.ts'
import { allProviders } from '../analysis/providers/all-providers.ts'
import type { Providers } from '../analysis/providers/provider.ts'
import { parseProviderSecrets, readProviderSecrets } from '../analysis/providers/provider-secrets.ts'
import type { Config } from '../config/config.ts'
import type { Context } from '../context/context.ts'
import { jobReportText } from '../output/job-report-text.ts'
import { PrometheusConnector, type PrometheusSettings } from '../prometheus/connector.ts'
import { Failure } from '../values/failure.ts'

export interface ProviderFlags {
  prometheus?: string | undefined
  'provider-secret'?: string[] | undefined
  /** kubeconfig context of the flag */
  context?: string | undefined
}

export interface ProviderOptions {
  version: ControllerVersion
  config: Config
  /** told of every credential, so that it can be kept out of all output */
  onSecret(value: string): void
  /** told what users should know, such as the way on which a server is reached */
  onNote(text: string): void
}

/** The metric providers of a command, with the credentials and addresses of its flags. */
export async function providersFrom(
  flags: ProviderFlags,
  { version, config, onSecret, onNote }: ProviderOptions,
  context: Context,
): Promise<Providers> {
  const settings = await prometheusSettings(flags, config, context)
  const connector = new PrometheusConnector({ address: flags.prometheus, settings, note: onNote }, context)
  const elsewhere =
    flags.prometheus === undefined ? ['--prometheus URL|svc/NAMESPACE/NAME[:PORT] asks another one'] : []
  const given = parseProviderSecrets(flags['provider-secret'] ?? [])
  const providerSecrets = await readProviderSecrets(given, context)
  return allProviders(
    {
      version,
      connector,
      providerSecrets,
      onSecret,
      onHints: hints => onNote([...hints, ...elsewhere].join('\n')),
      onFailure: report => onNote(jobReportText(report)),
    },
    context,
  )
}

/** What the configuration says of the Prometheus of the cluster in use. */
export async function prometheusSettings(
  flags: ProviderFlags,
  { clusters = {} }: Config,
  context: Context,
): Promise<PrometheusSettings | undefined> {
  const known = Object.entries(clusters).filter(([, cluster]) => cluster.prometheus)
  if (known.length === 0) return undefined
  const name = flags.context ?? (await contextName(context))
  const [, cluster] = known.find(([key, cluster]) => (cluster.context ?? key) === name) ?? []
  return cluster?.prometheus
}

/** Undefined where there is no kubeconfig: a file can be run without a cluster. */
async function contextName({ kube }: Context): Promise<string | undefined> {
  try {
    return (await kube()).contextName
  } catch (error) {
    if (error instanceof Failure && error.outcome === 'error') return undefined
    throw error
  }
}
