import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'

const key = 'dd-key-0123456789'
let server: Server
let url = ''
/** the keys that were sent */
let seen: (string | string[] | undefined)[] = []
/** Datadog as it answers everybody who has the key; whoever has not is told so, with the key that was sent. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const sent = request.headers['dd-api-key']
    seen.push(sent)
    if (sent !== key) response.writeHead(403).end(JSON.stringify({ errors: [`Forbidden: ${sent}`] }))
    else response.end(JSON.stringify({ data: { attributes: { columns: [{ values: [0.02] }] } } }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

const template = (query: string) => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  metrics:
  - name: error-rate
    successCondition: result < 0.05
    provider: {datadog: {apiVersion: v2, interval: 5m, query: "${query}"}}
`

async function run(env: Record<string, string>, flags: string, secret?: Record<string, string>) {
  seen = []
  const objects = secret
    ? [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'datadog', namespace: 'argo-rollouts' }, data: secret }]
    : []
  const context = fakeContext({ stdin: template('avg:errors{}'), env, client: fakeClient({ objects }).client })
  const result = await runCommand(`analysis run -f - --once --controller-version 1.9 ${flags}`, context)
  return { ...result, all: result.stdout + result.stderr }
}

describe('analysis run with a provider that needs credentials', () => {
  it('takes them from --provider-secret and never shows them', async () => {
    const env = { DD: key, DD_APP: 'dd-app-0123456789', URL: url }
    const flags = ['api-key=env:DD', 'app-key=env:DD_APP', 'address=env:URL']
    const result = await run(env, `-o json ${flags.map(flag => `--provider-secret datadog/${flag}`).join(' ')}`)
    expect([result.exitCode, seen]).toEqual([0, [key]])
    expect(result.stdout).toContain('0.02')
    expect(result.all).not.toContain(key)
  })

  it('takes them from the Secret of the controller', async () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64')
    const secret = { 'api-key': encoded(key), 'app-key': encoded('dd-app-0123456789'), address: encoded(url) }
    expect((await run({}, '', secret)).exitCode).toBe(0)
    expect(seen).toEqual([key])
  })

  it('says what it looked for when there are none', async () => {
    const result = await run({}, '')
    expect(result.exitCode).toBe(3)
    expect(result.all).toMatch(
      /failed to find the credentials for datadog metrics provider; looked for api-key and app-key/,
    )
    expect(seen).toEqual([])
  })

  it('hides what a service sends back of them', async () => {
    const env = { DD: 'wrong-key-0123456789', DD_APP: 'dd-app-0123456789', URL: url }
    const flags = ['api-key=env:DD', 'app-key=env:DD_APP', 'address=env:URL']
    const result = await run(env, `-o yaml ${flags.map(flag => `--provider-secret datadog/${flag}`).join(' ')}`)
    expect([result.exitCode, seen]).toEqual([3, ['wrong-key-0123456789']])
    expect(result.all).toMatch(/received authentication error response code: 403/)
    expect(result.all).not.toContain('wrong-key-0123456789')
  })

  it.each([
    ['datadog/api-key=hunter2', /datadog\/api-key needs env:VARIABLE or file:PATH/],
    ['datadog/api_key=env:DD', /there is no key "api_key"/],
  ])('%s is a usage error', async (flag, message) => {
    const result = await run({}, `--provider-secret ${flag}`)
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toMatch(message)
    expect(result.all).not.toContain('hunter2')
  })
})
