import type { ControllerVersion } from '../../../analysis/analysis.ts'
import type { Provider } from '../../../analysis/providers/provider.ts'
import { readWebAnswer, webMetric, webProblem, webRequestProblem } from '../../../analysis/providers/web-answer.ts'
import type { HttpClient } from '../../../context/http-client.ts'
import { Failure } from '../../../values/failure.ts'

export function webProvider(http: HttpClient, version: ControllerVersion): Provider {
  return {
    problem: webProblem,
    measure: async ({ metric, nowMs, signal }) => {
      const problem = webRequestProblem(metric)
      if (problem !== undefined) return { phase: 'Error', message: problem }
      const { url = '', method = 'GET', timeoutSeconds = 10, headers = [], insecure = false } = webMetric(metric)
      try {
        const answer = await http.send({
          url,
          method,
          headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
          timeoutMs: timeoutSeconds * 1000,
          insecure,
          signal,
        })
        return readWebAnswer(metric, answer, version, nowMs)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return { phase: 'Error', message: error.message }
      }
    },
  }
}
