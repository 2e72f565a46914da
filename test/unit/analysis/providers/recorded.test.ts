import { describe, expect, it } from 'vitest'
import { cloudWatchProvider } from '../../../../src/lib/analysis/providers/cloud-watch.ts'
import type { ProviderContext } from '../../../../src/lib/analysis/providers/credentials.ts'
import { datadogProvider } from '../../../../src/lib/analysis/providers/datadog.ts'
import { graphiteProvider } from '../../../../src/lib/analysis/providers/graphite.ts'
import { influxdbProvider } from '../../../../src/lib/analysis/providers/influxdb.ts'
import { kayentaProvider } from '../../../../src/lib/analysis/providers/kayenta.ts'
import { newRelicProvider } from '../../../../src/lib/analysis/providers/new-relic.ts'
import type { Provider } from '../../../../src/lib/analysis/providers/provider.ts'
import { skyWalkingProvider } from '../../../../src/lib/analysis/providers/skywalking.ts'
import { wavefrontProvider } from '../../../../src/lib/analysis/providers/wavefront.ts'
import {
  fill,
  mask,
  measurements,
  providerContext,
  type RecordedCase,
  type RecordedRequest,
  recordedCases,
  startService,
  withoutTls,
} from './recorded-cases.ts'

/**
 * Every answer, good and bad, that was given to the providers of controller v1.9.1 (test/fixtures/metric-providers): ours
 * send the same requests and come to the same measurement.
 */
const providers: Record<string, (context: ProviderContext) => Provider> = {
  datadog: datadogProvider,
  'new-relic': newRelicProvider,
  graphite: graphiteProvider,
  influxdb: influxdbProvider,
  skywalking: skyWalkingProvider,
  wavefront: wavefrontProvider,
  'cloud-watch': cloudWatchProvider,
  kayenta: kayentaProvider,
}

/** Where we differ on purpose. */
const ours: Record<string, Record<string, unknown>> = {
  // the controller prints the addresses of pointers
  'cloud-watch: messages': {
    metadata: { messages: '[{Code:ArithmeticError Value:One or more data-points have been dropped}]' },
  },
  // the controller crashes
  'wavefront: point of one number': { phase: 'Error', message: 'a data point without time or value' },
  // a result is a struct in Go, which knows its fields, and a status has a type of its own
  'cloud-watch: StatusCode in a list': { phase: 'Error' },
  'cloud-watch: condition on the values': { phase: 'Error', message: 'invalid operation: []float64 > int' },
  'cloud-watch: unknown field': { phase: 'Error', message: expect.stringMatching(/nil/) },
  'cloud-watch: unknown field, guarded': { phase: 'Error', message: expect.stringMatching(/nil/) },
  'skywalking: null': { phase: 'Error', message: 'decoding response: the answer is JSON null' },
}

for (const [file, provider] of Object.entries(providers)) {
  describe(`${file} as the controller`, () => {
    it.each(recordedCases(file).map(each => [each.name, each] as const))('%s', async (name, recorded) => {
      const seen = await replay(recorded, provider)
      const { problem, measurements: observed = [], requests = [] } = recorded.observed
      const expected = problem === undefined ? observed : [{ phase: 'Error', message: problem }]
      const special = ours[`${file}: ${name}`]
      if (special) expect(seen.measurements.at(-1)).toMatchObject(special)
      // ours says more about credentials that are missing
      else if (recorded.observed.problem !== undefined)
        expect(seen.measurements).toEqual([
          { phase: 'Error', message: expect.stringMatching(startOf(recorded.observed.problem)) },
        ])
      else expect(seen.measurements).toEqual(expected)
      expect(seen.requests.map(comparable)).toEqual(requests.map(comparable))
      if (problem === undefined && recorded.observed.metadata) expect(seen.metadata).toEqual(recorded.observed.metadata)
    })
  })
}

/** Answers that were changed at random; of those with which the controller does the same, one is kept. */
describe('mutated answers', () => {
  it.each(recordedCases('mutated').map(each => [each.name, each] as const))('%s', async (_name, recorded) => {
    const [kind = ''] = Object.keys(recorded.metric.provider ?? {})
    const seen = await replay(recorded, providers[kind] ?? datadogProvider)
    expect(seen.measurements).toEqual(recorded.observed.measurements)
    expect(seen.requests.map(comparable)).toEqual((recorded.observed.requests ?? []).map(comparable))
  })
})

const startOf = (text: string) => new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?:; |$)`)

async function replay(recorded: RecordedCase, make: (context: ProviderContext) => Provider) {
  const service = await startService(recorded.answers)
  try {
    if (recorded.down) await service.stop()
    const secrets = fill(recorded.secrets ?? {}, service.url)
    const context = providerContext({
      secrets,
      env: {
        AWS_ENDPOINT_URL: service.url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret-access-key',
      },
    })
    const { http } = context
    const provider = make({ ...context, http: async () => withoutTls(await http()) })
    const metric = fill(recorded.metric, service.url)
    const all = await measurements(provider, metric)
    return {
      measurements: mask(all, service.url),
      metadata: provider.metadata?.(metric),
      requests: mask(service.requests, service.url),
    }
  } finally {
    if (!recorded.down) await service.stop()
  }
}

const comparedHeaders = ['content-type', 'accept', 'authorization', 'dd-api-key', 'dd-application-key', 'api-key']

function comparable({ method, url, headers = {}, body = '' }: RecordedRequest) {
  const kept = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => comparedHeaders.includes(name))
      .map(([name, value]) => [name, value.replace(/Credential=.*/, '$SIGNATURE')]),
  )
  return { method, url, headers: kept, body: bodyOf(body) }
}

/** JSON whatever its layout, forms by their fields. */
function bodyOf(body: string): unknown {
  const text = body.replace(/20\d\d-\d\d-\d\d \d{4}/g, '$NOW')
  if (!text.startsWith('{')) return [...new URLSearchParams(text)]
  const json = JSON.parse(text)
  if (typeof json.query === 'string') json.query = json.query.replace(/\s+/g, '')
  return json
}
