import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { sourceFolder } from './folders.ts'
import { isAlive, type ProcessIdentity, spawnDetached } from './processes.ts'
import { type ClusterState, readState } from './state.ts'

/** Starts a process of its own that takes the cluster down once its owner has ended, however that ended. */
export function watchOwner(state: ClusterState, owner: ProcessIdentity): ProcessIdentity {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const main = join(sourceFolder, 'main.ts')
  const argv = [
    process.execPath,
    '--import',
    loader,
    main,
    'watch-owner',
    state.name,
    String(owner.pid),
    owner.startedAt,
  ]
  return spawnDetached(argv, join(state.folder, 'watcher.log'), sourceFolder)
}

/** Returns when the owner has ended; false when the cluster went away first or belongs to another watcher now. */
export async function ownerEnded(clusterName: string, owner: ProcessIdentity): Promise<boolean> {
  while (isAlive(owner)) {
    await sleep(500)
    const watcher = readState(clusterName)?.watcher
    if (watcher && watcher.pid !== process.pid) return false
    if (!watcher && !readState(clusterName)) return false
  }
  return true
}
