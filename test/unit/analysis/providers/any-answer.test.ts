import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControllerVersion } from '../../../../src/lib/analysis/analysis.ts'
import { cloudWatchProvider } from '../../../../src/lib/analysis/providers/cloud-watch.ts'
import { datadogProvider } from '../../../../src/lib/analysis/providers/datadog.ts'
import { graphiteProvider } from '../../../../src/lib/analysis/providers/graphite.ts'
import { influxdbProvider } from '../../../../src/lib/analysis/providers/influxdb.ts'
import { kayentaProvider } from '../../../../src/lib/analysis/providers/kayenta.ts'
import { newRelicProvider } from '../../../../src/lib/analysis/providers/new-relic.ts'
import { skyWalkingProvider } from '../../../../src/lib/analysis/providers/skywalking.ts'
import { wavefrontProvider } from '../../../../src/lib/analysis/providers/wavefront.ts'
import { measurements, providerContext, recordedCases } from './recorded-cases.ts'

const values = new Map(
  Object.entries({
    'api-key': 'aaaa',
    'app-key': 'bbbb',
    'personal-api-key': 'cccc',
    'account-id': '1',
    authToken: 'dddd',
    org: 'o',
    address: 'http://server',
    $HOST: 'eeee',
  }),
)
const given = ['datadog', 'newRelic', 'influxdb', 'wavefront'].map(name => ({ name, values }))
const env = { AWS_ACCESS_KEY_ID: 'aaaa', AWS_SECRET_ACCESS_KEY: 'bbbb', AWS_REGION: 'r' }

/** Parts of good answers, put together again anyhow. */
function answersLike(file: string): fc.Arbitrary<string> {
  const bodies = recordedCases(file).flatMap(({ answers = [] }) => answers.map(({ body = '' }) => body))
  const whole = fc.constantFrom(...bodies)
  const words = bodies.flatMap(body => body.match(/<[^>]*>|"[^"]*"|\n|[\w.:#-]+|\W/g) ?? [])
  const mixed = fc.array(fc.constantFrom(...new Set(words)), { maxLength: 40 }).map(parts => parts.join(''))
  const cut = fc.tuple(whole, fc.nat(), fc.nat()).map(([body, at, length]) => {
    const start = at % (body.length + 1)
    return body.slice(0, start) + body.slice(start + (length % 9))
  })
  // the same names around values of other types
  const typed = fc
    .tuple(whole, fc.constantFrom('null', '[]', '{}', '1', '"x"', 'true', '[[]]'), fc.nat())
    .map(([body, other, nth]) => {
      const parts = body.split(/(?<=:)/)
      const index = nth % parts.length
      return parts.map((part, at) => (at === index ? part.replace(/[^,\]}]+/, other) : part)).join('')
    })
  return fc.oneof(whole, mixed, cut, typed, fc.json())
}

describe.each([
  ['datadog', datadogProvider, '1.9'],
  ['datadog', datadogProvider, '1.10'],
  ['new-relic', newRelicProvider, '1.9'],
  ['graphite', graphiteProvider, '1.10'],
  ['influxdb', influxdbProvider, '1.9'],
  ['skywalking', skyWalkingProvider, '1.10'],
  ['wavefront', wavefrontProvider, '1.9'],
  ['cloud-watch', cloudWatchProvider, '1.10'],
  ['kayenta', kayentaProvider, '1.9'],
] as [string, typeof datadogProvider, ControllerVersion][])('%s', (file, make, version) => {
  it(`by ${version}: any answer is a measurement`, async () => {
    const metrics = recordedCases(file).map(({ metric }) => metric)
    const header = fc.constantFrom({}, { 'content-type': 'application/json' }, { 'retry-after': '1' })
    const answer = fc.record({
      status: fc.constantFrom(200, 200, 200, 204, 401, 404, 429, 500),
      headers: header,
      body: answersLike(file),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...metrics),
        fc.array(answer, { minLength: 1, maxLength: 3 }),
        async (metric, all) => {
          let index = 0
          const http = async () => ({
            send: async ({ url }: { url: string }) => ({
              url,
              status: 0,
              headers: {},
              body: '',
              ...all[index++ % all.length],
            }),
          })
          const found = await measurements(make(providerContext({ http, given, env, version })), metric)
          for (const { phase, message, value, metadata = {} } of found) {
            expect(phase).toMatch(/^(Successful|Failed|Error|Inconclusive|Running)$/)
            for (const text of [message ?? '', value ?? '', ...Object.values(metadata)])
              expect(typeof text).toBe('string')
            if (phase === 'Error') expect(message).toBeDefined()
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
