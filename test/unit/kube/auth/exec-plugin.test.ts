import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessRequest, RunProcess } from '../../../../src/lib/kube/auth/run-process.ts'
import { temporaryFolder } from '../../../fakes/temporary-folder.ts'
import { TlsServer, testAuthority } from '../../../fakes/tls-server.ts'
import { base64, connectTo, failureOf, networkContext } from '../connected.ts'

const v1 = 'client.authentication.k8s.io/v1'
const v1beta1 = 'client.authentication.k8s.io/v1beta1'

let server: TlsServer
let clients: { close(): void }[] = []
beforeEach(async () => {
  server = await TlsServer.start()
  server.on('GET', '/ok', { body: {} })
})
afterEach(async () => {
  for (const client of clients) client.close()
  clients = []
  await server.stop()
})

const credential = (status: object, apiVersion = v1) => JSON.stringify({ apiVersion, kind: 'ExecCredential', status })

/** A plugin that answers one text after the other and remembers how it was run. */
function plugin(...answers: (string | Error | { exitCode: number | null })[]) {
  const runs: ProcessRequest[] = []
  const run: RunProcess = async request => {
    const answer = answers[Math.min(runs.length, answers.length - 1)]
    runs.push(request)
    if (answer instanceof Error) throw answer
    return typeof answer === 'string'
      ? { exitCode: 0, stdout: answer }
      : { exitCode: answer?.exitCode ?? null, stdout: '' }
  }
  return { runs, run, info: () => JSON.parse(runs[0]?.env.KUBERNETES_EXEC_INFO ?? '') }
}

async function client(
  runProcess: RunProcess,
  exec: Record<string, unknown> = {},
  more: {
    cluster?: Record<string, unknown>
    context?: ReturnType<typeof networkContext>
    user?: Record<string, unknown>
    token?: string
  } = {},
) {
  const user = { exec: { apiVersion: v1, command: 'login', interactiveMode: 'IfAvailable', ...exec }, ...more.user }
  const made = await connectTo(
    server,
    { user, cluster: more.cluster, options: { token: more.token } },
    more.context ?? networkContext(),
    { runProcess },
  )
  clients.push(made)
  return made
}

const authorizations = () => server.seen.map(each => each.headers.authorization)

describe('how it is run', () => {
  it('with arguments, environment and what it has to know', async () => {
    const { run, runs, info } = plugin(credential({ token: 't' }))
    const context = networkContext({ env: { HOME: '/home/jane', AWS_PROFILE: 'dev' }, stdinIsTerminal: true })
    const exec = { args: ['get-token', '--cluster', 'prod'], env: [{ name: 'AWS_PROFILE', value: 'prod' }] }
    await (await client(run, exec, { context })).raw({ path: '/ok' })
    expect(runs[0]).toMatchObject({ command: 'login', args: exec.args, interactive: true })
    expect(runs[0]?.env).toMatchObject({ HOME: '/home/jane', AWS_PROFILE: 'prod' })
    expect(info()).toEqual({ apiVersion: v1, kind: 'ExecCredential', spec: { interactive: true } })
    expect(authorizations()).toEqual(['Bearer t'])
  })

  it('with the cluster where it asks for it', async () => {
    const { run, info } = plugin(credential({ token: 't' }))
    const cluster = {
      'tls-server-name': 'localhost',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }],
    }
    await (await client(run, { provideClusterInfo: true }, { cluster })).raw({ path: '/ok' })
    expect(info().spec.cluster).toEqual({
      server: server.url,
      'tls-server-name': 'localhost',
      'certificate-authority-data': base64(server.authority),
      config: { audience: 'a' },
    })
  })

  it.each([
    { mode: 'Never', apiVersion: v1, terminal: true, interactive: false },
    { mode: 'IfAvailable', apiVersion: v1, terminal: true, interactive: true },
    { mode: 'IfAvailable', apiVersion: v1, terminal: false, interactive: false },
    { mode: 'Always', apiVersion: v1, terminal: true, interactive: true },
    { mode: undefined, apiVersion: v1beta1, terminal: true, interactive: true },
    { mode: undefined, apiVersion: v1beta1, terminal: false, interactive: false },
  ])(
    'interactiveMode $mode of $apiVersion, terminal $terminal: $interactive',
    async ({ mode, apiVersion, terminal, interactive }) => {
      const { run, runs, info } = plugin(credential({ token: 't' }, apiVersion))
      const context = networkContext({ stdinIsTerminal: terminal })
      await (await client(run, { interactiveMode: mode, apiVersion }, { context })).raw({ path: '/ok' })
      expect(runs[0]?.interactive).toBe(interactive)
      expect(info().spec.interactive).toBe(interactive)
    },
  )

  it('not at all with a token of the command line', async () => {
    const { run, runs } = plugin(credential({ token: 't' }))
    await (await client(run, {}, { token: 'mine' })).raw({ path: '/ok' })
    expect(runs).toHaveLength(0)
    expect(authorizations()).toEqual(['Bearer mine'])
  })
})

