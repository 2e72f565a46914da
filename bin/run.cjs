#!/usr/bin/env node
'use strict'
// Runs dist/main.cjs with a V8 code cache: what ran once is not compiled again. The cache is taken after a run, when the
// functions that ran are compiled, and grows by each command that runs for the first time.
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs')
const { homedir } = require('node:os')
const { dirname, join } = require('node:path')
const { setFlagsFromString } = require('node:v8')
const { Script } = require('node:vm')

process.env.OCLIF_DISABLE_ENGINE_WARNING = '1'

const file = join(__dirname, '..', 'dist', 'main.cjs')

// The cache file begins with the names of the commands that it was taken after, padded to this many bytes.
const headerBytes = 4096

function cacheFile() {
  const { version } = require('../package.json')
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const { mtimeMs, size } = statSync(file)
  const key = `${version}-${Math.trunc(mtimeMs)}-${size}-${process.version}-${process.arch}`
  return join(base, 'kubectl-canary', 'code', `${key}.cache`)
}

/** Nobody else's file is executed. */
function readCache(path) {
  try {
    if (process.getuid && statSync(path).uid !== process.getuid()) return undefined
    const bytes = readFileSync(path)
    return { commands: bytes.toString('latin1', 0, headerBytes).trim().split(' '), data: bytes.subarray(headerBytes) }
  } catch {
    return undefined
  }
}

/** A cache that cannot be written is no reason to fail: the next start is merely slower. */
function writeCache(path, script, commands) {
  try {
    const header = Buffer.from(commands.join(' ').padEnd(headerBytes), 'latin1')
    if (header.length !== headerBytes) return
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${process.pid}`
    writeFileSync(temporary, Buffer.concat([header, script.createCachedData()]), { mode: 0o600 })
    renameSync(temporary, path)
    // those of earlier builds
    for (const name of readdirSync(dirname(path))) {
      if (name.endsWith(`-${process.version}-${process.arch}.cache`) && join(dirname(path), name) !== path)
        rmSync(join(dirname(path), name), { force: true })
    }
  } catch {}
}

function run(cachePath) {
  // the bundle is ASCII (esbuild's charset), which is read without decoding
  const source = readFileSync(file, 'latin1')
  const wrapper = `(function (exports, require, module, __filename, __dirname) {${source}\n})`
  const cache = cachePath === undefined ? undefined : readCache(cachePath)
  const script = new Script(wrapper, { filename: file, cachedData: cache?.data })
  const known = cache === undefined || script.cachedDataRejected ? [] : cache.commands
  const main = { exports: {} }
  if (cachePath !== undefined) {
    process.once('exit', () => {
      const command = main.exports.startedCommand?.()
      if (!command || known.includes(command)) return
      // V8 refuses a cache that was taken under other flags; this one may have been changed (cli/node-host.ts)
      setFlagsFromString('--semi-space-growth-factor=2')
      writeCache(cachePath, script, [...known, command])
    })
  }
  script.runInThisContext()(main.exports, require, main, file, dirname(file))
}

if (!existsSync(file)) {
  process.stderr.write('error: dist/main.cjs is missing: run "npm run build" first\n')
  process.exit(1)
}
let path
try {
  path = cacheFile()
} catch {}
run(path)
