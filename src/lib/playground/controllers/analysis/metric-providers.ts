import type { Providers } from '../../../analysis/providers/provider.ts'
import type { Context } from '../../../context/context.ts'
import type { Environment } from '../environment.ts'
import { controllerVersion } from './analysis-controller.ts'
import { jobProvider } from './job-provider.ts'
import { scriptable } from './scripted-provider.ts'

/**
 * The providers of the AnalysisRun controller; the condition language comes with them. All are those of `analysis run`,
 * but for Jobs, which belong to the run that started them here.
 */
export async function loadProviders(environment: Environment, context: Context): Promise<Providers> {
  const [{ allProviders }, { PrometheusConnector }] = await Promise.all([
    import('../../../analysis/providers/all-providers.ts'),
    import('../../../prometheus/connector.ts'),
  ])
  const connector = new PrometheusConnector({ note: () => {} }, context)
  const providers = {
    ...allProviders({ version: controllerVersion, connector }, context),
    job: jobProvider(environment),
  }
  return Object.fromEntries(Object.entries(providers).map(([type, provider]) => [type, scriptable(provider)]))
}
