import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ProviderContext } from '../../../../src/lib/analysis/providers/credentials.ts'
import { datadogProvider } from '../../../../src/lib/analysis/providers/datadog.ts'
import { influxdbProvider } from '../../../../src/lib/analysis/providers/influxdb.ts'
import { newRelicProvider } from '../../../../src/lib/analysis/providers/new-relic.ts'
import type { Provider } from '../../../../src/lib/analysis/providers/provider.ts'
import type { GivenSecret } from '../../../../src/lib/analysis/providers/provider-secrets.ts'
import { wavefrontProvider } from '../../../../src/lib/analysis/providers/wavefront.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { measurements, type ProviderTestOptions, providerContext, startService, withoutTls } from './recorded-cases.ts'

let service: Awaited<ReturnType<typeof startService>> | undefined
afterEach(() => service?.stop())

const given = (name: string, values: Record<string, string>): GivenSecret => ({
  name,
  values: new Map(Object.entries(values)),
})
const datadog = (config: Record<string, unknown> = {}) => ({
  name: 'errors',
  provider: { datadog: { query: 'avg:x{}', ...config } },
})
const keysFor = (url: string, name: string) => ({ address: url, 'api-key': `api-${name}`, 'app-key': `app-${name}` })

/** Which credentials were sent. */
async function usedBy(config: Record<string, unknown>, options: (url: string) => ProviderTestOptions) {
  service = await startService([{ body: '{"series":[{"pointlist":[[1,2]]}]}' }])
  const provider = datadogProvider(providerContext(options(service.url)))
  const [found] = await measurements(provider, datadog(config))
  return { found, key: service.requests[0]?.headers?.['dd-api-key'] }
}

describe('which credentials count', () => {
  it.each([
    { at: 'the Secret of the controller', key: 'api-cluster' },
    {
      at: 'that of another namespace of the controller',
      options: (url: string) => ({
        secrets: { 'rollouts/datadog': keysFor(url, 'other') },
        controllerNamespace: 'rollouts',
      }),
      key: 'api-other',
    },
    {
      at: 'the flag for the provider before the cluster',
      options: (url: string) => ({ given: [given('datadog', keysFor(url, 'flag'))] }),
      key: 'api-flag',
    },
    {
      at: 'the flag for the Secret before that for the provider',
      config: { secretRef: { name: 'team' } },
      options: (url: string) => ({
        given: [given('datadog', keysFor(url, 'any')), given('team', keysFor(url, 'team'))],
      }),
      key: 'api-team',
    },
    {
      at: 'the flag for the provider for a Secret of another name',
      config: { secretRef: { name: 'team' } },
      options: (url: string) => ({ given: [given('datadog', keysFor(url, 'any'))] }),
      key: 'api-any',
    },
  ])('$at', async ({ config = {}, options, key }) => {
    const used = await usedBy(config, url => ({
      secrets: { 'argo-rollouts/datadog': keysFor(url, 'cluster') },
      ...options?.(url),
    }))
    expect(used).toMatchObject({ found: { phase: 'Successful' }, key })
  })

  it('no cluster is needed when flags give them', async () => {
    const kube = async () => {
      throw new Failure('error', 'no kubeconfig')
    }
    expect((await usedBy({}, url => ({ given: [given('datadog', keysFor(url, 'flag'))], kube }))).key).toBe('api-flag')
  })

  it('a Secret is read once for all measurements', async () => {
    service = await startService([{ body: '{"series":[{"pointlist":[[1,2]]}]}' }])
    const context = providerContext({ secrets: { 'argo-rollouts/datadog': keysFor(service.url, 'x') } })
    const client = await context.kube()
    const reads = vi.spyOn(client, 'get')
    const provider = datadogProvider({ ...context, kube: async () => client })
    for (let times = 0; times < 3; times += 1) await measurements(provider, datadog())
    expect([reads.mock.calls.length, service.requests.length]).toEqual([1, 3])
  })
})

