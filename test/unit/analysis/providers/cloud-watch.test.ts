import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cloudWatchProvider } from '../../../../src/lib/analysis/providers/cloud-watch.ts'
import type { HttpRequest } from '../../../../src/lib/context/http-client.ts'
import { measurements, type ProviderTestOptions, providerContext, startService } from './recorded-cases.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'aws-'))
  await writeFile(
    join(home, 'credentials'),
    '[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = file-secret\n',
  )
  await writeFile(join(home, 'config'), '[default]\nregion = eu-north-1\n')
})
afterAll(() => rm(home, { recursive: true }))

let service: Awaited<ReturnType<typeof startService>> | undefined
afterEach(() => service?.stop())

const metric = { name: 'm', provider: { cloudWatch: { metricDataQueries: [{ id: 'a', expression: 'x' }] } } }
const answer = {
  body: '<GetMetricDataResponse><GetMetricDataResult><MetricDataResults/></GetMetricDataResult></GetMetricDataResponse>',
}

async function measure(options: (url: string) => ProviderTestOptions) {
  service = await startService([answer])
  const [found] = await measurements(cloudWatchProvider(providerContext(options(service.url))), metric)
  return { found, headers: service.requests[0]?.headers ?? {} }
}

const noFiles = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere/a', AWS_CONFIG_FILE: '/nowhere/b' }

describe('who asks CloudWatch', () => {
  it.each([
    {
      at: 'the environment',
      env: { ...noFiles, AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_REGION: 'us-east-1' },
      signs: /Credential=AKIDENV\/20260102\/us-east-1\/monitoring\/aws4_request/,
    },
    { at: 'the shared files', env: {}, signs: /Credential=AKIDFILE\/20260102\/eu-north-1\/monitoring/ },
    {
      at: '--provider-secret before the environment',
      env: { ...noFiles, AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 'of-env' },
      given: { 'access-key-id': 'AKIDFLAG', 'secret-access-key': 'flag-secret', region: 'ap-south-1' },
      signs: /Credential=AKIDFLAG\/20260102\/ap-south-1\/monitoring/,
      token: undefined,
    },
    {
      at: 'a session',
      env: { ...noFiles, AWS_REGION: 'eu-west-1' },
      given: { 'access-key-id': 'ASIA', 'secret-access-key': 'flag-secret', 'session-token': 'temporary' },
      signs: /Credential=ASIA\/20260102\/eu-west-1/,
      token: 'temporary',
    },
  ])('$at', async ({ env, given, signs, token }) => {
    const { found, headers } = await measure(url => ({
      env: {
        AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
        AWS_CONFIG_FILE: join(home, 'config'),
        AWS_ENDPOINT_URL: url,
        ...env,
      },
      given: given ? [{ name: 'cloudWatch', values: new Map(Object.entries(given)) }] : [],
    }))
    expect(found).toEqual({ phase: 'Successful', value: '[]' })
    expect(headers.authorization).toMatch(signs)
    expect(headers['x-amz-security-token']).toBe(token)
  })

  it.each([
    [
      'credentials',
      {},
      /no AWS credentials in the environment or the shared files; give them as .*cloudWatch\/access-key-id=env:VARIABLE/,
    ],
    [
      'region',
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      /region not configured .*cloudWatch\/region=env/,
    ],
  ])('says so without %s', async (_what, env, message) => {
    const { found } = await measure(() => ({ env: { ...noFiles, ...env } }))
    expect(found).toEqual({ phase: 'Error', message: expect.stringMatching(message) })
  })

  it.each([
    ['eu-west-1', 'https://monitoring.eu-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://monitoring.cn-north-1.amazonaws.com.cn/'],
  ])('%s is asked at %s', async (region, url) => {
    const asked: string[] = []
    const http = async () => ({
      send: async (request: HttpRequest) => {
        asked.push(request.url)
        return { status: 200, headers: {}, url, ...answer }
      },
    })
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: region }
    await measurements(cloudWatchProvider(providerContext({ http, env })), metric)
    expect(asked).toEqual([url])
  })
})
