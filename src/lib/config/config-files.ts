import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const projectFileName = '.kubectl-canary.yaml'

type Env = Readonly<Record<string, string | undefined>>

/** `$XDG_CONFIG_HOME/kubectl-canary/config.yaml`; undefined when there is no home either. */
export function userConfigFile(env: Env): string | undefined {
  const home = env.HOME ?? env.USERPROFILE
  const base = env.XDG_CONFIG_HOME || (home === undefined ? undefined : join(home, '.config'))
  return base === undefined ? undefined : join(base, 'kubectl-canary', 'config.yaml')
}

/**
 * The nearest `.kubectl-canary.yaml` from the working directory up to the git root; outside a repository only the
 * working directory counts, so that a stranger's file in /tmp has no say below it. Costs two stats a folder, no reads.
 */
export function findProjectFile(workingDirectory: string): string | undefined {
  let found: string | undefined
  for (let folder = workingDirectory; ; folder = dirname(folder)) {
    const file = join(folder, projectFileName)
    if (found === undefined && isFile(file)) found = file
    if (exists(join(folder, '.git'))) return found
    if (dirname(folder) === folder) break
  }
  return found !== undefined && dirname(found) === workingDirectory ? found : undefined
}

export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false
}

const exists = (path: string): boolean => statOf(path) !== undefined

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // a part of the path that is a file or may not be searched: not there, to us
    return undefined
  }
}
