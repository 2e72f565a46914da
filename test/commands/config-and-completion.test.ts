import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { completionScript } from '../../src/lib/cli/completion/shell-scripts.ts'
import { fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'

describe('version', () => {
  it.each([
    { line: 'version', says: `kubectl-canary ${packageJson.version}\n` },
    { line: 'version -o jsonpath={.version}', says: packageJson.version },
    {
      line: 'version -o yaml',
      says: /^apiVersion: kubectl-canary\/v1\nkind: Version\nplatform: \w+\/\w+\nruntime: node /,
    },
  ])('$line', async ({ line, says }) => {
    const { exitCode, stdout, stderr } = await runCommand(line, fakeContext())
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    if (typeof says === 'string') expect(stdout).toBe(says)
    else expect(stdout).toMatch(says)
  })
})

describe('config', () => {
  const project = 'apiVersion: kubectl-canary/v1\nkind: Config\nnamespace: loans\nverify: {warmup: 90s}\n'
  const inProject = async (line: string, text = project, env: Record<string, string> = {}) => {
    const folder = temporaryFolder({ '.kubectl-canary.yaml': text })
    try {
      return await runCommand(line, fakeContext({ workingDirectory: folder.path, env }))
    } finally {
      folder.remove()
    }
  }

  it('view shows each value with its origin', async () => {
    const { stdout, exitCode } = await inProject('config view --color=never', project, {
      KUBECTL_CANARY_REPORT_FORMAT: 'html,junit',
    })
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        'SETTING        VALUE             FROM',
        'color          never             flag --color',
        'namespace      loans             .kubectl-canary.yaml:3',
        'report.format  ["html","junit"]  environment KUBECTL_CANARY_REPORT_FORMAT',
        'verify.warmup  90s               .kubectl-canary.yaml:4',
        '',
      ].join('\n'),
    )
  })

  it('view on a narrow terminal wraps a long value and loses nothing of it', async () => {
    const context = fakeContext({
      env: { KUBECTL_CANARY_PROTECTED_CONTEXTS: 'production-eu-west-1,production-us-east-1' },
      tty: { columns: 72 },
    })
    const { stdout } = await runCommand('config view', context)
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(72)
    expect(stdout).not.toContain('…')
  })

  it('view for programs', async () => {
    const { stdout } = await inProject('config view -o json')
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ConfigView',
      settings: [
        { path: 'namespace', value: 'loans', origin: { kind: 'project', file: '.kubectl-canary.yaml', line: 3 } },
        { path: 'verify.warmup', value: '90s' },
      ],
    })
  })

  it('view of nothing', async () => {
    const { stdout } = await runCommand('config view', fakeContext())
    expect(stdout).toBe('nothing is set: every default holds\n')
  })

  it('a mistake in the file ends any command, with its place', async () => {
    const { exitCode, stderr } = await inProject('config view', `${project}namspace: x\n`)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('error: .kubectl-canary.yaml:5:1: unknown field "namspace", did you mean "namespace"?\n')
  })

  it('a project that reaches for a context needs --trust-file', async () => {
    const text = `${project}context: prod\n`
    expect(await inProject('config view', text)).toMatchObject({ exitCode: 2, stdout: '' })
    expect((await inProject('config view --trust-file', text)).stdout).toContain('context        prod')
  })

  it('schema', async () => {
    const { stdout } = await runCommand('config schema', fakeContext())
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Configuration of kubectl-canary' })
    expect(await runCommand('config schema Config', fakeContext())).toMatchObject({ stdout })
    expect(await runCommand('config schema Nothing', fakeContext())).toMatchObject({ exitCode: 2 })
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'] as const)('%s', async shell => {
    const { stdout, exitCode } = await runCommand(`completion ${shell}`, fakeContext())
    expect({ stdout, exitCode }).toEqual({ stdout: completionScript(shell), exitCode: 0 })
  })

  it('install names what it wrote', async () => {
    const folder = temporaryFolder()
    try {
      const env = { HOME: folder.path, SHELL: '/bin/bash', PATH: '' }
      const { stdout, stderr, exitCode } = await runCommand('completion install', fakeContext({ env }))
      expect(exitCode).toBe(0)
      expect(stdout).toBe(`${folder.path}/.local/share/bash-completion/completions/kubectl-canary\n`)
      expect(stderr).toContain('kubectl_complete-canary')
    } finally {
      folder.remove()
    }
  })

  it.each([['completion'], ['completion tcsh'], ['completion install install']])('%s is refused', async line => {
    expect(await runCommand(line, fakeContext())).toMatchObject({ exitCode: 2, stdout: '' })
  })
})
