import { afterEach, beforeEach, expect, it } from 'vitest'
import { canI, whoAmI } from '../../../src/lib/kube/access.ts'
import { TlsServer } from '../../fakes/tls-server.ts'
import { connectTo, failureOf } from './connected.ts'

let server: TlsServer
beforeEach(async () => {
  server = await TlsServer.start()
})
afterEach(() => server.stop())

it.each([
  { status: { allowed: true, reason: 'RBAC: allowed by x' }, answer: { allowed: true, reason: 'RBAC: allowed by x' } },
  { status: { allowed: false }, answer: { allowed: false, reason: '' } },
  { status: undefined, answer: { allowed: false, reason: '' } },
])('$status means $answer', async ({ status, answer }) => {
  server.on('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { status: 201, body: { status } })
  const client = await connectTo(server)
  const question = {
    verb: 'patch',
    group: 'argoproj.io',
    resource: 'rollouts',
    subresource: 'status',
    namespace: 'loans',
    name: 'x',
  }
  expect(await canI(client, question)).toEqual(answer)
  expect(JSON.parse(server.seen[0]?.body ?? '').spec).toEqual({ resourceAttributes: question })
  client.close()
})

it('says who we are', async () => {
  const userInfo = { username: 'jane', uid: 'u', groups: ['dev', 'system:authenticated'], extra: { scopes: ['a'] } }
  server.on('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    status: 201,
    body: { status: { userInfo } },
  })
  const client = await connectTo(server)
  expect(await whoAmI(client)).toEqual(userInfo)
  client.close()
})

it('fails where the server is too old to say', async () => {
  const client = await connectTo(server)
  expect(await failureOf(whoAmI(client))).toMatchObject({ reason: 'NoMatch' })
  client.close()
})
