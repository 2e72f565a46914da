import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseProviderSecrets, readProviderSecrets } from '../../../../src/lib/analysis/providers/provider-secrets.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provider-secrets-'))
  await writeFile(join(folder, 'key'), 'from-file\n')
  await writeFile(join(folder, 'all.yaml'), 'api-key: a\napp-key: "b"\naddress: https://dd\n')
  await writeFile(join(folder, 'all.json'), '{"api-key":"a","app-key":"b"}')
  await writeFile(
    join(folder, 'secret.yaml'),
    `apiVersion: v1\nkind: Secret\ndata: {api-key: ${Buffer.from('encoded').toString('base64')}}\nstringData: {app-key: plain}\n`,
  )
  await writeFile(join(folder, 'text'), 'hunter2\n')
  await writeFile(join(folder, 'broken'), 'a: [hunter2\n')
  await writeFile(join(folder, 'nested'), 'a: {b: hunter2}\n')
  await writeFile(join(folder, 'empty'), '\n')
})
afterAll(() => rm(folder, { recursive: true }))

const env = { KEY: 'from-env', EMPTY: '', DOCUMENT: '{"authToken":"t","org":"o","address":"http://i"}' }
const read = async (...flags: string[]) => {
  const found = await readProviderSecrets(parseProviderSecrets(flags), { env, workingDirectory: folder })
  return Object.fromEntries(found.map(({ name, values }) => [name, Object.fromEntries(values)]))
}

describe('--provider-secret gives', () => {
  it.each([
    { flags: ['datadog/api-key=env:KEY'], gives: { datadog: { 'api-key': 'from-env' } } },
    { flags: ['datadog/app-key=file:key'], gives: { datadog: { 'app-key': 'from-file' } } },
    { flags: ['datadog=file:all.yaml'], gives: { datadog: { 'api-key': 'a', 'app-key': 'b', address: 'https://dd' } } },
    { flags: ['datadog=file:all.json'], gives: { datadog: { 'api-key': 'a', 'app-key': 'b' } } },
    { flags: ['datadog=file:secret.yaml'], gives: { datadog: { 'api-key': 'encoded', 'app-key': 'plain' } } },
    { flags: ['influxdb=env:DOCUMENT'], gives: { influxdb: { authToken: 't', org: 'o', address: 'http://i' } } },
    {
      flags: ['datadog/api-key=env:KEY', 'datadog=file:all.json'],
      gives: { datadog: { 'api-key': 'from-env', 'app-key': 'b' } },
    },
    { flags: ['NewRelic/account-id=env:KEY'], gives: { newRelic: { 'account-id': 'from-env' } } },
    { flags: ['team-secret/authToken=env:KEY'], gives: { 'team-secret': { authToken: 'from-env' } } },
    {
      flags: ['wavefront/example.wavefront.com=env:KEY'],
      gives: { wavefront: { 'example.wavefront.com': 'from-env' } },
    },
    { flags: ['cloudwatch/region=env:KEY'], gives: { cloudWatch: { region: 'from-env' } } },
    { flags: [], gives: {} },
  ])('$flags', async ({ flags, gives }) => {
    expect(await read(...flags)).toEqual(gives)
  })
})

describe('--provider-secret is refused', () => {
  it.each([
    { flags: ['datadog'], says: /needs NAME\/KEY=env:VARIABLE/ },
    { flags: ['=env:KEY'], says: /needs NAME\/KEY/ },
    { flags: ['datadog/api-key=hunter2'], says: /datadog\/api-key needs env:VARIABLE or file:PATH/ },
    { flags: ['datadog/api-key=env:'], says: /needs env:VARIABLE/ },
    { flags: ['datadog/api-key=env:1 2'], says: /needs env:VARIABLE/ },
    { flags: ['datadog/apikey=env:KEY'], says: /there is no key "apikey"/, hint: 'did you mean api-key?' },
    { flags: ['datadog/=env:KEY'], says: /there is no key ""/, hint: 'keys: api-key, app-key, address' },
    { flags: ['team/nothing=env:KEY'], says: /there is no key "nothing"/, hint: /^keys: api-key, app-key/ },
    { flags: ['Datadoog/api-key=env:KEY'], says: /neither a provider nor/, hint: 'did you mean datadog?' },
    { flags: ['datadog/api-key=env:KEY', 'datadog/api-key=env:KEY'], says: /given twice/ },
    { flags: ['datadog/api-key=env:MISSING'], says: /environment variable MISSING is not set/ },
    { flags: ['datadog/api-key=env:EMPTY'], says: /environment variable EMPTY is empty/ },
    { flags: ['datadog/api-key=env:constructor'], says: /constructor is not set/ },
    { flags: ['datadog/api-key=file:nowhere'], says: /nowhere: there is no such file/ },
    { flags: ['datadog/api-key=file:empty'], says: /empty is empty/ },
    { flags: ['datadog/api-key=file:.'], says: /\.: EISDIR/ },
    { flags: ['datadog=file:text'], says: /there have to be keys and texts/, hint: /datadog\/api-key=\.\.\./ },
    { flags: ['datadog=file:broken'], says: /no YAML or JSON/ },
    { flags: ['datadog=file:nested'], says: /the value of a is no text/ },
  ])('$flags', async ({ flags, says, hint }) => {
    const failure = await read(...flags).catch(error => error)
    expect(failure).toBeInstanceOf(Failure)
    expect(failure.outcome).toBe('usage')
    expect(failure.message).toMatch(says)
    if (hint) expect(failure.hints).toContainEqual(typeof hint === 'string' ? hint : expect.stringMatching(hint))
    expect(JSON.stringify([failure.message, failure.hints])).not.toContain('hunter2')
  })
})
