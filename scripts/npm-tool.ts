import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * A program out of an npm package that only a few scripts need, kept outside the tree so that `npm ci` stays small.
 * No install script of the package runs.
 *
 * @returns the program's path, or undefined when it cannot be had or does not run here
 */
export function npmTool(packageName: string, version: string, file: string): string | undefined {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(cache, 'kubectl-canary', 'tools', `${packageName.replaceAll('/', '+')}-${version}`)
  const path = join(folder, 'node_modules', packageName, file)
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    const args = ['install', '--no-save', '--ignore-scripts', '--prefix', folder, `${packageName}@${version}`]
    spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return spawnSync(path, ['--version']).status === 0 ? path : undefined
}
