import { afterEach, describe, expect, it } from 'vitest'
import type { ControllerVersion } from '../../../../src/lib/analysis/analysis.ts'
import { datadogProvider } from '../../../../src/lib/analysis/providers/datadog.ts'
import { HttpFailure } from '../../../../src/lib/http/http-failure.ts'
import type { AnalysisMetric } from '../../../../src/lib/rollouts/rollout.ts'
import { measurements, providerContext, recordedCases, startService } from './recorded-cases.ts'

let service: Awaited<ReturnType<typeof startService>> | undefined
afterEach(() => service?.stop())

const metric = (datadog: Record<string, unknown>, condition = 'max(result) < 0.05'): AnalysisMetric => ({
  name: 'errors',
  successCondition: condition,
  provider: { datadog },
})

async function answered(version: ControllerVersion, body: unknown, condition?: string, more = {}) {
  service = await startService([{ body: JSON.stringify(body) }])
  const secrets = {
    'argo-rollouts/datadog': { address: service.url, 'api-key': 'key-of-api', 'app-key': 'key-of-app' },
  }
  const provider = datadogProvider(providerContext({ version, secrets }))
  const config = { apiVersion: 'v2', query: 'sum:errors{} by {tag}', ...more }
  return (await measurements(provider, metric(config, condition)))[0]
}

const columns = (...list: object[]) => ({ data: { attributes: { columns: list } } })
const tag = (...values: (string | null)[]) => ({ name: 'tag', type: 'group', values: values.map(value => [value]) })
const number = (...values: unknown[]) => ({ name: 'query', type: 'number', values })

describe('groups of a Datadog query', () => {
  it.each([
    {
      at: 'a list, in the order of the answer',
      body: columns(tag('GET /b', 'GET /a,c'), number(0.04, 0.01)),
      phase: 'Successful',
      value: '[0.04,0.01]',
      groups: [
        { name: 'GET /b', value: 0.04 },
        { name: 'GET /a,c', value: 0.01 },
      ],
    },
    {
      at: 'one group is a list too',
      body: columns(tag('only'), number(0.1)),
      phase: 'Failed',
      value: '[0.1]',
      groups: [{ name: 'only', value: 0.1 }],
    },
    {
      at: 'several tags are joined',
      body: columns(tag('us', 'eu'), tag('host-a', 'host-b'), number(0.01, 0.02)),
      phase: 'Successful',
      value: '[0.01,0.02]',
      groups: [
        { name: 'us,host-a', value: 0.01 },
        { name: 'eu,host-b', value: 0.02 },
      ],
    },
    {
      at: 'a group without data is left out',
      body: columns(tag('a', 'b'), number(null, 0.02)),
      phase: 'Successful',
      value: '[0.02]',
      groups: [{ name: 'b', value: 0.02 }],
    },
    {
      at: 'the first of several columns of numbers',
      body: columns(number(0.01), tag('a'), number(9)),
      phase: 'Successful',
      value: '[0.01]',
      groups: [{ name: 'a', value: 0.01 }],
    },
  ])('$at', async ({ body, phase, value, groups }) => {
    const found = await answered('1.10', body)
    expect(found).toMatchObject({ phase, value })
    expect(JSON.parse(found?.metadata?.groups ?? '')).toEqual(groups)
  })

  it('no group has data: nil', async () => {
    const body = columns(tag('a'), number(null))
    expect(await answered('1.10', body, 'default(result, 0) < 1')).toEqual({ phase: 'Successful', value: '[]' })
    expect((await answered('1.10', body))?.message).toMatch(/metric result is nil or empty/)
  })

  it.each([
    ['a label is missing', columns(tag('a'), number(1, 2)), 'could not parse group label at index 1'],
    ['a label is null', columns(tag(null), number(1)), 'could not parse group label at index 0'],
    [
      'a value is no number',
      columns(tag('a'), number('x')),
      'could not parse numeric value "\\"x\\"" in column "query": json: cannot unmarshal string into Go value of type float64',
    ],
  ])('%s', async (_at, body, message) => {
    expect(await answered('1.10', body)).toEqual({ phase: 'Error', message })
  })

  it('keeps the 100 outermost of many groups in the metadata', async () => {
    const values = Array.from({ length: 150 }, (_, index) => (index * 7) % 150)
    const found = await answered('1.10', columns(tag(...values.map(String)), number(...values)), 'len(result) == 150')
    expect(found?.phase).toBe('Successful')
    const groups: { value: number }[] = JSON.parse(found?.metadata?.groups ?? '')
    expect(groups.map(({ value }) => value)).toEqual([
      ...Array.from({ length: 50 }, (_, index) => index),
      ...Array.from({ length: 50 }, (_, index) => 100 + index),
    ])
    expect(found?.metadata?.groups_truncated).toBe('true')
  })

  it('are nothing that 1.9 can read', async () => {
    expect((await answered('1.9', columns(tag('a'), number(1))))?.message).toMatch(/^Could not parse JSON body: json:/)
  })
})

describe('Datadog by 1.10', () => {
  // the released 1.10 answers ungrouped queries as 1.9 does; only what conditions say differs
  it.each(
    recordedCases('datadog')
      .filter(({ name, observed }) => /^v2 (?!grouped|down)/.test(name) && observed.measurements?.[0]?.value)
      .map(each => [each.name, each] as const),
  )('%s', async (_name, recorded) => {
    service = await startService(recorded.answers)
    const secrets = { 'argo-rollouts/datadog': { address: service.url, 'api-key': 'a-key', 'app-key': 'b-key' } }
    const provider = datadogProvider(providerContext({ version: '1.10', secrets }))
    expect(await measurements(provider, recorded.metric)).toEqual(recorded.observed.measurements)
  })

  it.each([
    ['1.10', '0s', 'Request timeout must be a positive duration (e.g. 30s). Please review the Analysis Template.'],
    [
      '1.10',
      'soon',
      'Could not parse the request timeout: time: invalid duration "soon". Please review the Analysis Template.',
    ],
    ['1.10', '30s', undefined],
    ['1.9', 'soon', undefined],
  ] as const)('%s checks requestTimeout %s', (version, requestTimeout, problem) => {
    const provider = datadogProvider(providerContext({ version }))
    expect(provider.problem(metric({ query: 'q', requestTimeout }))).toBe(problem)
  })

  it.each([
    ['1.10', '30s', 30_000],
    ['1.10', undefined, 10_000],
    ['1.9', '30s', 10_000],
  ] as const)('%s with requestTimeout %s gives up in Go’s words', async (version, requestTimeout, timeoutMs) => {
    const asked: (number | undefined)[] = []
    const http = async () => ({
      send: async ({ timeoutMs: limit, url }: { timeoutMs?: number; url: string }) => {
        asked.push(limit)
        throw new HttpFailure(`Get "${url.split('?')[0]}"`, 'context deadline exceeded', { isTimeout: true })
      },
    })
    const secrets = { 'argo-rollouts/datadog': { address: 'http://dd', 'api-key': 'a-key', 'app-key': 'b-key' } }
    const provider = datadogProvider(providerContext({ version, secrets, http }))
    const [found] = await measurements(provider, metric({ query: 'q', ...(requestTimeout ? { requestTimeout } : {}) }))
    expect(found?.message).toBe(
      'Get "http://dd/api/v1/query": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    )
    expect(asked).toEqual([timeoutMs])
  })
})
