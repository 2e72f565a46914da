import type { Provider, Providers } from '../../../analysis/providers/provider.ts'
import type { HttpClient } from '../../../context/http-client.ts'
import type { Environment } from '../environment.ts'
import { controllerVersion } from './analysis-controller.ts'
import { jobProvider } from './job-provider.ts'
import { scriptable } from './scripted-provider.ts'

/** The providers of the AnalysisRun controller; the condition language comes with them. */
export async function loadProviders(environment: Environment, http: HttpClient): Promise<Providers> {
  const { webProvider } = await import('./web-adapter.ts')
  const { prometheusProvider } = await import('./prometheus-adapter.ts')
  const providers: Record<string, Provider> = {
    job: jobProvider(environment),
    web: webProvider(http, controllerVersion),
    prometheus: prometheusProvider(http, controllerVersion),
  }
  return Object.fromEntries(Object.entries(providers).map(([type, provider]) => [type, scriptable(provider)]))
}
