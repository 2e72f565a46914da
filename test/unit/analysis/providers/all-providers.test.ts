import { describe, expect, it } from 'vitest'
import { allProviders } from '../../../../src/lib/analysis/providers/all-providers.ts'
import { providerProblem } from '../../../../src/lib/analysis/providers/provider.ts'
import type { HttpRequest } from '../../../../src/lib/context/http-client.ts'
import { PrometheusConnector } from '../../../../src/lib/prometheus/connector.ts'
import type { AnalysisMetric } from '../../../../src/lib/rollouts/rollout.ts'
import { fakeContext } from '../../../fakes/context.ts'
import { request } from './recorded-cases.ts'

const metric = (provider: Record<string, unknown>): AnalysisMetric => ({ name: 'm', provider })

/** A valid metric of each kind. */
const kinds: Record<string, Record<string, unknown>> = {
  prometheus: { address: 'http://prometheus:9090', query: 'up' },
  web: { url: 'http://web/' },
  job: { spec: { template: { spec: {} } } },
  datadog: { query: 'q' },
  newRelic: { query: 'q' },
  graphite: { address: 'http://graphite', query: 'target=x' },
  influxdb: { query: 'q' },
  skywalking: { address: 'http://sw', query: 'q', interval: '1m' },
  wavefront: { address: 'wf', query: 'q' },
  cloudWatch: { metricDataQueries: [] },
  kayenta: { address: 'http://k' },
}

function providers(context = fakeContext()) {
  return allProviders({ version: '1.9', connector: new PrometheusConnector({}, context) }, context)
}

describe('all providers', () => {
  it('know every kind of the controller', () => {
    const found = providers()
    expect(Object.keys(found).sort()).toEqual([...Object.keys(kinds), 'plugin'].sort())
    for (const [kind, config] of Object.entries(kinds))
      expect([kind, providerProblem(metric({ [kind]: config }), found)]).toEqual([kind, undefined])
    expect(providerProblem(metric({ other: {} }), found)).toBe("no valid provider in metric 'm'")
  })

  it('connect to nothing before a metric needs it', () => {
    let touched = 0
    const context = {
      ...fakeContext(),
      kube: async () => {
        touched += 1
        throw new Error('not asked for')
      },
      http: async () => {
        touched += 1
        throw new Error('not asked for')
      },
    }
    const found = providers(context)
    for (const [kind, config] of Object.entries(kinds)) found[kind]?.problem(metric({ [kind]: config }))
    expect(touched).toBe(0)
  })

  it('say of a plugin that it cannot run', async () => {
    const plugin = metric({ plugin: { 'argoproj-labs/sample\u001b[31m': {} } })
    const problem = providerProblem(plugin, providers())
    expect(problem).toMatch(/^plugin argoproj-labs\/sample.* is a program of the controller and cannot run here/)
    expect(problem).not.toContain('\u001b')
    expect(await providers().plugin?.measure(request(plugin))).toEqual({ phase: 'Error', message: problem })
  })

  it.each(['datadog', 'newRelic', 'graphite', 'influxdb', 'skywalking', 'wavefront', 'cloudWatch', 'kayenta'])(
    '%s ends with an abort, not with an Error measurement',
    async kind => {
      const stop = new AbortController()
      const http = {
        send: ({ signal }: HttpRequest) => {
          stop.abort(new Error('Ctrl-C'))
          return Promise.reject(signal?.reason)
        },
      }
      const context = fakeContext({
        http,
        env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'c' },
      })
      const all = { 'api-key': 'aa', 'app-key': 'bb', 'personal-api-key': 'cc', 'account-id': '1', authToken: 'dd' }
      const values = new Map(Object.entries({ ...all, address: 'http://x', org: 'o', wf: 'ee' }))
      const found = allProviders(
        {
          version: '1.9',
          connector: new PrometheusConnector({}, context),
          providerSecrets: ['datadog', 'newRelic', 'influxdb', 'wavefront'].map(name => ({ name, values })),
        },
        context,
      )
      const asked = { ...request(metric({ [kind]: kinds[kind] })), signal: stop.signal }
      await expect(found[kind]?.measure(asked)).rejects.toThrow('Ctrl-C')
    },
  )
})
