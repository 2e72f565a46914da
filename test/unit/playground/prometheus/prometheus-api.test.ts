import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../src/lib/playground/clock.ts'
import { PrometheusApi } from '../../../../src/lib/playground/prometheus/prometheus-api.ts'
import { SampleStore } from '../../../../src/lib/playground/prometheus/sample-store.ts'
import { Labels } from '../../../../src/lib/promql/labels/labels.ts'

const clock = new VirtualClock(1_795_548_480_000)
let store: SampleStore
let api: PrometheusApi

beforeEach(() => {
  store = new SampleStore()
  api = new PrometheusApi(store, clock)
  for (const [age, up, requests] of [
    [30_000, 1, 10],
    [15_000, 1, 40],
    [0, 0, 70],
  ] as const) {
    const at = clock.now() - age
    store.append(Labels.of({ __name__: 'up', job: 'pods', pod: 'b' }), at, up)
    store.append(Labels.of({ __name__: 'up', job: 'pods', pod: 'a' }), at, 1)
    store.append(Labels.of({ __name__: 'http_requests_total', pod: 'a' }), at, requests)
    store.endScrape(at)
  }
})

async function ask(words: string, body = '') {
  const [method = '', target = ''] = words.split(' ')
  const url = new URL(target, 'http://prometheus')
  const answer = await api.handle({ method, path: url.pathname, query: url.searchParams, body })
  const isJson = answer.headers?.['content-type'] === 'application/json'
  return { ...answer, body: isJson ? JSON.parse(answer.body ?? '') : answer.body }
}

const series = (pod: string) => ({ __name__: 'up', job: 'pods', pod })