describe('what it gives', () => {
  it('a client certificate', async () => {
    const me = await (await testAuthority()).issue({ commonName: 'jane' })
    const status = { clientCertificateData: me.certificate, clientKeyData: me.key }
    await (await client(plugin(credential(status)).run)).raw({ path: '/ok' })
    expect(server.seen[0]?.clientName).toBe('jane')
  })

  it('is kept until it expires', async () => {
    const context = networkContext()
    const soon = new Date(context.clock.now() + 300).toISOString()
    const later = new Date(context.clock.now() + 3_600_000).toISOString()
    const { run, runs } = plugin(
      credential({ token: 'one', expirationTimestamp: soon }),
      credential({ token: 'two', expirationTimestamp: later }),
    )
    const made = await client(run, {}, { context })
    await made.raw({ path: '/ok' })
    await made.raw({ path: '/ok' })
    await new Promise(resolve => setTimeout(resolve, 400))
    await made.raw({ path: '/ok' })
    await made.raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer one', 'Bearer one', 'Bearer two', 'Bearer two'])
    expect(runs).toHaveLength(2)
  })

  it('requests at the same time wait for one run', async () => {
    const { run, runs } = plugin(credential({ token: 't' }))
    const made = await client(run)
    await Promise.all([1, 2, 3].map(() => made.raw({ path: '/ok' })))
    expect(runs).toHaveLength(1)
  })

  it('is renewed once after a 401', async () => {
    const { run, runs } = plugin(credential({ token: 'old' }), credential({ token: 'new' }))
    server.next({ status: 401, body: 'Unauthorized' })
    await (await client(run)).raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer old', 'Bearer new'])
    expect(runs).toHaveLength(2)
  })

  it('once only', async () => {
    const { run, runs } = plugin(credential({ token: 'a' }), credential({ token: 'b' }), credential({ token: 'c' }))
    server.next({ status: 401, body: '' }, { status: 401, body: '' }, { status: 401, body: '' })
    const failure = await failureOf((await client(run)).raw({ path: '/ok' }))
    expect(failure.reason).toBe('Unauthorized')
    expect(failure.hints.join('\n')).toContain('the credential that the exec plugin login gave')
    expect(runs).toHaveLength(2)
  })

  it('a new certificate is used on a new connection', async () => {
    const authority = await testAuthority()
    const [one, two] = [await authority.issue({ commonName: 'one' }), await authority.issue({ commonName: 'two' })]
    const status = (pair: { certificate: string; key: string }) => ({
      clientCertificateData: pair.certificate,
      clientKeyData: pair.key,
    })
    const { run } = plugin(credential(status(one)), credential(status(two)))
    server.next({ status: 401, body: '' })
    await (await client(run)).raw({ path: '/ok' })
    expect(server.seen.map(each => each.clientName)).toEqual(['one', 'two'])
  })
})

