import { spawnSync } from 'node:child_process'
import { npmTool } from './npm-tool.ts'

/**
 * Compiles the release binary: the bundle, as bytecode, inside bun's runtime (from npm). Where bun cannot run, the npm
 * install is complete without it.
 */
const bunVersion = '1.4.5'
const platforms: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-aarch64',
  'darwin-arm64': 'darwin-aarch64',
  'darwin-x64': 'darwin-x64',
}
const platform = platforms[`${process.platform}-${process.arch}`]

const bun = platform === undefined ? undefined : npmTool(`@oven/bun-${platform}`, bunVersion, 'bin/bun')
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
