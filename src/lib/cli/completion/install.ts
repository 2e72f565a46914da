import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { Failure, usage } from '../../values/failure.ts'
import { completionScript, type Shell, shells } from './shell-scripts.ts'

export interface InstallOptions {
  /** default: that of $SHELL */
  shell?: Shell | undefined
  env: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
}

export interface Installed {
  /** files that were written */
  written: string[]
  /** what is left to do, a sentence each */
  remarks: string[]
}

const shimName = 'kubectl_complete-canary'

/**
 * Puts the shell's script where the shell looks for it by itself, and `kubectl_complete-canary`, which kubectl asks,
 * beside `kubectl-canary` when PATH has none yet: krew installs only one file of a plugin.
 *
 * @throws Failure `usage` for a shell that is not known, `error` when a file cannot be written
 */
export function installCompletion({ shell: given, env, platform }: InstallOptions): Installed {
  const shell = given ?? shellOf(env)
  const home = env.HOME ?? env.USERPROFILE
  if (home === undefined) throw new Failure('error', 'cannot tell where your home folder is: HOME is not set')
  const { file, remark } = places[shell](home, env)
  const installed: Installed = { written: [], remarks: [remark(file)] }
  write(file, completionScript(shell), 0o644, installed)
  installShim(env, platform, home, installed)
  return installed
}

function shellOf(env: InstallOptions['env']): Shell {
  const name = env.SHELL?.split('/').at(-1)
  const shell = shells.find(each => each === name)
  if (shell === undefined)
    throw usage(`cannot tell your shell from SHELL=${env.SHELL ?? ''}`, {
      reason: 'UnknownShell',
      hints: shells.map(each => `kubectl canary completion ${each} install`),
    })
  return shell
}

type PlaceOf = (home: string, env: InstallOptions['env']) => { file: string; remark: (file: string) => string }

const places: Readonly<Record<Shell, PlaceOf>> = {
  bash: (home, env) => ({
    file: join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'bash-completion', 'completions', 'kubectl-canary'),
    remark: file => `new shells use it where bash-completion is set up; without that add to ~/.bashrc: source ${file}`,
  }),
  zsh: home => ({
    file: join(home, '.zfunc', '_kubectl-canary'),
    remark: () => 'add to ~/.zshrc before compinit, if it is not there: fpath+=(~/.zfunc)',
  }),
  fish: (home, env) => ({
    file: join(env.XDG_CONFIG_HOME || join(home, '.config'), 'fish', 'completions', 'kubectl-canary.fish'),
    remark: () => 'new shells use it',
  }),
  powershell: (home, env) => ({
    file: join(env.XDG_CONFIG_HOME || join(home, '.config'), 'powershell', 'kubectl-canary-completion.ps1'),
    remark: file => `add to your profile ($PROFILE): . ${file}`,
  }),
}

function installShim(env: InstallOptions['env'], platform: NodeJS.Platform, home: string, installed: Installed): void {
  const isWindows = platform === 'win32'
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  const shim = isWindows ? `${shimName}.cmd` : shimName
  if (folders.some(folder => [shimName, shim, `${shimName}.exe`].some(name => existsSync(join(folder, name))))) return
  const beside = folders.find(folder =>
    ['', '.cmd', '.exe'].some(end => existsSync(join(folder, `kubectl-canary${end}`))),
  )
  const candidates = [beside, ...folders.filter(folder => folder.startsWith(home))]
  const folder = candidates.find(each => each !== undefined && isWritable(each))
  if (folder === undefined) {
    installed.remarks.push(
      `no folder of PATH is yours to write: put ${shimName} into one, so that kubectl canary completes`,
    )
    return
  }
  const text = isWindows
    ? '@kubectl-canary __complete %*\r\n'
    : '#!/bin/sh\nexec kubectl-canary __complete "$@" 2>/dev/null\n'
  write(join(folder, shim), text, 0o755, installed)
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function write(file: string, text: string, mode: number, installed: Installed): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode })
  } catch (error) {
    throw new Failure('error', `cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  installed.written.push(file)
}
