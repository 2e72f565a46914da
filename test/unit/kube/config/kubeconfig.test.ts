import { chmodSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../../src/lib/kube/config/connection.ts'
import { resolveConnection } from '../../../../src/lib/kube/config/connection.ts'
import type { ConnectionOptions } from '../../../../src/lib/kube/connection-options.ts'
import type { Failure } from '../../../../src/lib/values/failure.ts'
import { fakeContext } from '../../../fakes/context.ts'
import { temporaryFolder } from '../../../fakes/temporary-folder.ts'
import { failureOf } from '../connected.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

interface Files {
  [name: string]: string
}

/** Resolves with kubeconfig files in a folder, which is home and working directory too. */
async function resolved(
  files: Files,
  options: ConnectionOptions = {},
  env: Record<string, string> = {
    KUBECONFIG: Object.keys(files)
      .map(name => `${folder.path}/${name}`)
      .join(':'),
  },
): Promise<Connection> {
  folder.remove()
  folder = temporaryFolder(files)
  const moved = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll(/[^:]*canary-test-\w+/g, folder.path)]),
  )
  return resolveConnection(options, fakeContext({ env: moved, workingDirectory: folder.path }))
}

const failing = (...given: Parameters<typeof resolved>): Promise<Failure> => failureOf(resolved(...given))

/** Names of the folder do not belong into what is compared. */
const neutral = (text: string) => text.replaceAll(/\S*canary-test-\w+/g, '~')

const one = (name: string, extra = '') => `
apiVersion: v1
kind: Config
current-context: ${name}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}}
clusters:
- name: ${name}
  cluster:
    server: https://${name}.example
users:
- name: ${name}
  user:
    token: token-of-${name}
${extra}`

describe('several files in KUBECONFIG', () => {
  it('the first that defines a name wins with its whole entry (2.1: client-node throws on a duplicate)', async () => {
    const first = 'clusters: [{name: c, cluster: {server: "https://first"}}]\n'
    const second = `
clusters: [{name: c, cluster: {server: "https://second", tls-server-name: second}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: t}}]
current-context: x
`
    const connection = await resolved({ first, second })
    expect(connection.server.href).toBe('https://first/')
    expect(connection.cluster.tlsServerName).toBeUndefined()
  })

  it('missing ones are skipped (2.1: client-node throws ENOENT)', async () => {
    const env = { KUBECONFIG: `${folder.path}/not-there:${folder.path}/b::${folder.path}/nor-this` }
    expect((await resolved({ b: one('b') }, {}, env)).contextName).toBe('b')
  })

  it('empty ones are no mistake (2.1: client-node throws a TypeError)', async () => {
    expect((await resolved({ a: '', b: '# nothing\n', c: '---\n', d: one('d') })).contextName).toBe('d')
  })

  it('the first current-context wins (2.1: the last wins in client-node)', async () => {
    expect((await resolved({ a: one('a'), b: one('b') })).contextName).toBe('a')
    expect((await resolved({ a: one('a').replace('current-context: a', ''), b: one('b') })).contextName).toBe('b')
  })

  it('the same file twice is read once', async () => {
    const env = { KUBECONFIG: `${folder.path}/a:${folder.path}/a` }
    expect((await resolved({ a: one('a') }, {}, env)).userName).toBe('a')
  })
})

