import { readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import type { Context } from '../../context/context.ts'
import { Failure } from '../../values/failure.ts'
import { emptyKubeconfig, type Kubeconfig, mergeKubeconfigs } from './kubeconfig.ts'
import { parseKubeconfig } from './parse-kubeconfig.ts'

/**
 * The kubeconfig in force, by client-go's loading rules: the file of `--kubeconfig`, which must exist; else the files
 * of $KUBECONFIG, missing ones skipped; else ~/.kube/config, if there is one.
 */
export async function loadKubeconfig(
  explicitFile: string | undefined,
  context: Pick<Context, 'env' | 'workingDirectory'>,
): Promise<Kubeconfig> {
  if (explicitFile) return readKubeconfig(resolve(context.workingDirectory, explicitFile))
  const configs: Kubeconfig[] = []
  for (const file of kubeconfigFiles(context)) {
    const config = await readKubeconfig(file, { skipMissing: true })
    if (config) configs.push(config)
  }
  return configs.length === 0 ? emptyKubeconfig() : mergeKubeconfigs(configs)
}

/** The files that would be looked at without `--kubeconfig`, absolute, in order. */
export function kubeconfigFiles(context: Pick<Context, 'env' | 'workingDirectory'>): string[] {
  const list = context.env.KUBECONFIG
  if (list) {
    const files = list.split(delimiter).filter(Boolean)
    return [...new Set(files.map(file => resolve(context.workingDirectory, file)))]
  }
  const home = homeFolder(context.env)
  return home === undefined ? [] : [join(home, '.kube', 'config')]
}

function homeFolder(env: Context['env']): string | undefined {
  const home = env.HOME || env.USERPROFILE
  return home && isAbsolute(home) ? home : undefined
}

async function readKubeconfig(file: string): Promise<Kubeconfig>
async function readKubeconfig(file: string, how: { skipMissing: true }): Promise<Kubeconfig | undefined>
async function readKubeconfig(file: string, how?: { skipMissing: true }): Promise<Kubeconfig | undefined> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' && how?.skipMissing) return undefined
    throw unreadable(file, code, error)
  }
  return parseKubeconfig(text, file)
}

function unreadable(file: string, code: string | undefined, cause: unknown): Failure {
  const why =
    {
      ENOENT: 'there is no such file',
      EACCES: 'you may not read it',
      EPERM: 'you may not read it',
      EISDIR: 'it is a folder',
    }[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause))
  return new Failure('error', `the kubeconfig ${file} cannot be read: ${why}`, {
    reason: 'UnreadableKubeconfig',
    hints: [
      code === 'EACCES' || code === 'EPERM'
        ? `ls -l ${file}  shows its owner and mode`
        : 'name an existing file with --kubeconfig or in $KUBECONFIG',
    ],
    cause,
  })
}
