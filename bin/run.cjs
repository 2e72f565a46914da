#!/usr/bin/env node
'use strict'
// Runs dist/main.cjs with a V8 code cache that was taken after a warm run: what ran once is not compiled again.
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const { homedir } = require('node:os')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

process.env.OCLIF_DISABLE_ENGINE_WARNING = '1'

const file = join(__dirname, '..', 'dist', 'main.cjs')
const { version } = require('../package.json')

function cacheFile() {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const { mtimeMs, size } = statSync(file)
  const key = `${version}-${Math.trunc(mtimeMs)}-${size}-${process.version}-${process.arch}`
  return join(base, 'kubectl-canary', 'code', `${key}.cache`)
}

function readOwnFile(path) {
  try {
    if (process.getuid && statSync(path).uid !== process.getuid()) return undefined
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function run(cachePath) {
  // the bundle is ASCII (esbuild's charset), which is read without decoding
  const source = readFileSync(file, 'latin1')
  const wrapper = `(function (exports, require, module, __filename, __dirname) {${source}\n})`
  const cachedData = cachePath === undefined ? undefined : readOwnFile(cachePath)
  const script = new Script(wrapper, { filename: file, cachedData, importModuleDynamically: undefined })
  if (cachePath !== undefined && (cachedData === undefined || script.cachedDataRejected)) keepOnExit(script, cachePath)
  const module_ = { exports: {} }
  script.runInThisContext()(module_.exports, require, module_, file, dirname(file))
}

/** A cache that cannot be written is no reason to fail: the next start is merely slower. */
function keepOnExit(script, path) {
  process.once('exit', () => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const temporary = `${path}.${process.pid}`
      writeFileSync(temporary, script.createCachedData(), { mode: 0o600 })
      renameSync(temporary, path)
    } catch {}
  })
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
