import { mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Folder of this test bed in the source tree. */
export const sourceFolder = import.meta.dirname

/** Where built programs are kept. It lies outside the tree, so that a clean clone does not build for a quarter of an hour. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.KUBECTL_CANARY_CLUSTER_CACHE || env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(base, 'kubectl-canary', 'cluster')
}

/**
 * Where running clusters keep their state, one folder per name.
 * The path depends on the user alone, so that `down` finds what a crashed `up` left, from any checkout.
 */
export function clustersFolder(): string {
  const folder = join(tmpdir(), `kubectl-canary-clusters-${userInfo().username}`)
  // Private: it holds the key of the certificate authority.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Folder of one cluster. Throws for a name that is not a plain file name. */
export function clusterFolder(name: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(name)) {
    throw new Error(`invalid cluster name "${name}": use lower case letters, digits and "-"`)
  }
  return join(clustersFolder(), name)
}
