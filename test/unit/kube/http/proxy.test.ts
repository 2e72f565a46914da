import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { proxyFromEnvironment } from '../../../../src/lib/http/proxy-environment.ts'
import { startProxy, startSocksProxy } from '../../../fakes/proxy-server.ts'
import { TlsServer, testAuthority } from '../../../fakes/tls-server.ts'
import { base64, connectTo, failureOf, networkContext } from '../connected.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

let server: TlsServer
beforeEach(async () => {
  const pair = await (await testAuthority()).issue({ commonName: 'x', names: ['api.cluster.example'] })
  server = await TlsServer.start({ certificate: pair })
  ended.push(() => server.stop())
  server.on('GET', '/ok', { body: {} })
})

async function proxy() {
  const started = await startProxy(() => server.port)
  ended.push(() => started.stop())
  return started
}

async function client(cluster: Record<string, unknown>, env: Record<string, string> = {}) {
  const made = await connectTo(
    server,
    { cluster: { server: 'https://api.cluster.example:6443', ...cluster } },
    networkContext({ env }),
  )
  ended.push(() => made.close())
  return made
}

it('HTTPS_PROXY is used (2.1: client-node ignores it), on one connection', async () => {
  const { port, asked } = await proxy()
  const made = await client({}, { HTTPS_PROXY: `http://127.0.0.1:${port}` })
  await made.raw({ path: '/ok' })
  await made.raw({ path: '/ok' })
  expect(asked).toEqual(['CONNECT api.cluster.example:6443'])
  expect(server.connections).toBe(1)
})

it('proxy-url goes before it, with its password', async () => {
  const { port, asked, credentials } = await proxy()
  const made = await client(
    { 'proxy-url': `http://me:p%40ss@127.0.0.1:${port}` },
    { HTTPS_PROXY: 'http://127.0.0.1:1' },
  )
  await made.raw({ path: '/ok' })
  expect(asked).toEqual(['CONNECT api.cluster.example:6443'])
  expect(credentials).toEqual([`Basic ${base64('me:p@ss')}`])
})

it('the certificate is still checked', async () => {
  const { port } = await proxy()
  const made = await client({ server: 'https://other.example' }, { HTTPS_PROXY: `http://127.0.0.1:${port}` })
  expect(await failureOf(made.raw({ path: '/ok' }))).toMatchObject({ reason: 'CertificateHostname' })
})

it('socks5 proxies work, and resolve the name', async () => {
  const socks = await startSocksProxy(() => server.port)
  ended.push(() => socks.stop())
  const made = await client({ 'proxy-url': `socks5://127.0.0.1:${socks.port}` })
  await made.raw({ path: '/ok' })
  expect(socks.asked).toEqual(['SOCKS api.cluster.example:6443'])
})

it.each([
  { given: 'me:secret', works: true },
  { given: 'me:wrong', works: false },
])('socks5 with the password $given', async ({ given, works }) => {
  const socks = await startSocksProxy(() => server.port, 'me:secret')
  ended.push(() => socks.stop())
  const made = await client({ 'proxy-url': `socks5://${given}@127.0.0.1:${socks.port}` })
  if (works) await made.raw({ path: '/ok' })
  else {
    const failure = await failureOf(made.raw({ path: '/ok' }))
    expect(failure.message).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ gives no connection: it refused the user name and password$/,
    )
    expect(failure.message).not.toContain('wrong')
  }
  expect(socks.credentials).toEqual([given])
})

it('requests to an http server are handed over whole', async () => {
  const plain = await TlsServer.start({ plain: true })
  ended.push(() => plain.stop())
  plain.on('GET', '/ok', { body: {} })
  const started = await startProxy(() => plain.port)
  ended.push(() => started.stop())
  const made = await client({ server: 'http://api.cluster.example' }, { HTTP_PROXY: `127.0.0.1:${started.port}` })
  await made.raw({ path: '/ok' })
  expect(started.asked).toEqual(['GET http://api.cluster.example/ok'])
  expect(plain.seen[0]?.headers.host).toBe('api.cluster.example')
})

describe('failures', () => {
  it('a proxy that refuses', async () => {
    const started = await startProxy(() => server.port, 407)
    ended.push(() => started.stop())
    const failure = await failureOf(
      (await client({ 'proxy-url': `http://127.0.0.1:${started.port}` })).raw({ path: '/ok' }),
    )
    expect(failure).toMatchObject({ reason: 'ProxyFailed' })
    expect(failure.message).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ gives no connection: it answered 407 No for api\.cluster\.example:6443$/,
    )
  })

  it('a proxy that is not there', async () => {
    const started = await proxy()
    await started.stop()
    const failure = await failureOf(
      (await client({ 'proxy-url': `http://127.0.0.1:${started.port}` })).raw({ path: '/ok' }),
    )
    expect(failure).toMatchObject({ reason: 'ProxyFailed' })
    expect(failure.message).toMatch(/ECONNREFUSED/)
  })

  it.each(['ftp://x', 'http://', 'socks4://x'])('%s is no proxy', async text => {
    const failure = await failureOf((await client({ 'proxy-url': text })).raw({ path: '/ok' }))
    expect(failure).toMatchObject({ reason: 'InvalidProxy' })
  })
})

describe('the proxy of the environment (Go: httpproxy)', () => {
  const env = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' }
  const p = 'http://p:1'
  it.each([
    { server: 'https://a.example', env, is: p },
    { server: 'http://a.example', env, is: 'http://q:2' },
    { server: 'https://a.example', env: { https_proxy: 'p:1' }, is: p },
    { server: 'https://a.example', env: {}, is: undefined },
    { server: 'https://localhost:6443', env, is: undefined },
    { server: 'https://127.0.0.1', env, is: undefined },
    { server: 'https://[::1]', env, is: undefined },
    { server: 'https://a.example', env: { ...env, NO_PROXY: '*' }, is: undefined },
    { server: 'https://a.example', env: { ...env, NO_PROXY: 'b.example, a.example' }, is: undefined },
    { server: 'https://x.a.example', env: { ...env, NO_PROXY: 'a.example' }, is: undefined },
    { server: 'https://xa.example', env: { ...env, NO_PROXY: 'a.example' }, is: p },
    { server: 'https://a.example', env: { ...env, NO_PROXY: '.a.example' }, is: p },
    { server: 'https://x.a.example', env: { ...env, NO_PROXY: '.a.example' }, is: undefined },
    { server: 'https://x.a.example', env: { ...env, no_proxy: '*.a.example' }, is: undefined },
    { server: 'https://a.example:6443', env: { ...env, NO_PROXY: 'a.example:6443' }, is: undefined },
    { server: 'https://a.example', env: { ...env, NO_PROXY: 'a.example:6443' }, is: p },
    { server: 'https://a.example', env: { ...env, NO_PROXY: 'a.example:443' }, is: undefined },
    { server: 'https://10.1.2.3', env: { ...env, NO_PROXY: '10.0.0.0/8' }, is: undefined },
    { server: 'https://11.1.2.3', env: { ...env, NO_PROXY: '10.0.0.0/8' }, is: p },
    { server: 'https://10.1.2.3', env: { ...env, NO_PROXY: '10.1.2.3' }, is: undefined },
    { server: 'https://[fd00::1]', env: { ...env, NO_PROXY: '[fd00::1]' }, is: undefined },
    { server: 'https://10.1.2.3', env: { ...env, NO_PROXY: '2.3' }, is: p },
  ])('for $server with $env', ({ server: url, env: given, is }) => {
    expect(proxyFromEnvironment(new URL(url), given)).toBe(is)
  })
})
