import { describe, expect, it } from 'vitest'
import { prometheusProvider } from '../../../../src/lib/analysis/providers/prometheus.ts'
import type { Provider } from '../../../../src/lib/analysis/providers/provider.ts'
import { webProvider } from '../../../../src/lib/analysis/providers/web.ts'
import { PrometheusConnector } from '../../../../src/lib/prometheus/connector.ts'
import { fakeContext } from '../../../fakes/context.ts'
import {
  fill,
  mask,
  measurements,
  nowMs,
  type RecordedCase,
  type RecordedRequest,
  recordedCases,
  startService,
} from './recorded-cases.ts'

/**
 * Every answer, good, bad and cut off, that was given to the prometheus and web providers of controller v1.9.1
 * (test/fixtures/metric-providers): ours ask the same and come to the same measurement, to the letter.
 */
const providers: Record<string, () => Provider> = {
  prometheus: () => prometheusProvider({ version: '1.9', connector: new PrometheusConnector({}, fakeContext()) }),
  web: () => webProvider({ version: '1.9' }, fakeContext()),
}

for (const [file, makeProvider] of Object.entries(providers)) {
  describe(`${file} as the controller`, () => {
    it.each(recordedCases(file).map(each => [each.name, each] as const))('%s', async (_, recorded) => {
      const { problem, measurements: observed, requests = [], metadata } = recorded.observed
      const seen = await replay(recorded, makeProvider())
      expect(seen.measurements).toEqual(problem === undefined ? observed : [{ phase: 'Error', message: problem }])
      expect(seen.requests.map(comparable)).toEqual(requests.map(comparable))
      if (problem === undefined) expect(seen.metadata ?? {}).toEqual(metadata ?? {})
    })
  })
}

async function replay({ answers, metric: template }: RecordedCase, provider: Provider) {
  const service = await startService(answers)
  try {
    const metric = fill(template, service.url)
    const all = await measurements(provider, metric)
    return {
      // an empty value is none in the status
      measurements: mask(all, service.url).map(({ value, ...rest }) => (value ? { ...rest, value } : rest)),
      requests: mask(service.requests, service.url),
      metadata: provider.metadata?.(metric),
    }
  } finally {
    await service.stop()
  }
}

/** Forms by their fields, JSON whatever its layout; the clock's time by name, since the recording took place at another. */
function comparable({ method, url, headers = {}, body = '' }: RecordedRequest) {
  const [path, query = ''] = url.split('?')
  const { authorization, 'content-type': contentType } = headers
  return {
    method,
    path,
    query: fields(query),
    authorization,
    contentType,
    body: /^\{/.test(body) ? JSON.parse(body) : fields(body),
  }
}

const fields = (form: string) =>
  [...new URLSearchParams(form)].map(([name, value]) => [name, isNow(Number(value)) ? 'now' : value])

/** of the recording, or of this test; also an hour before */
const isNow = (seconds: number) => seconds > 1.79e9 || [0, 3600].some(ago => seconds === nowMs / 1000 - ago)
