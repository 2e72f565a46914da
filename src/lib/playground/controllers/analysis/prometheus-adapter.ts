import type { ControllerVersion } from '../../../analysis/analysis.ts'
import { judge } from '../../../analysis/judge.ts'
import type { Provider } from '../../../analysis/providers/provider.ts'
import type { HttpClient } from '../../../context/http-client.ts'
import { toValue } from '../../../expr/environment.ts'
import { Failure } from '../../../values/failure.ts'

export function prometheusProvider(http: HttpClient, version: ControllerVersion): Provider {
  return {
    problem: () => undefined,
    metadata: ({ provider = {} }) => ({ ResolvedPrometheusQuery: (provider.prometheus as { query: string }).query }),
    measure: async ({ metric, nowMs, signal }) => {
      const { provider = {} } = metric
      const { address = '', query = '' } = provider.prometheus as { address?: string; query?: string }
      try {
        const body = new URLSearchParams({ query, time: String(nowMs / 1000) }).toString()
        const answer = await http.send({ url: `${address}/api/v1/query`, method: 'POST', body, signal })
        const { status, data, error } = JSON.parse(answer.body)
        if (status !== 'success') return { phase: 'Error', message: error }
        const numbers = data.result.map((each: { value: [number, string] }) => Number(each.value[1]))
        return judge(toValue(Float64Array.from(numbers)), `[${numbers.join(',')}]`, metric, version, nowMs)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return { phase: 'Error', message: error.message }
      }
    },
  }
}
