import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inCluster } from '../../../../src/lib/kube/config/in-cluster.ts'
import { temporaryFolder } from '../../../fakes/temporary-folder.ts'
import { TlsServer } from '../../../fakes/tls-server.ts'
import { base64, connectTo, failureOf, networkContext } from '../connected.ts'

let server: TlsServer
let folder: ReturnType<typeof temporaryFolder>
beforeEach(async () => {
  server = await TlsServer.start()
  server.on('GET', '/ok', { body: {} })
  folder = temporaryFolder({ token: 'one\n', empty: '' })
})
afterEach(async () => {
  folder.remove()
  await server.stop()
})
const authorizations = () => server.seen.map(each => each.headers.authorization)

describe('tokenFile', () => {
  it('goes before token, and is read again after a minute', async () => {
    const context = networkContext({ speed: 1_000 })
    const client = await connectTo(server, { user: { tokenFile: folder.file('token'), token: 'not me' } }, context)
    await client.raw({ path: '/ok' })
    writeFileSync(folder.file('token'), 'two')
    await new Promise(resolve => setTimeout(resolve, 100))
    await client.raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer one', 'Bearer two'])
    client.close()
  })

  it('is read again after a 401', async () => {
    const client = await connectTo(server, { user: { tokenFile: folder.file('token') } })
    server.next(() => {
      writeFileSync(folder.file('token'), 'two')
      return { status: 401, body: '' }
    })
    await client.raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer one', 'Bearer two'])
    client.close()
  })

  it('that is the same after a 401 is not sent again', async () => {
    const client = await connectTo(server, { user: { tokenFile: folder.file('token') } })
    server.next({ status: 401, body: '' })
    const failure = await failureOf(client.raw({ path: '/ok' }))
    expect(failure.hints[0]).toContain(`the token in ${folder.file('token')}`)
    expect(server.seen).toHaveLength(1)
    client.close()
  })

  it.each([
    { file: 'nope', message: /token \S+nope cannot be read: there is no such file/ },
    { file: 'empty', message: /the token file \S+empty is empty/ },
  ])('that is $file is said to be so', async ({ file, message }) => {
    const client = await connectTo(server, { user: { tokenFile: folder.file(file) } })
    expect((await failureOf(client.raw({ path: '/ok' }))).message).toMatch(message)
  })
})

describe('client certificates', () => {
  it.each([
    { user: { 'client-certificate-data': 'QQ==' }, message: 'the user has a client certificate but no client key' },
    { user: { 'client-key-data': 'QQ==' }, message: 'the user has a client key but no client certificate' },
    {
      user: { 'client-certificate': '/nope', 'client-key': '/nope' },
      message: 'client-certificate /nope cannot be read: there is no such file',
    },
  ])('$message', async ({ user, message }) => {
    expect(await failureOf(connectTo(server, { user }))).toMatchObject({ message, reason: 'InvalidKubeconfig' })
  })

  it('that are no PEM', async () => {
    const user = { 'client-certificate-data': base64('hello'), 'client-key-data': base64('hello') }
    const failure = await failureOf((await connectTo(server, { user })).raw({ path: '/ok' }))
    expect(failure).toMatchObject({ reason: 'InvalidCertificate' })
    expect(failure.message).toMatch(
      /^a certificate or key for the server 127\.0\.0\.1:\d+ \(context "test"\) cannot be used: /,
    )
  })
})

describe('auth providers, by client-node', () => {
  const jwt = (expiresAtMs: number) =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ exp: Math.floor(expiresAtMs / 1000) })).toString('base64url')}.x`

  it('oidc with a token that is good', async () => {
    const token = jwt(Date.now() + 3_600_000)
    const user = { 'auth-provider': { name: 'oidc', config: { 'id-token': token, 'client-id': 'c' } } }
    await (await connectTo(server, { user })).raw({ path: '/ok' })
    expect(authorizations()).toEqual([`Bearer ${token}`])
  })

  it('oidc with one that has expired and cannot be refreshed', async () => {
    const user = { 'auth-provider': { name: 'oidc', config: { 'id-token': jwt(0) } } }
    const failure = await failureOf((await connectTo(server, { user })).raw({ path: '/ok' }))
    expect(failure).toMatchObject({ reason: 'AuthProviderFailed' })
    expect(failure.message).toBe('the auth provider oidc of user "test-user" has no valid token and cannot get one')
  })

  it('gcp with a token that has expired and no command', async () => {
    const user = { 'auth-provider': { name: 'gcp', config: { 'access-token': 't', expiry: '2020-01-01T00:00:00Z' } } }
    const failure = await failureOf((await connectTo(server, { user })).raw({ path: '/ok' }))
    expect(failure.message).toMatch(/^the auth provider gcp of user "test-user" gave no token: /)
  })

  it('an unknown one', async () => {
    const failure = await failureOf(connectTo(server, { user: { 'auth-provider': { name: 'magic' } } }))
    expect(failure.message).toBe('the auth provider magic of user "test-user" is not known')
  })
})

describe('in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }

  it('the service account is used', () => {
    folder.remove()
    folder = temporaryFolder({ token: 't', 'ca.crt': 'ca', namespace: 'loans\n' })
    expect(inCluster(env, folder.path)).toEqual({
      cluster: { file: '', server: 'https://10.0.0.1:443', certificateAuthority: folder.file('ca.crt') },
      user: { file: '', tokenFile: folder.file('token') },
      namespace: 'loans',
    })
    expect(inCluster({ ...env, POD_NAMESPACE: 'mine' }, folder.path)?.namespace).toBe('mine')
    expect(inCluster({ ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder.path)?.cluster.server).toBe(
      'https://[fd00::1]:443',
    )
  })

  it('outside there is none', () => {
    expect(inCluster({}, folder.path)).toBeUndefined()
    expect(inCluster(env, '/nowhere')).toBeUndefined()
  })
})
