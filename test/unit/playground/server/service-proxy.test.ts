import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Playground, startPlayground } from '../../../../src/lib/playground/playground.ts'
import { fakeContext } from '../../../fakes/context.ts'
import { aService } from '../../../fakes/simulated-cluster.ts'

let playground: Playground

beforeAll(async () => {
  playground = await startPlayground({ namespace: 'shop' }, fakeContext())
  playground.apply([aService('web')], 'shop')
})
afterAll(() => playground.stop())

const raw = (path: string, method = 'GET', body?: string) =>
  playground.client().raw({ method, path, ...(body === undefined ? {} : { body }) })
const at = (namespace: string, service: string, path: string) =>
  `/api/v1/namespaces/${namespace}/services/${service}/proxy${path}`

describe('the proxy of services', () => {
  it.each(['prometheus', 'prometheus:9090', 'prometheus:web', 'http:prometheus:web', 'http:prometheus:'])(
    'leads to the Prometheus of the cluster by %s',
    async service => {
      const { body } = await raw(at('monitoring', service, '/api/v1/query?query=1%2B1'))
      expect(JSON.parse(body).data.result[1]).toBe('2')
    },
  )

  it('hands forms and errors on', async () => {
    const { body } = await raw(at('monitoring', 'prometheus:9090', '/api/v1/query'), 'POST', 'query=3')
    expect(JSON.parse(body).data.result[1]).toBe('3')
    await expect(raw(at('monitoring', 'prometheus:9090', '/api/v1/query?query=a{'))).rejects.toThrow()
  })

  it.each([
    { what: 'a Service that is none', path: at('monitoring', 'nope:80', '/'), why: /services "nope" not found/ },
    {
      what: 'a port that it has not',
      path: at('monitoring', 'prometheus:80', '/'),
      why: /no endpoints available for service "prometheus:80"/,
    },
    {
      what: 'one behind which nothing listens',
      path: at('shop', 'web:80', '/'),
      why: /no endpoints available for service "web:80"/,
    },
  ])('refuses $what', async ({ path, why }) => {
    await expect(raw(path)).rejects.toThrow(why)
  })

  it('and the port of its own answer alike', async () => {
    const response = await fetch(`${playground.prometheusUrl}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: 'vector(7)' }),
    })
    expect(await response.json()).toMatchObject({
      status: 'success',
      data: { result: [{ value: [expect.any(Number), '7'] }] },
    })
  })
})
