import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installCompletion } from '../../../../src/lib/cli/completion/install.ts'
import { completionScript, shells } from '../../../../src/lib/cli/completion/shell-scripts.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { temporaryFolder } from '../../../fakes/temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

function program(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}

describe('bash', () => {
  /** What bash would complete, and what kubectl-canary was asked, with the cursor at the end of the line. */
  function completed(line: string, answer: string, options: { type?: number; cursor?: number } = {}) {
    program(folder.file('kubectl-canary'), `#!/bin/sh\nprintf '[%s]' "$@" > "$ASKED"\nprintf '%b' '${answer}'\n`)
    writeFileSync(folder.file('script.bash'), completionScript('bash'))
    // readline splits at the word breaks too, which are words of their own
    const words: string[] = line.match(/[^\s=:]+|[=:]+/g) ?? []
    if (line.endsWith(' ')) words.push('')
    const test = `
source ${folder.file('script.bash')}
compopt() { echo "compopt $*"; }
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
COMP_LINE=${JSON.stringify(line)} COMP_POINT=${options.cursor ?? line.length} COMP_TYPE=${options.type ?? 9}
COMP_WORDS=(${words.map(word => JSON.stringify(word)).join(' ')}) COMP_CWORD=${words.length - 1}
__kubectl_canary_complete
printf '%s\\n' "\${COMPREPLY[@]}"
`
    const asked = folder.file('asked')
    const env = { ...process.env, PATH: `${folder.path}:${process.env.PATH}`, ASKED: asked }
    const stdout = execFileSync('bash', ['--norc', '-c', test], { env, encoding: 'utf8' })
    return { replies: stdout.trimEnd().split('\n'), asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '' }
  }

  it.each([
    { line: 'kubectl-canary rollout pro', asked: '[__complete][rollout][pro]' },
    { line: 'kubectl-canary rollout ', asked: '[__complete][rollout][]' },
    { line: 'kubectl-canary  rollout   get -n=loans ', asked: '[__complete][rollout][get][-n=loans][]' },
    { line: 'kubectl-canary rollout list --color=ne', asked: '[__complete][rollout][list][--color=ne]' },
    { line: 'kubectl-canary rollout list --color=', asked: '[__complete][rollout][list][--color=]' },
    { line: 'kubectl-canary --context arn:aws:x', asked: '[__complete][--context][arn:aws:x]' },
  ])('asks for the words of $line', ({ line, asked }) => expect(completed(line, ':4\\n').asked).toBe(asked))

  it.each([
    { line: 'kubectl-canary ro', answer: 'rollout\\trollouts\\n:4\\n', replies: ['rollout'] },
    { line: 'kubectl-canary rollout ', answer: 'get\\tGet\\nlist\\n:4\\n', replies: ['get', 'list'] },
    {
      line: 'kubectl-canary x --dry',
      answer: '--dry-run=\\tdry\\n:6\\n',
      replies: ['compopt -o nospace', '--dry-run='],
    },
    { line: 'kubectl-canary --context arn:aw', answer: 'arn:aws:x\\n:4\\n', replies: ['aws:x'] },
    { line: 'kubectl-canary --kubeconfig ', answer: ':0\\n', replies: ['compopt -o default'] },
    { line: 'kubectl-canary --cache-dir ', answer: ':16\\n', replies: ['compopt -o dirnames'] },
    { line: 'kubectl-canary x', answer: ':4\\n', replies: [''] },
  ])('$line', ({ line, answer, replies }) => expect(completed(line, answer).replies).toEqual(replies))

  it('shows descriptions in the list that a second TAB brings', () => {
    const { replies } = completed('kubectl-canary rollout ', 'get\\tGet it\\nlist\\tList\\n:4\\n', { type: 63 })
    expect(replies).toEqual(['get  (Get it)', 'list  (List)'])
  })
})

describe('every shell’s script', () => {
  it.each(shells)('%s', async shell => {
    await expect(completionScript(shell)).toMatchFileSnapshot(`../../../golden/completion/${shell}.txt`)
  })

  it.each([
    ['bash', 'bash'],
    ['zsh', 'zsh'],
    ['fish', 'fish'],
  ] as const)('%s takes it', (shell, command) => {
    const result = spawnSync(command, ['-n'], { input: completionScript(shell), encoding: 'utf8' })
    if (result.error !== undefined) return // the shell is not installed here
    expect(result).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('install', () => {
  const install = (shell: 'bash' | 'zsh' | 'fish' | 'powershell' | undefined, env: Record<string, string> = {}) =>
    installCompletion({ shell, env: { HOME: folder.path, PATH: folder.file('bin'), ...env }, platform: 'linux' })

  beforeEach(() => {
    mkdirSync(folder.file('bin'))
    program(folder.file('bin/kubectl-canary'), '#!/bin/sh\n')
  })

  it.each([
    { shell: 'bash', file: '.local/share/bash-completion/completions/kubectl-canary' },
    { shell: 'zsh', file: '.zfunc/_kubectl-canary' },
    { shell: 'fish', file: '.config/fish/completions/kubectl-canary.fish' },
    { shell: 'powershell', file: '.config/powershell/kubectl-canary-completion.ps1' },
  ] as const)('$shell', ({ shell, file }) => {
    const { written, remarks } = install(shell)
    expect(written).toEqual([join(folder.path, file), folder.file('bin/kubectl_complete-canary')])
    expect(readFileSync(join(folder.path, file), 'utf8')).toBe(completionScript(shell))
    expect(remarks).toHaveLength(1)
  })

  it('the shim can be run and hands the words on', () => {
    install('bash')
    const shim = folder.file('bin/kubectl_complete-canary')
    expect(statSync(shim).mode & 0o777).toBe(0o755)
    program(folder.file('bin/kubectl-canary'), '#!/bin/sh\nprintf "[%s]" "$@"; echo noise >&2\n')
    const env = { PATH: `${folder.file('bin')}:${process.env.PATH}` }
    const result = spawnSync(shim, ['rollout', ''], { env, encoding: 'utf8' })
    expect(result).toMatchObject({ stdout: '[__complete][rollout][]', stderr: '' })
  })

  it('leaves a kubectl_complete-canary that is there alone', () => {
    program(folder.file('bin/kubectl_complete-canary'), '#!/bin/sh\n')
    expect(install('fish').written).toHaveLength(1)
  })

  it('finds the shell out', () => {
    expect(install(undefined, { SHELL: '/bin/zsh' }).written[0]).toContain('.zfunc')
    expect(() => install(undefined, { SHELL: '/bin/tcsh' })).toThrow(Failure)
    expect(() => install(undefined, { SHELL: '/bin/tcsh' })).toThrow('cannot tell your shell from SHELL=/bin/tcsh')
  })

  it('says when no folder of PATH can be written', () => {
    const { written, remarks } = install('bash', { PATH: '/nowhere' })
    expect(written).toHaveLength(1)
    expect(remarks.at(-1)).toContain('put kubectl_complete-canary into one')
  })
})