describe('which file', () => {
  it('--kubeconfig goes before KUBECONFIG, relative to the working directory', async () => {
    const env = { KUBECONFIG: `${folder.path}/a` }
    expect((await resolved({ a: one('a'), b: one('b') }, { kubeconfig: 'b' }, env)).contextName).toBe('b')
  })

  it('a file that --kubeconfig names has to exist', async () => {
    const failure = await failing({}, { kubeconfig: 'nope' })
    expect(neutral(failure.message)).toBe('the kubeconfig ~/nope cannot be read: there is no such file')
    expect(failure).toMatchObject({ outcome: 'error', reason: 'UnreadableKubeconfig' })
  })

  it('one that may not be read is said to be so', async () => {
    if (process.getuid?.() === 0) return
    folder = temporaryFolder({ config: one('a') })
    chmodSync(folder.file('config'), 0)
    const failure = await failureOf(resolveConnection({ kubeconfig: folder.file('config') }, fakeContext()))
    expect(failure.message).toMatch(/cannot be read: you may not read it$/)
  })

  it('a folder is not a file', async () => {
    expect((await failing({}, { kubeconfig: '.' })).message).toMatch(/it is a folder$/)
  })

  it('else ~/.kube/config', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    mkdirSync(`${folder.path}/.kube`)
    writeFileSync(`${folder.path}/.kube/config`, one('home'))
    const context = fakeContext({ env: { HOME: folder.path } })
    expect((await resolveConnection({}, context)).contextName).toBe('home')
  })

  it('without any it says where it looked', async () => {
    const failure = await failing({}, {}, { HOME: folder.path })
    expect(neutral(failure.message)).toBe(
      'no cluster is configured: there is no kubeconfig (looked for ~/.kube/config), and this is not a pod',
    )
    expect(failure.hints.join('\n')).toMatch(/--kubeconfig FILE/)
  })

  it('an empty one defines no cluster', async () => {
    const failure = await failing({ a: '' })
    expect(neutral(failure.message)).toBe('no cluster is configured: ~/a defines none')
  })
})

