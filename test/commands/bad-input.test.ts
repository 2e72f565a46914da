import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capturingHost } from '../../src/lib/cli/captured-command.ts'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import { run } from '../../src/main.ts'
import { fakeClient, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'
import { statusAnswer, TlsServer } from '../fakes/tls-server.ts'
import { paused } from '../unit/rollouts/actions/rollout-builders.ts'

/** What is wrong on the command line or on the way to the cluster: one golden file each, code and message. */

const shown = (line: string, exitCode: number, stdout: string, stderr: string) =>
  `$ kubectl canary ${line}\n${stdout}${stderr}exit code ${exitCode}\n`

describe('on the command line', () => {
  const hostile: Rollout = paused({
    status: { phase: 'Degraded', message: 'red \u001B[31malert\u001B[0m\u0007\u202E bad' },
  })
  it.each([
    { name: 'unknown-command', line: 'rolout list' },
    { name: 'unknown-sub-command', line: 'rollout promot loans-api' },
    { name: 'unknown-flag', line: 'rollout list --all-namespace' },
    { name: 'missing-value', line: 'rollout list -n' },
    { name: 'bare-dry-run', line: 'rollout promote loans-api --dry-run' },
    { name: 'bad-number', line: 'rollout promote loans-api --expect-step one' },
    { name: 'bad-selector', line: 'rollout list -l a==b==c' },
    { name: 'bad-duration', line: 'rollout wait loans-api --for paused --timeout 10minutes' },
    { name: 'bad-goal', line: 'rollout wait loans-api --for helthy' },
    { name: 'bad-output', line: 'rollout get loans-api -o jsn' },
    { name: 'bad-jsonpath', line: 'rollout get loans-api -o jsonpath={.status' },
    { name: 'go-template', line: 'rollout get loans-api -o go-template={{.status}}' },
    { name: 'contradicting-flags', line: 'rollout promote loans-api --full --skip-all-steps' },
    { name: 'name-twice', line: 'rollout abort loans-api loans-api' },
    { name: 'no-name', line: 'rollout promote' },
    { name: 'wrong-kind', line: 'rollout get deployment/loans-api' },
    { name: 'all-namespaces-on-a-write', line: 'rollout abort loans-api -A' },
    { name: 'selector-without-yes', line: 'rollout abort -l app=loans-api' },
    { name: 'unknown-rollout', line: 'rollout get loans-ap' },
    { name: 'control-characters', line: 'rollout status loans-api --watch=false' },
  ])('$name', async ({ name, line }) => {
    const rollout = { ...hostile, metadata: { ...hostile.metadata, labels: { app: 'loans-api' } } }
    const { client } = fakeClient({ objects: [rollout], namespace: 'loans' })
    const { exitCode, stdout, stderr } = await runCommand(line, fakeContext({ client }))
    await expect(shown(line, exitCode, stdout, stderr)).toMatchFileSnapshot(`../golden/bad-input/${name}.txt`)
  })
})

describe('on the way to the cluster', () => {
  const folder = temporaryFolder()
  let server: TlsServer
  let closedUrl: string

  beforeAll(async () => {
    server = await TlsServer.start()
    server.on('GET', /./, ({ request }) => {
      if (request.headers.authorization === 'Bearer expired') return statusAnswer(401, 'Unauthorized', 'Unauthorized')
      if (request.path.includes('/namespaces/forbidden/')) return statusAnswer(403, 'Forbidden', forbidden)
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' }
    })
    const closed = await TlsServer.start()
    closedUrl = closed.url
    await closed.stop()
  })
  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  const forbidden =
    'rollouts.argoproj.io is forbidden: User "jane" cannot list resource "rollouts" in API group "argoproj.io" in the namespace "forbidden"'
  const list = 'rollout list -n loans'
  const kubeconfig = (user: object, url = server.url) =>
    JSON.stringify({
      'current-context': 'prod',
      clusters: [
        {
          name: 'prod',
          cluster: { server: url, 'certificate-authority-data': Buffer.from(server.authority).toString('base64') },
        },
      ],
      users: [{ name: 'jane', user }],
      contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'jane', namespace: 'loans' } }],
    })
  const exec = (script: string) => ({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      interactiveMode: 'Never',
    },
  })

  it.each<{ name: string; line?: string; file: () => string | undefined }>([
    { name: 'no-cluster', file: () => undefined },
    { name: 'malformed-kubeconfig', file: () => 'clusters:\n- name: a\n  cluster: {server: [}\n' },
    { name: 'unreadable-kubeconfig', line: `${list} --kubeconfig DIR/folder`, file: () => undefined },
    { name: 'wrong-context', line: `${list} --context prd`, file: () => kubeconfig({ token: 'good' }) },
    { name: 'no-crd', file: () => kubeconfig({ token: 'good' }) },
    { name: 'no-permission', line: 'rollout list -n forbidden', file: () => kubeconfig({ token: 'good' }) },
    { name: 'expired-token', file: () => kubeconfig({ token: 'expired' }) },
    { name: 'refused', file: () => kubeconfig({ token: 'good' }, closedUrl) },
    {
      name: 'exec-missing',
      file: () =>
        kubeconfig({
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'cloud-login',
            installHint: 'get cloud-login from your administrator',
            interactiveMode: 'Never',
          },
        }),
    },
    { name: 'exec-failing', file: () => kubeconfig(exec('exit 3')) },
    { name: 'exec-garbage', file: () => kubeconfig(exec('echo no json')) },
  ])('$name', async ({ name, line = list, file }) => {
    mkdirSync(join(folder.path, 'folder'), { recursive: true })
    const text = file()
    const path = join(folder.path, text === undefined ? 'missing' : name)
    if (text !== undefined) writeFileSync(path, text)
    const context = fakeContext({ env: { HOME: folder.path, PATH: process.env.PATH ?? '' } })
    const inner = capturingHost(context, { kubeconfigPath: path, clock: context.clock })
    const exitCode = await run(line.replace('DIR', folder.path).split(' '), inner.host)
    await inner.close()
    rmSync(path, { force: true })
    const seen = shown(line, exitCode, inner.stdout(), inner.stderr())
      .replaceAll(folder.path, 'DIR')
      .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
    await expect(seen).toMatchFileSnapshot(`../golden/bad-input/${name}.txt`)
  })
})
