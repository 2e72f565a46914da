import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../context/context.ts'

/** Writes a kubeconfig where only this user can read it; `remove` takes it away again. */
export async function temporaryKubeconfig(
  text: string,
  { env }: Pick<Context, 'env'>,
): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(env.TMPDIR ?? tmpdir(), 'kubectl-canary-'))
  const path = join(folder, 'kubeconfig')
  await writeFile(path, text, { mode: 0o600 })
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}
