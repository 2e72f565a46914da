import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { PrometheusApi } from '../../src/lib/playground/prometheus/prometheus-api.ts'
import { SampleStore } from '../../src/lib/playground/prometheus/sample-store.ts'
import { Labels } from '../../src/lib/promql/labels/labels.ts'
import { type Cluster, startCluster } from './cluster.ts'

/** The playground's Prometheus answers as the real one does: same status, type and body, but for times. */

// in the order of labels: ours answers in that one, the real one in the order in which series came up
const exposition = 'demo_gauge{pod="a"} 1e-07\ndemo_gauge{pod="b"} 0.25\ndemo_total{status="500"} 3\n'
const stored: [labels: Record<string, string>, value: number][] = [
  [{ __name__: 'demo_gauge', pod: 'b' }, 0.25],
  [{ __name__: 'demo_gauge', pod: 'a' }, 1e-7],
  [{ __name__: 'demo_total', status: '500' }, 3],
  [{ __name__: 'up' }, 1],
]
const exporter = createServer((_, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4')
  response.end(exposition)
})
const clock = new VirtualClock()
const store = new SampleStore()
const api = new PrometheusApi(store, clock)
let cluster: Cluster

beforeAll(async () => {
  await new Promise<void>(resolve => exporter.listen(0, '127.0.0.1', resolve))
  cluster = await startCluster({ prometheus: true })
  const address = `127.0.0.1:${(exporter.address() as AddressInfo).port}`
  cluster.scrape('demo', address)
  const target = { instance: address, job: 'targets' }
  for (let age = 20; age >= 0; age--) {
    const at = clock.now() - age * 1000
    for (const [labels, value] of stored) store.append(Labels.of({ ...labels, ...target }), at, value)
  }
  for (;;) {
    const { body } = await real('GET', '/api/v1/query?query=count_over_time(demo_total[10s])')
    if (body.includes('"10"')) break
    await sleep(500)
  }
}, 1_800_000)

afterAll(async () => {
  exporter.close()
  await cluster?.down()
})

interface Answer {
  status: number
  type: string
  body: string
}

async function real(method: string, target: string, form?: string): Promise<Answer> {
  const body = form === undefined ? {} : { body: new URLSearchParams(form) }
  const response = await fetch(`${cluster.prometheusUrl}${target}`, { method, ...body })
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() }
}

async function ours(method: string, target: string, form = ''): Promise<Answer> {
  const url = new URL(target, 'http://playground')
  const {
    status,
    headers = {},
    body = '',
  } = await api.handle({
    method,
    path: url.pathname,
    query: url.searchParams,
    body: form,
  })
  return { status, type: headers['content-type'] ?? '', body }
}

/** Series of the server itself are not ours, and times are others. */
const timeless = ({ body, ...rest }: Answer) => ({ ...rest, body: body.replace(/\b1[5-9]\d{8}(\.\d+)?\b/g, 'TIME') })

const select = 'match[]={__name__=~"demo_.*"}'

describe('as the real one', () => {
  it.each([
    ['GET', '/api/v1/query?query=demo_gauge'],
    ['GET', '/api/v1/query?query=demo_gauge*1e30'],
    ['GET', '/api/v1/query?query=sum(demo_gauge)'],
    ['GET', '/api/v1/query?query=demo_gauge/0'],
    ['GET', '/api/v1/query?query=-demo_gauge/0'],
    ['GET', '/api/v1/query?query=demo_gauge>1'],
    ['GET', '/api/v1/query?query=1e-7'],
    ['GET', '/api/v1/query?query=2e21'],
    ['GET', '/api/v1/query?query=%22a%22'],
    ['GET', '/api/v1/query?query=demo_gauge&limit=1'],
    ['GET', '/api/v1/query?query=rate(demo_gauge[5s])'],
    ['GET', '/api/v1/query?query=quantile(2,demo_gauge)'],
    ['POST', '/api/v1/query', 'query=demo_total'],
    ['POST', '/api/v1/query', ''],
    ['GET', `/api/v1/series?${select}`],
    ['GET', `/api/v1/series?${select}&limit=2`],
    ['GET', `/api/v1/labels?${select}`],
    ['POST', '/api/v1/labels', 'match[]=demo_total'],
    ['GET', '/api/v1/labels?match[]=demo_total&limit=1'],
    ['GET', '/api/v1/label/pod/values'],
    ['GET', '/api/v1/label/__name__/values?match[]=demo_gauge'],
    ['GET', '/api/v1/label/nope/values'],
    ['GET', '/api/v1/metadata?metric=nope'],
    ['GET', '/api/v1/rules'],
    ['GET', '/api/v1/alerts'],
    ['GET', '/-/healthy'],
    ['GET', '/-/ready'],
    ['GET', '/api/v1/nope'],
    ['PUT', '/api/v1/query'],
    ['POST', '/api/v1/label/pod/values'],
    ['POST', '/-/healthy'],
    ['GET', '/api/v1/query'],
    ['GET', '/api/v1/query?query=up{'],
    ['GET', '/api/v1/query?query=up&time=abc'],
    ['GET', '/api/v1/query?query=up&timeout=abc'],
    ['GET', '/api/v1/query?query=up&lookback_delta=abc'],
    ['GET', '/api/v1/query?query=up&limit=abc'],
    ['GET', '/api/v1/query?query=up&limit=-1'],
    ['GET', '/api/v1/query?query=label_replace(demo_gauge,%22pod%22,%22%22,%22%22,%22%22)'],
    ['GET', '/api/v1/query_range?query=up'],
    ['GET', '/api/v1/query_range?query=up&start=1&end=abc'],
    ['GET', '/api/v1/query_range?query=up&start=5&end=1&step=1'],
    ['GET', '/api/v1/query_range?query=up&start=1&end=5&step=x'],
    ['GET', '/api/v1/query_range?query=up&start=1&end=5&step=0'],
    ['GET', '/api/v1/query_range?query=up&start=1&end=500000&step=1'],
    ['GET', '/api/v1/query_range?query=up&start=1&end=5&step=1'],
    ['GET', '/api/v1/query_range?query=1&start=1&end=3&step=1s'],
    ['GET', '/api/v1/query_range?query=up[1m]&start=1&end=5&step=1'],
    ['GET', '/api/v1/series'],
    ['GET', '/api/v1/series?match[]=up{'],
    ['GET', '/api/v1/series?match[]={}'],
    ['GET', '/api/v1/series?match[]=up&start=x'],
    ['GET', '/api/v1/metadata?limit=x'],
  ])('%s %s', async (method, target, form?: string) => {
    expect(timeless(await ours(method, target, form))).toEqual(timeless(await real(method, target, form)))
  })
})
