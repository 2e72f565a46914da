import { string } from '@oclif/core/args'
import { CanaryCommand } from '../lib/cli/base-command.ts'
import { installCompletion } from '../lib/cli/completion/install.ts'
import { completionScript, type Shell, shells } from '../lib/cli/completion/shell-scripts.ts'
import { type Outcome, usage } from '../lib/values/failure.ts'

const words = [...shells, 'install'] as const

export default class Completion extends CanaryCommand {
  static override summary = 'Print a shell’s completion script, or install it'
  static override description =
    'kubectl canary completes by itself where kubectl does, as soon as kubectl_complete-canary is in PATH; install puts it there, and the shell’s script for those who type kubectl-canary.'
  static override examples = [
    { description: 'for this shell, now', command: 'source <(kubectl canary completion bash)' },
    { description: 'for good, in the shell of $SHELL', command: 'kubectl canary completion install' },
    { description: 'for good, in another shell', command: 'kubectl canary completion zsh install' },
  ]
  static override args = {
    shell: string({ options: words, description: shells.join('|'), ignoreStdin: true }),
    install: string({ options: ['install'], description: 'write it where the shell looks', ignoreStdin: true }),
  }

  async run(): Promise<Outcome> {
    const { args } = await this.read(Completion)
    const shell = shells.find(each => each === args.shell)
    if (shell !== undefined && args.install === undefined) {
      this.context.stdout.write(completionScript(shell))
      return 'done'
    }
    if (args.shell === undefined || (shell === undefined && args.install !== undefined)) throw noShell()
    this.#install(shell)
    return 'done'
  }

  #install(shell: Shell | undefined): void {
    const { env, stdout, stderr } = this.context
    const { written, remarks } = installCompletion({ shell, env, platform: process.platform })
    for (const file of written) stdout.write(`${file}\n`)
    for (const remark of remarks) stderr.write(`${remark}\n`)
  }
}

function noShell() {
  return usage(`which shell? ${shells.join(', ')}`, {
    reason: 'MissingArgument',
    hints: ['kubectl canary completion install finds out by itself'],
  })
}