describe('paths in a kubeconfig', () => {
  it('are relative to the file that names them', async () => {
    const text = one('a')
      .replace('server:', 'certificate-authority: pki/ca.crt\n    server:')
      .replace(
        'token: token-of-a',
        'client-certificate: ./me.crt\n    client-key: /abs/me.key\n    tokenFile: ../token',
      )
    const { cluster, user } = await resolved({ a: text })
    expect(neutral(cluster.certificateAuthority ?? '')).toBe('~/pki/ca.crt')
    expect(neutral(user.clientCertificate ?? '')).toBe('~/me.crt')
    expect(user.clientKey).toBe('/abs/me.key')
    expect(user.tokenFile?.endsWith('/token')).toBe(true)
    expect(user.tokenFile).not.toMatch(/canary-test/)
  })

  it.each([
    { command: 'bin/login', is: '~/bin/login' },
    { command: './login', is: '~/login' },
    { command: '/opt/login', is: '/opt/login' },
    { command: 'aws', is: 'aws' },
  ])('the exec command $command is $is', async ({ command, is }) => {
    const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}, interactiveMode: Never}`
    const { user } = await resolved({ a: one('a').replace('token: token-of-a', exec) })
    expect(neutral(user.exec?.command ?? '')).toBe(is)
  })

  it('those of flags are relative to the working directory', async () => {
    const options = { certificateAuthority: 'ca.crt', clientCertificate: 'me.crt', clientKey: 'me.key' }
    const { cluster, user } = await resolved({ a: one('a') }, options)
    expect(
      [cluster.certificateAuthority, user.clientCertificate, user.clientKey].map(each => neutral(each ?? '')),
    ).toEqual(['~/ca.crt', '~/me.crt', '~/me.key'])
  })
})

describe('the namespace', () => {
  const withNamespace = one('a').replace('user: a}', 'user: a, namespace: loans}')
  it.each([
    { given: 'by the flag', options: { namespace: 'mine' }, text: withNamespace, namespace: 'mine', explicit: true },
    { given: 'by the context', options: {}, text: withNamespace, namespace: 'loans', explicit: false },
    { given: 'nowhere', options: {}, text: one('a'), namespace: 'default', explicit: false },
  ])('given $given', async ({ options, text, namespace, explicit }) => {
    expect(await resolved({ a: text }, options)).toMatchObject({ namespace, namespaceIsExplicit: explicit })
  })
})

describe('selection by flags', () => {
  const two = `
current-context: a
contexts: [{name: a, context: {cluster: a, user: a}}, {name: b, context: {cluster: b, user: b}}]
clusters: [{name: a, cluster: {server: "https://a"}}, {name: b, cluster: {server: "https://b"}}]
users: [{name: a, user: {token: ta}}, {name: b, user: {token: tb}}]
`
  it.each([
    { options: {}, is: ['a', 'https://a/', 'ta'] },
    { options: { context: 'b' }, is: ['b', 'https://b/', 'tb'] },
    { options: { cluster: 'b' }, is: ['a', 'https://b/', 'ta'] },
    { options: { user: 'b' }, is: ['a', 'https://a/', 'tb'] },
    { options: { server: 'https://c:1' }, is: ['a', 'https://c:1/', 'ta'] },
    { options: { token: 'mine' }, is: ['a', 'https://a/', 'mine'] },
  ])('$options', async ({ options, is }) => {
    const { contextName, server, user } = await resolved({ two }, options)
    expect([contextName, server.href, user.token]).toEqual(is)
  })

  it.each([
    {
      what: 'an unknown context',
      options: { context: 'c' },
      message: 'context "c" does not exist in ~/two; contexts there: a, b',
      hint: 'did you mean --context a?',
    },
    {
      what: 'an unknown cluster',
      options: { cluster: 'nowhere' },
      message: 'cluster "nowhere" does not exist; clusters there: a, b',
      hint: 'kubectl config get-clusters',
    },
    {
      what: 'an unknown user',
      options: { user: 'nobody' },
      message: 'user "nobody" does not exist; users there: a, b',
      hint: 'kubectl config get-users',
    },
  ])('$what', async ({ options, message, hint }) => {
    const failure = await failing({ two }, options)
    expect(neutral(failure.message)).toBe(message)
    expect(failure.outcome).toBe('error')
    expect(failure.hints.join('\n')).toContain(hint)
  })

  it.each([
    { kind: 'cluster', text: two.replace('{name: a, cluster:', '{name: z, cluster:') },
    { kind: 'user', text: two.replace('{name: a, user:', '{name: z, user:') },
  ])('a context that refers to a missing $kind', async ({ kind, text }) => {
    const failure = await failing({ two: text })
    expect(neutral(failure.message)).toBe(
      `context "a" in ~/two refers to the ${kind} "a", which no kubeconfig defines; ${kind}s there: b, z`,
    )
    expect(failure.hints.join('\n')).toContain(`kubectl config set-context a --${kind}=NAME`)
  })

  it('no context selected', async () => {
    const failure = await failing({ two: two.replace('current-context: a', '') })
    expect(neutral(failure.message)).toBe('no context is selected in ~/two; contexts there: a, b')
    expect(failure.hints.join('\n')).toContain('kubectl config use-context a')
  })

  it('--server needs no kubeconfig', async () => {
    const { server, user } = await resolved({}, { server: 'https://x', token: 't' }, {})
    expect([server.href, user.token]).toEqual(['https://x/', 't'])
  })
})

describe('flags over the kubeconfig', () => {
  const secured = one('a').replace('server:', 'certificate-authority-data: QQ==\n    tls-server-name: a\n    server:')

  it('--insecure-skip-tls-verify leaves the authority out', async () => {
    const { cluster } = await resolved({ a: secured }, { insecureSkipTlsVerify: true })
    expect(cluster).toMatchObject({ insecureSkipTlsVerify: true, certificateAuthorityData: undefined })
  })

  it('--certificate-authority goes before insecure-skip-tls-verify of the file', async () => {
    const text = one('a').replace('server:', 'insecure-skip-tls-verify: true\n    server:')
    expect((await resolved({ a: text }, { certificateAuthority: '/ca' })).cluster).toMatchObject({
      insecureSkipTlsVerify: false,
      certificateAuthority: '/ca',
    })
  })

  it('--server leaves tls-server-name of the file behind', async () => {
    expect((await resolved({ a: secured }, { server: 'https://b' })).cluster.tlsServerName).toBeUndefined()
    expect((await resolved({ a: secured }, { server: 'https://b', tlsServerName: 'c' })).cluster.tlsServerName).toBe(
      'c',
    )
  })

  it.each([
    { what: 'a token and a password', options: { token: 't', username: 'u' }, message: /--token and --username/ },
    {
      what: 'an authority and none',
      options: { certificateAuthority: 'x', insecureSkipTlsVerify: true },
      message: /contradict/,
    },
    { what: 'groups without a user', options: { asGroup: ['g'] }, message: /need the user to act as/ },
    { what: 'an extra field without a value', options: { as: 'x', asUserExtra: ['scope'] }, message: /not KEY=VALUE/ },
    { what: 'a bad timeout', options: { requestTimeout: '5 minutes' }, message: /invalid duration/ },
    { what: 'a negative timeout', options: { requestTimeout: '-1s' }, message: /negative/ },
  ])('$what is a usage error', async ({ options, message }) => {
    const failure = await failing({ a: one('a') }, options)
    expect(failure.outcome).toBe('usage')
    expect(failure.message).toMatch(message)
  })

  it.each([
    { text: undefined, ms: 0 },
    { text: '0', ms: 0 },
    { text: '7', ms: 7_000 },
    { text: '1m30s', ms: 90_000 },
  ])('--request-timeout $text is $ms ms', async ({ text, ms }) => {
    expect((await resolved({ a: one('a') }, { requestTimeout: text })).requestTimeoutMs).toBe(ms)
  })

  it.each([
    { server: 'localhost:8080', url: 'http://localhost:8080/' },
    { server: '10.0.0.1', url: 'http://10.0.0.1/' },
    { server: 'https://rancher.example/k8s/clusters/c-1', url: 'https://rancher.example/k8s/clusters/c-1' },
    { server: 'https://[::1]:6443', url: 'https://[::1]:6443/' },
  ])('the server $server is $url', async ({ server, url }) => {
    expect((await resolved({}, { server }, {})).server.href).toBe(url)
  })

  it.each(['ftp://x', 'https://', 'http://a b'])('the server %s is none', async server => {
    expect(await failing({}, { server }, {})).toMatchObject({ outcome: 'error', reason: 'InvalidServer' })
  })
})

describe('malformed kubeconfigs', () => {
  it.each([
    {
      what: 'broken YAML',
      text: 'apiVersion: v1\nclusters:\n- name: a\n  cluster: {server: "x\n',
      message: /^the kubeconfig cannot be read: ~\/a:\d+:\d+: /,
    },
    { what: 'a tab', text: 'apiVersion: v1\nclusters:\n\t- name: a\n', message: /~\/a:3:1: / },
    { what: 'a text', text: 'hello\n', message: /~\/a: a kubeconfig is a mapping/ },
    { what: 'binary', text: '\u0000\u0001\u0002', message: /^the kubeconfig cannot be read: ~\/a/ },
    {
      what: 'a list for a mapping',
      text: 'clusters:\n- name: a\n  cluster: []\n',
      message: /~\/a: clusters\[0\]\.cluster has to be a mapping, and is a list$/,
    },
    { what: 'a mapping for a list', text: 'users: {}\n', message: /~\/a: users has to be a list, and is a mapping$/ },
    {
      what: 'a word for a flag',
      text: 'clusters:\n- name: a\n  cluster:\n    insecure-skip-tls-verify: maybe\n',
      message: /clusters\[0\]\.cluster\.insecure-skip-tls-verify has to be true or false, and is string$/,
    },
    { what: 'broken JSON', text: '{"clusters": [', message: /~\/a:1:\d+: / },
  ])('$what', async ({ text, message }) => {
    const failure = await failing({ a: text })
    expect(neutral(failure.message)).toMatch(message)
    expect(failure).toMatchObject({ outcome: 'error', reason: 'InvalidKubeconfig' })
  })

  it('JSON is understood', async () => {
    const json = JSON.stringify({
      'current-context': 'j',
      contexts: [{ name: 'j', context: { cluster: 'j' } }],
      clusters: [{ name: 'j', cluster: { server: 'https://j' } }],
    })
    expect((await resolved({ a: json })).server.href).toBe('https://j/')
  })

  it('numbers are taken as the text that they look like', async () => {
    const text = one('a').replace('token: token-of-a', 'username: 1\n    password: 123456')
    expect((await resolved({ a: text })).user).toMatchObject({ username: '1', password: '123456' })
  })
})
