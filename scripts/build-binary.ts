import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Compiles the release binary: the bundle, as bytecode, inside bun's runtime. bun comes from npm and is kept outside the
 * tree, since it is large and nothing else needs it. Where it cannot run, the npm install is complete without it.
 */
const bunVersion = '1.4.5'
const platforms: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-aarch64',
  'darwin-arm64': 'darwin-aarch64',
  'darwin-x64': 'darwin-x64',
}
const platform = platforms[`${process.platform}-${process.arch}`]

const bun = platform === undefined ? undefined : installBun(`@oven/bun-${platform}`)
if (bun === undefined) {
  console.log(`no binary was built: bun ${bunVersion} does not run here (${process.platform}-${process.arch}).`)
  console.log('The npm install is complete without it: bin/run.cjs.')
} else {
  const target = process.argv.find(word => word.startsWith('--target='))
  const outfile = 'dist/kubectl-canary'
  const compile = ['build', '--compile', '--bytecode', '--minify', 'dist/main.cjs', '--outfile', outfile]
  const { status } = spawnSync(bun, target === undefined ? compile : [...compile, target], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
  else console.log(`${outfile} built with bun ${bunVersion}`)
}

function installBun(name: string): string | undefined {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-canary', `bun-${bunVersion}`)
  const file = join(cache, 'node_modules', name, 'bin', 'bun')
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true })
    spawnSync('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', cache, `${name}@${bunVersion}`], {
      stdio: 'inherit',
    })
  }
  return spawnSync(file, ['--version']).status === 0 ? file : undefined
}