describe('what can be wrong with it', () => {
  const missing = Object.assign(new Error('spawn login ENOENT'), { code: 'ENOENT' })
  const denied = Object.assign(new Error('spawn login EACCES'), { code: 'EACCES' })
  it.each([
    {
      what: 'it is missing',
      answer: missing,
      message: 'is not installed: there is no program login',
      hint: 'brew install login',
    },
    {
      what: 'it may not be run',
      answer: denied,
      message: 'cannot be started: you may not run it',
      hint: 'brew install login',
    },
    {
      what: 'it fails',
      answer: { exitCode: 3 },
      message: 'ended with exit code 3; what it wrote is above',
      hint: 'run it by hand',
    },
    {
      what: 'it is killed',
      answer: { exitCode: null },
      message: 'was ended by a signal; what it wrote is above',
      hint: 'run it by hand',
    },
    {
      what: 'it prints nothing',
      answer: '',
      message: 'printed nothing to stdout',
      hint: 'ExecCredential and nothing else',
    },
    {
      what: 'it prints garbage',
      answer: 'token: hush',
      message: 'printed something that is not JSON to stdout',
      hint: 'ExecCredential and nothing else',
    },
    {
      what: 'it prints other JSON',
      answer: '{"token":"hush"}',
      message: 'printed JSON that is no ExecCredential',
      hint: '',
    },
    { what: 'it prints null', answer: 'null', message: 'printed JSON that is no ExecCredential', hint: '' },
    {
      what: 'it prints another version',
      answer: credential({ token: 'hush' }, v1beta1),
      message: `printed an ExecCredential of ${v1beta1}, and the kubeconfig says ${v1}`,
      hint: 'make both the same',
    },
    {
      what: 'it has no credential',
      answer: credential({}),
      message: 'printed an ExecCredential with neither a token nor a client certificate',
      hint: '',
    },
    {
      what: 'it has half a certificate',
      answer: credential({ clientKeyData: 'hush' }),
      message: 'printed a client key without a certificate',
      hint: '',
    },
    {
      what: 'it has no time',
      answer: credential({ token: 'hush', expirationTimestamp: 'soon' }),
      message: 'printed an expirationTimestamp that is no RFC 3339 time',
      hint: '',
    },
  ])('$what', async ({ answer, message, hint }) => {
    const made = await client(plugin(answer).run, { installHint: 'brew install login' })
    const failure = await failureOf(made.raw({ path: '/ok' }))
    expect(failure).toMatchObject({ outcome: 'error', reason: 'ExecPluginFailed' })
    expect(failure.message).toBe(`the exec plugin login of user "test-user" ${message}`)
    expect(failure.hints.join('\n')).toContain(hint)
    expect(failure.message + failure.hints).not.toContain('hush')
    expect(server.seen).toHaveLength(0)
  })

  it.each([
    {
      what: 'an unknown version',
      exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      message: /has apiVersion ".*v1alpha1", which is not known/,
    },
    { what: 'no interactiveMode in v1', exec: { interactiveMode: undefined }, message: /has no interactiveMode/ },
    {
      what: 'an unknown interactiveMode',
      exec: { interactiveMode: 'Sometimes' },
      message: /unknown interactiveMode Sometimes/,
    },
    { what: 'Always without a terminal', exec: { interactiveMode: 'Always' }, message: /needs a terminal/ },
  ])('$what', async ({ exec, message }) => {
    const { run, runs } = plugin(credential({ token: 't' }))
    const failure = await failureOf((await client(run, exec)).raw({ path: '/ok' }))
    expect(failure.message).toMatch(message)
    expect(runs).toHaveLength(0)
  })

  it('after a failure it is tried again', async () => {
    const { run } = plugin({ exitCode: 1 }, credential({ token: 't' }))
    const made = await client(run)
    await failureOf(made.raw({ path: '/ok' }))
    await made.raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer t'])
  })
})

describe('a real program', () => {
  it('relative to the kubeconfig, with a path of its own', async () => {
    const { connect } = await import('../../../../src/lib/kube/connect.ts')
    const { kubeconfigText, trusted } = await import('../connected.ts')
    const exec = { apiVersion: v1, command: './login.sh', interactiveMode: 'Never' }
    const folder = temporaryFolder({
      config: kubeconfigText({ server: server.url, cluster: trusted(server), user: { exec } }),
      'login.sh': `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"\necho '${credential({ token: 'real' })}'\n`,
    })
    chmodSync(folder.file('login.sh'), 0o700)
    const made = await connect({ kubeconfig: folder.file('config') }, networkContext())
    clients.push(made)
    await made.raw({ path: '/ok' })
    expect(authorizations()).toEqual(['Bearer real'])
    expect(existsSync(folder.file('info'))).toBe(true)
    expect(JSON.parse(readFileSync(folder.file('info'), 'utf8')).spec).toEqual({ interactive: false })
    folder.remove()
  })

  it('one that is not there', async () => {
    const made = await connectTo(server, {
      user: { exec: { apiVersion: v1, command: 'no-such-login-program', interactiveMode: 'Never' } },
    })
    clients.push(made)
    expect((await failureOf(made.raw({ path: '/ok' }))).message).toMatch(
      /is not installed: there is no program no-such-login-program/,
    )
  })
})