// What Prometheus 3.5 answers to the same requests.
describe('a query', () => {
  it.each([
    {
      what: 'a vector, in the order of labels',
      query: 'up',
      data: {
        resultType: 'vector',
        result: [
          { metric: series('a'), value: [1795548480, '1'] },
          { metric: series('b'), value: [1795548480, '0'] },
        ],
      },
    },
    {
      what: 'a time given in RFC 3339',
      query: 'up{pod="b"}&time=2026-11-24T19:27:45.5Z',
      data: { resultType: 'vector', result: [{ metric: series('b'), value: [1795548465.5, '1'] }] },
    },
    {
      what: 'a matrix with the times of its samples',
      query: 'up{pod="b"}[16s]',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: series('b'),
            values: [
              [1795548465, '1'],
              [1795548480, '0'],
            ],
          },
        ],
      },
    },
    { what: 'a scalar', query: '1e-7', data: { resultType: 'scalar', result: [1795548480, '0.0000001'] } },
    { what: 'infinity', query: '1/0', data: { resultType: 'scalar', result: [1795548480, '+Inf'] } },
    { what: 'a string', query: '"a"', data: { resultType: 'string', result: [1795548480, 'a'] } },
    { what: 'nothing', query: 'down', data: { resultType: 'vector', result: [] } },
  ])('answers $what', async ({ query, data }) => {
    const target = `/api/v1/query?query=${query.replaceAll('"', '%22')}`
    expect(await ask(`GET ${target}`)).toMatchObject({ status: 200, body: { status: 'success', data } })
  })

  it('takes its parameters from a form, too', async () => {
    const { body } = await ask('POST /api/v1/query?time=1', `query=${encodeURIComponent('time()')}`)
    expect(body.data).toEqual({ resultType: 'scalar', result: [1, '1'] })
  })

  it('is cut to its limit, and says so', async () => {
    const { body } = await ask('GET /api/v1/query?query=up&limit=1')
    expect(body.data.result).toHaveLength(1)
    expect(body.warnings).toEqual(['results truncated due to limit'])
  })

  it('over a range answers every step', async () => {
    const { body } = await ask('GET /api/v1/query_range?query=sum(up)&start=1795548460&end=1795548480&step=10s')
    const values = [
      [1795548460, '2'],
      [1795548470, '2'],
      [1795548480, '1'],
    ]
    expect(body.data).toEqual({ resultType: 'matrix', result: [{ metric: {}, values }] })
  })

  it('by another clock is about the same moment, and answered by that clock', async () => {
    const behind = { now: () => clock.now() - 3_600_000 }
    const outside = new PrometheusApi(store, clock, behind)
    const asked = async (path: string) => {
      const url = new URL(path, 'http://prometheus')
      const answer = await outside.handle({ method: 'GET', path: url.pathname, query: url.searchParams, body: '' })
      return JSON.parse(answer.body ?? '').data
    }
    const now = behind.now() / 1000
    expect((await asked('/api/v1/query?query=up{pod="b"}')).result[0].value).toEqual([now, '0'])
    expect((await asked(`/api/v1/query?query=up{pod="b"}&time=${now - 15}`)).result[0].value).toEqual([now - 15, '1'])
    const range = await asked(`/api/v1/query_range?query=up{pod="b"}&start=${now - 15}&end=${now}&step=15`)
    expect(range.result[0].values).toEqual([
      [now - 15, '1'],
      [now, '0'],
    ])
    expect(await asked(`/api/v1/label/pod/values?start=${now - 1}&end=${now}`)).toEqual(['a', 'b'])
  })

  it('says what ended is no longer there', async () => {
    store.endScrape(clock.now() + 1)
    const { body } = await ask(`GET /api/v1/query?query=up&time=${clock.now() / 1000 + 1}`)
    expect(body.data.result).toEqual([])
  })

  it.each([
    ['/api/v1/query', 'invalid parameter "query": unknown position: parse error: no expression found in input'],
    ['/api/v1/query?query=up{', 'invalid parameter "query": 1:4: parse error: unexpected end of input inside braces'],
    [
      '/api/v1/query?query=up&time=abc',
      `invalid parameter "time": invalid time value for 'time': cannot parse "abc" to a valid timestamp`,
    ],
    ['/api/v1/query?query=up&timeout=abc', 'invalid parameter "timeout": cannot parse "abc" to a valid duration'],
    [
      '/api/v1/query?query=up&lookback_delta=abc',
      'error parsing lookback delta duration: cannot parse "abc" to a valid duration',
    ],
    ['/api/v1/query?query=up&limit=abc', 'invalid parameter "limit": strconv.Atoi: parsing "abc": invalid syntax'],
    ['/api/v1/query_range?query=up', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    [
      '/api/v1/query_range?query=up&start=1&end=abc',
      'invalid parameter "end": cannot parse "abc" to a valid timestamp',
    ],
    [
      '/api/v1/query_range?query=up&start=5&end=1&step=1',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      '/api/v1/query_range?query=up&start=1&end=5&step=x',
      'invalid parameter "step": cannot parse "x" to a valid duration',
    ],
    [
      '/api/v1/query_range?query=up&start=1&end=5&step=0',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      '/api/v1/query_range?query=up&start=1&end=500000&step=1',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [
      '/api/v1/query_range?query=up[1m]&start=1&end=5&step=1',
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    ['/api/v1/series', 'no match[] parameter provided'],
    [
      '/api/v1/series?match[]=up{',
      'invalid parameter "match[]": 1:4: parse error: unexpected end of input inside braces',
    ],
    ['/api/v1/series?match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
    [
      '/api/v1/series?match[]=up&start=x',
      `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    ],
    ['/api/v1/metadata?limit=x', 'limit must be a number'],
  ])('GET %s is refused', async (target, error) => {
    expect(await ask(`GET ${target}`)).toMatchObject({
      status: 400,
      body: { status: 'error', errorType: 'bad_data', error },
    })
  })

  it('that cannot be evaluated is an error of its own kind', async () => {
    const query = encodeURIComponent('label_replace(up, "pod", "", "", "")')
    expect(await ask(`GET /api/v1/query?query=${query}`)).toMatchObject({
      status: 422,
      body: { errorType: 'execution', error: 'vector cannot contain metrics with the same labelset' },
    })
  })
})

describe('what there is', () => {
  it.each([
    [
      '/api/v1/series?match[]=up&match[]={pod="a"}',
      [{ __name__: 'http_requests_total', pod: 'a' }, series('a'), series('b')],
    ],
    ['/api/v1/labels', ['__name__', 'job', 'pod']],
    ['/api/v1/labels?match[]=http_requests_total', ['__name__', 'pod']],
    ['/api/v1/label/pod/values', ['a', 'b']],
    ['/api/v1/label/__name__/values?match[]=up', ['up']],
    ['/api/v1/label/nope/values', []],
    ['/api/v1/labels?end=1', []],
    ['/api/v1/metadata?metric=up', {}],
    [
      '/api/v1/metadata?metric=http_requests_total',
      { http_requests_total: [{ type: 'counter', unit: '', help: 'Requests answered, by method and status.' }] },
    ],
  ])('GET %s', async (target, data) => {
    expect((await ask(`GET ${target}`)).body).toEqual({ status: 'success', data })
  })

  it.each([
    ['GET /-/healthy', 200, 'Prometheus Server is Healthy.\n'],
    ['GET /-/ready', 200, 'Prometheus Server is Ready.\n'],
    ['GET /nope', 404, '404 page not found\n'],
    ['GET /api/v1/nope', 404, '404 page not found\n'],
    ['PUT /api/v1/query', 405, 'Method Not Allowed\n'],
    ['POST /api/v1/label/job/values', 405, 'Method Not Allowed\n'],
    ['POST /-/healthy', 405, 'Method Not Allowed\n'],
    ['OPTIONS /api/v1/query', 204, undefined],
  ])('%s', async (words, status, body) => {
    expect(await ask(words)).toMatchObject({ status, ...(body === undefined ? {} : { body }) })
  })

  it('says which Prometheus it follows', async () => {
    expect((await ask('GET /api/v1/status/buildinfo')).body.data.version).toMatch(/^3\./)
  })
})

it('forgets what is older than its retention', () => {
  const brief = new SampleStore(60_000)
  for (let second = 0; second <= 600; second += 15) {
    brief.append(Labels.of({ __name__: 'a', n: second < 300 ? 'old' : 'new' }), second * 1000, second)
    brief.endScrape(second * 1000)
  }
  expect(brief.all().map(each => each.labels.get('n'))).toEqual(['new'])
  expect(brief.all('a')[0]?.timesMs.length).toBeLessThanOrEqual(5 + 1)
})