describe('credentials that are missing', () => {
  const influxdb = { name: 'm', provider: { influxdb: { profile: 'team', query: 'q' } } }
  const wavefront = { name: 'm', provider: { wavefront: { address: 'x.wavefront.com', query: 'q' } } }
  const unreachable = async () => {
    throw new Failure('error', 'cannot connect to https://10.0.0.1')
  }
  it.each([
    {
      at: 'no Secret',
      make: datadogProvider,
      metric: datadog(),
      says: [
        'failed to find the credentials for datadog metrics provider; looked for api-key and app-key',
        'in Secret argo-rollouts/datadog (secrets "datadog" not found)',
        '--provider-secret datadog/api-key=env:VARIABLE or =file:PATH',
      ],
    },
    {
      at: 'no Secret in the namespace of the run',
      make: datadogProvider,
      metric: datadog({ secretRef: { name: 'team', namespaced: true } }),
      says: ['--provider-secret team or datadog', 'Secret shop/team (secrets "team" not found)'],
    },
    {
      at: 'a Secret of another profile',
      make: influxdbProvider,
      metric: influxdb,
      says: ['secrets "team" not found; looked for address, authToken and org', 'Secret argo-rollouts/team'],
    },
    {
      at: 'a key is missing in what flags give',
      make: influxdbProvider,
      metric: influxdb,
      options: { given: [given('influxdb', { org: 'x' })] },
      says: ['authToken, org, or address not found; --provider-secret for team or influxdb does not give all of'],
    },
    {
      at: 'no cluster',
      make: newRelicProvider,
      metric: { name: 'm', provider: { newRelic: { query: 'q' } } },
      options: { kube: unreachable },
      says: ['(cannot connect to https://10.0.0.1)', 'newRelic/personal-api-key=env:VARIABLE'],
    },
    {
      at: 'no token for the address',
      make: wavefrontProvider,
      metric: wavefront,
      options: { secrets: { 'argo-rollouts/wavefront-api-tokens': { 'y.wavefront.com': 'a-token' } } },
      says: ['API token not found; looked for its address', 'wavefront-api-tokens or wavefront'],
    },
  ])('$at: says what was looked for and how to give them', async ({ make, metric, options = {}, says }) => {
    const [found] = await measurements(make(providerContext(options)), metric)
    expect(found?.phase).toBe('Error')
    for (const part of says) expect(found?.message).toContain(part)
  })
})

describe('credentials never show', () => {
  const key = 'k3y/"with<signs>+ü'
  const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), Buffer.from(key).toString('base64')]
  const echo = forms.join(' ')
  const config = { query: 'q' }
  it.each([
    { type: 'datadog', make: datadogProvider, config, values: { 'api-key': key, 'app-key': key } },
    {
      type: 'newRelic',
      make: newRelicProvider,
      config,
      values: { 'personal-api-key': key, 'account-id': '1' },
      answer: { status: 400, body: JSON.stringify({ errors: [{ message: echo }] }) },
    },
    { type: 'influxdb', make: influxdbProvider, config, values: { authToken: key, org: 'shop' } },
    { type: 'wavefront', make: wavefrontProvider, config: { ...config, address: 'HOST' }, values: { HOST: key } },
  ])('$type: not in a message, value or metadata, whatever the service echoes', async each => {
    const { type, make, values, answer = { status: 400, body: echo } } = each
    service = await startService([answer])
    const { url } = service
    const host = url.replace('http://', '')
    const told: string[] = []
    const all = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace('HOST', host), value]))
    const options = {
      given: [given(type, { ...all, address: url, 'base-url-nerdgraph': url })],
      onSecret: (value: string) => void told.push(value),
    }
    const provider = withPlainHttp(make, providerContext(options))
    const text = JSON.stringify(each.config).replace('HOST', host)
    const [found] = await measurements(provider, { name: 'm', provider: { [type]: JSON.parse(text) } })
    expect(found?.phase).toBe('Error')
    expect(found?.message).toContain('*****')
    for (const form of forms) expect(JSON.stringify(found)).not.toContain(form)
    expect(told).toContain(key)
    // the service has seen it
    expect(JSON.stringify(service.requests[0]?.headers)).not.toBe('{}')
  })
})

const withPlainHttp = (make: (context: ProviderContext) => Provider, context: ProviderContext) =>
  make({ ...context, http: async () => withoutTls(await context.http()) })
