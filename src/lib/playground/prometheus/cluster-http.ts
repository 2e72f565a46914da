import type { HttpClient } from '../../context/http-client.ts'
import { Failure } from '../../values/failure.ts'
import { isQueryEngineAddress } from './cluster-address.ts'
import type { PrometheusApi } from './prometheus-api.ts'

/** HTTP as a program in the cluster has it: a Prometheus of the cluster is answered here, everything else is sent out. */
export function clusterHttp(api: PrometheusApi, outside: () => Promise<HttpClient>): HttpClient {
  return {
    send: async request => {
      const url = URL.canParse(request.url) ? new URL(request.url) : undefined
      if (!url || !isQueryEngineAddress(url.hostname)) return (await outside()).send(request)
      const { method = 'GET', body = '' } = request
      const answer = await api.handle({ method, path: url.pathname, query: url.searchParams, body })
      return { status: answer.status, headers: answer.headers ?? {}, body: answer.body ?? '', url: request.url }
    },
  }
}

/** For a cluster that is given no way out. */
export const noNetwork = async (): Promise<HttpClient> => ({
  send: async ({ method = 'GET', url }) => {
    const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`
    throw new Failure('error', `${verb} ${JSON.stringify(url)}: dial tcp: there is no network here`)
  },
})
