import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clustersFolder } from './folders.ts'
import { identify, isAlive, type ProcessIdentity } from './processes.ts'

/** Runs the work while no other process does so for the same cluster name. The lock of a process that ended counts for nothing. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const file = join(clustersFolder(), `${name}.lock`)
  while (!take(file)) {
    if (!isHeld(file)) rmSync(file, { force: true })
    else await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isHeld(file: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity)
  } catch {
    // Gone meanwhile, or not written yet: both are settled at the next try.
    return true
  }
}
