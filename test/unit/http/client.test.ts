import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProxy, startSocksProxy } from '../../fakes/proxy-server.ts'
import { startRawServer } from '../../fakes/raw-server.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'
import { TlsServer, testAuthority } from '../../fakes/tls-server.ts'
import { httpContext } from './http-context.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

let server: TlsServer
beforeEach(async () => {
  server = await plainServer()
})

async function plainServer(): Promise<TlsServer> {
  const started = await TlsServer.start({ plain: true })
  ended.push(() => started.stop())
  return started
}

describe('a request', () => {
  it('carries what it was given, and what every request carries', async () => {
    server.on('PUT', '/a%20b', ({ request }) => ({ body: request.rawHeaders, headers: { 'X-A': 'b' } }))
    const { client } = httpContext()
    const answer = await client.send({
      method: 'PUT',
      url: `${server.url}/a b?q=x y&z=ü`,
      headers: { 'X-Text': ' grün ', Host: 'ignored', 'Content-Length': '7' },
      body: 'größe',
    })
    expect(answer).toMatchObject({ status: 200, statusText: '200 OK', url: `${server.url}/a%20b?q=x y&z=ü` })
    expect(answer.headers['x-a']).toBe('b')
    const [seen] = server.seen
    expect(seen).toMatchObject({ method: 'PUT', body: 'größe' })
    expect(Object.fromEntries(seen?.query ?? [])).toEqual({ q: 'x y', z: 'ü' })
    expect(Buffer.from(String(seen?.headers['x-text']), 'latin1').toString()).toBe('grün')
    expect(seen?.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'content-length': '7',
      'user-agent': 'kubectl-canary',
      'accept-encoding': 'gzip',
    })
  })

  it('shares a connection with the one before, and gets gzip decoded', async () => {
    server.on('GET', '/ok', { gzip: true, body: { a: 1 } })
    const { client } = httpContext()
    for (let i = 0; i < 3; i++) expect((await client.send({ url: `${server.url}/ok` })).body).toBe('{"a":1}')
    expect(server.connections).toBe(1)
  })

  it.each([
    { method: 'GET', isRepeatable: undefined, asks: 2 },
    { method: 'POST', isRepeatable: true, asks: 2 },
    { method: 'POST', isRepeatable: undefined, asks: 1 },
  ])('$method is repeated on a kept-alive connection that was dead: $asks', async ({ method, isRepeatable, asks }) => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    const raw = await startRawServer((socket, connection) => {
      socket.write(answer)
      if (connection > 0) return
      socket.once('data', () => socket.resetAndDestroy())
    })
    ended.push(raw.stop)
    const { client } = httpContext()
    await client.send({ url: raw.url })
    const again = client.send({ method, url: raw.url, isRepeatable })
    if (asks === 2) expect(await again).toMatchObject({ body: 'ok' })
    else await expect(again).rejects.toThrow(/connection reset by peer$|EOF$/)
  })

  it.each([
    { user: 'me:p%40ss', sends: 'me:p@ss' },
    { user: 'me', sends: 'me:' },
  ])('signs in with $user@ of its address', async ({ user, sends }) => {
    server.on('GET', '/', {})
    await httpContext().client.send({ url: server.url.replace('//', `//${user}@`) })
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from(sends).toString('base64')}`)
  })

  /** Observed of Go 1.26. */
  it.each([
    { url: '', says: 'Get "": unsupported protocol scheme ""' },
    { url: 'foo', says: 'Get "foo": unsupported protocol scheme ""' },
    { url: 'foo:9090', says: 'Get "foo:9090": unsupported protocol scheme "foo"' },
    { url: 'ftp://a/', says: 'Get "ftp://a/": unsupported protocol scheme "ftp"' },
    { url: '127.0.0.1:9090', says: 'parse "127.0.0.1:9090": first path segment in URL cannot contain colon' },
    { url: ' http://a', says: 'parse " http://a": first path segment in URL cannot contain colon' },
    { url: 'http://', says: 'Get "http:": http: no Host in request URL' },
    { url: 'http:///x', says: 'Get "http:///x": http: no Host in request URL' },
    { url: 'http://a b/', says: 'parse "http://a b/": invalid character " " in host name' },
    { url: 'http://a/%zz', says: 'parse "http://a/%zz": invalid URL escape "%zz"' },
    { url: 'http://a%20b/', says: 'parse "http://a%20b/": invalid URL escape "%20"' },
    { url: 'http://a:abc/', says: 'parse "http://a:abc/": invalid port ":abc" after host' },
    { url: 'http://a:b@c:d/', says: 'parse "http://a:b@c:d/": invalid port ":d" after host' },
    { url: 'http://[::1', says: `parse "http://[::1": missing ']' in host` },
    { url: 'http://a\x01', says: 'parse "http://a\\x01": net/url: invalid control character in URL' },
    { url: '://x', says: 'parse "://x": missing protocol scheme' },
    { url: 'http://a:99999/', says: 'Get "http://a:99999/": dial tcp: address 99999: invalid port' },
  ])('to $url is not sent', async ({ url, says }) => {
    await expect(httpContext().client.send({ url })).rejects.toThrow(expect.objectContaining({ message: says }))
  })

  it('hides the password of its address in messages', async () => {
    const raw = await startRawServer(() => {})
    await raw.stop()
    const url = raw.url.replace('//', '//user:pw@')
    await expect(httpContext().client.send({ url })).rejects.toThrow(/^Get "http:\/\/user:\*\*\*@127/)
  })

  it.each<{ headers: Record<string, string>; says: string }>([
    { headers: { 'a b': 'x' }, says: 'net/http: invalid header field name "a b"' },
    { headers: { '': 'x' }, says: 'net/http: invalid header field name ""' },
    { headers: { X: 'a\nb' }, says: 'net/http: invalid header field value for "X"' },
  ])('with a header that cannot be sent: $says', async ({ headers, says }) => {
    await expect(httpContext().client.send({ url: server.url, headers })).rejects.toThrow(
      expect.objectContaining({ message: `Get "${server.url}": ${says}` }),
    )
  })
})

describe('a redirect', () => {
  const headers = { Authorization: 'Bearer s', 'X-Scope-OrgID': 't', 'Content-Type': 'text/plain', Accept: 'a/b' }
  it.each([
    { status: 301, method: 'POST', becomes: 'GET', body: '' },
    { status: 302, method: 'PUT', becomes: 'GET', body: '' },
    { status: 303, method: 'POST', becomes: 'GET', body: '' },
    { status: 302, method: 'HEAD', becomes: 'HEAD', body: '' },
    { status: 307, method: 'POST', becomes: 'POST', body: 'x=1' },
    { status: 308, method: 'PUT', becomes: 'PUT', body: 'x=1' },
  ])('$status of $method becomes $becomes', async ({ status, method, becomes, body }) => {
    server.next({ status, headers: { Location: '../b?c=d' } }, { body: {} })
    const sent = method === 'HEAD' ? {} : { body: 'x=1' }
    const answer = await httpContext().client.send({ method, url: `${server.url}/x/a`, headers, ...sent })
    expect(answer).toMatchObject({ status: 200, url: `${server.url}/b?c=d` })
    expect(server.seen[1]).toMatchObject({ method: becomes, path: '/b', body })
    expect(server.seen[1]?.headers).toMatchObject({ authorization: 'Bearer s', 'x-scope-orgid': 't' })
    expect(server.seen[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain')
  })

  it('to another origin takes nothing along that could be a credential', async () => {
    const other = await plainServer()
    server.next({ status: 307, headers: { Location: `${other.url}/b` } })
    other.next({ status: 302, headers: { Location: `${server.url}/c` } })
    server.next({ body: {} })
    const url = `${server.url.replace('//', '//user:pw@')}/a`
    await httpContext().client.send({ method: 'POST', url, headers: { ...headers, Cookie: 'c' }, body: 'x=1' })
    expect(server.seen[0]?.headers.cookie).toBe('c')
    const kept = { accept: 'a/b', 'content-type': 'text/plain', 'x-scope-orgid': undefined, authorization: undefined }
    expect(other.seen[0]).toMatchObject({ method: 'POST', body: 'x=1' })
    expect({ ...kept, ...other.seen[0]?.headers }).toMatchObject(kept)
    expect(other.seen[0]?.headers.cookie).toBeUndefined()
    expect(server.seen[1]?.headers['x-scope-orgid']).toBeUndefined()
    expect(server.seen[1]?.headers.authorization).toBeUndefined()
  })

  it('to another origin is the answer where the request has to stay', async () => {
    server.next({ status: 307, headers: { Location: 'http://elsewhere.example/' } })
    expect(await httpContext().client.send({ url: server.url, staysOnOrigin: true })).toMatchObject({ status: 307 })
  })

  it('without a Location is the answer', async () => {
    server.next({ status: 302, body: 'where?' })
    expect(await httpContext().client.send({ url: server.url })).toMatchObject({ status: 302, body: 'where?' })
  })

  it('is followed nine times', async () => {
    server.on('GET', /^\/\d+$/, ({ request }) => ({
      status: 302,
      headers: { Location: `${Number(request.path.slice(1)) + 1}` },
    }))
    await expect(httpContext().client.send({ url: `${server.url}/1` })).rejects.toThrow(
      expect.objectContaining({ message: 'Get "11": stopped after 10 redirects' }),
    )
    expect(server.seen).toHaveLength(10)
  })

  it.each([
    {
      to: 'ht tp://%zz',
      says: 'Post "URL/x": failed to parse Location header "ht tp://%zz": parse "ht tp://%zz": first path segment in URL cannot contain colon',
    },
    { to: 'ftp://x/y', says: 'Post "ftp://x/y": unsupported protocol scheme "ftp"' },
  ])('to $to leads nowhere', async ({ to, says }) => {
    server.next({ status: 302, headers: { Location: to } })
    await expect(httpContext().client.send({ method: 'POST', url: `${server.url}/x` })).rejects.toThrow(
      expect.objectContaining({ message: says.replace('URL', server.url) }),
    )
  })
})

describe('trust', () => {
  it('comes from a file of authorities', async () => {
    const secure = await TlsServer.start()
    ended.push(() => secure.stop())
    secure.on('GET', '/ok', {})
    const caFile = caFilePath()
    writeFileSync(caFile, (await testAuthority()).certificate)
    const { client } = httpContext()
    expect(await client.send({ url: `${secure.url}/ok`, caFile })).toMatchObject({ status: 200 })
    writeFileSync(`${caFile}2`, 'nothing')
    await expect(client.send({ url: secure.url, caFile: `${caFile}2` })).rejects.toThrow(/it holds no PEM certificate/)
    await expect(client.send({ url: secure.url, caFile: `${caFile}3` })).rejects.toThrow(/there is no such file/)
  })
})

describe('a proxy of the environment', () => {
  it('is handed requests to http servers', async () => {
    server.on('GET', '/ok', { body: { a: 1 } })
    const proxy = await startProxy(() => server.port)
    ended.push(proxy.stop)
    const { client } = httpContext({ HTTP_PROXY: `http://u:p@127.0.0.1:${proxy.port}`, NO_PROXY: 'b.example' })
    expect((await client.send({ url: 'http://a.example:81/ok' })).body).toBe('{"a":1}')
    expect(proxy.asked).toEqual(['GET http://a.example:81/ok'])
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('u:p').toString('base64')}`])
  })

  it.each(['http', 'socks5'])('of the kind %s carries TLS', async kind => {
    const pair = await (await testAuthority()).issue({ commonName: 'x', names: ['a.example'] })
    const secure = await TlsServer.start({ certificate: pair })
    ended.push(() => secure.stop())
    secure.on('GET', '/ok', {})
    const proxy = await (kind === 'http' ? startProxy : startSocksProxy)(() => secure.port)
    ended.push(proxy.stop)
    const caFile = caFilePath()
    writeFileSync(caFile, secure.authority)
    const { client } = httpContext({ HTTPS_PROXY: `${kind}://127.0.0.1:${proxy.port}` })
    expect(await client.send({ url: 'https://a.example/ok', caFile })).toMatchObject({ status: 200 })
    expect(proxy.asked).toEqual([`${kind === 'http' ? 'CONNECT' : 'SOCKS'} a.example:443`])
    await expect(client.send({ url: 'https://b.example/ok', caFile })).rejects.toThrow(
      /x509: certificate is valid for a\.example, not b\.example$/,
    )
  })

  it('that is not there', async () => {
    const proxy = await startProxy(() => 1)
    await proxy.stop()
    const { client } = httpContext({ HTTPS_PROXY: `127.0.0.1:${proxy.port}`, HTTP_PROXY: `127.0.0.1:${proxy.port}` })
    const says = `proxyconnect tcp: dial tcp 127.0.0.1:${proxy.port}: connect: connection refused`
    for (const url of ['https://a.example/', 'http://a.example/'])
      await expect(client.send({ url })).rejects.toThrow(expect.objectContaining({ message: `Get "${url}": ${says}` }))
  })
})

function caFilePath(): string {
  const folder = temporaryFolder()
  ended.push(folder.remove)
  return folder.file('ca.pem')
}
