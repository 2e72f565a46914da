import type { EngineRun } from '../../../analysis/analysis.ts'
import type { Provider } from '../../../analysis/providers/provider.ts'
import type { Measured } from '../../../analysis/record-measurement.ts'

const prefix = 'playground.kubectl-canary/'

/**
 * Lets annotations of a run (a Rollout's `analysisRunMetadata` puts them there) say what is measured, without asking
 * anybody: `playground.kubectl-canary/outcome`, `/value` and `/message`, for one metric `/outcome.METRIC` and so on. A run
 * without them is measured.
 */
export function scriptable(provider: Provider): Provider {
  return new Proxy(provider, {
    get: (target, key) => {
      if (key === 'measure') return measure
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

  async function measure(request: Parameters<Provider['measure']>[0]): Promise<Measured> {
    return outcomeOf(request.run, request.metric.name) ?? provider.measure(request)
  }
}

function outcomeOf({ metadata }: EngineRun, metric: string): Measured | undefined {
  const annotation = (key: string) =>
    metadata.annotations?.[`${prefix}${key}.${metric}`] ?? metadata.annotations?.[`${prefix}${key}`]
  const phase = annotation('outcome') as Measured['phase'] | undefined
  if (phase === undefined) return undefined
  const message = annotation('message')
  const value = annotation('value') ?? (phase === 'Error' ? undefined : '1')
  return { phase, ...(value === undefined ? {} : { value }), ...(message ? { message } : {}) }
}
