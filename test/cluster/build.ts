import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './folders.ts'
import { manifests, moduleFolder, type Program, type ProgramName, pinnedVersion, programs } from './programs.ts'

/** What one program's build did. */
export interface BuildResult {
  name: ProgramName
  path: string
  /** Seconds that the build took; undefined when the program was there already. */
  seconds?: number
}

const hashes = new Map<string, string>()

/**
 * Builds the programs that are not in the cache yet, one after the other: each build already uses every core.
 * Fetches modules through the Go module proxy that the environment names.
 */
export async function build(
  names: readonly ProgramName[] = programs.map(program => program.name),
  report: (line: string) => void = () => {},
): Promise<BuildResult[]> {
  const results: BuildResult[] = []
  for (const program of programs.filter(candidate => names.includes(candidate.name))) {
    const path = programPath(program.name)
    if (existsSync(path)) {
      results.push({ name: program.name, path })
      continue
    }
    report(`building ${program.name} ${pinnedVersion(program)} ...`)
    const start = performance.now()
    await buildProgram(program, path)
    const seconds = (performance.now() - start) / 1000
    report(`built ${program.name} in ${seconds.toFixed(0)} s`)
    results.push({ name: program.name, path, seconds })
  }
  for (const folder of Object.keys(manifests)) copyManifests(folder)
  return results
}

/** Path of a built program in the cache, whether it is there or not. */
export function programPath(name: ProgramName): string {
  const program = programs.find(candidate => candidate.name === name)
  if (!program) throw new Error(`no program "${name}"`)
  return join(buildFolder(program.folder), name)
}

/** Folder in the cache with the CRDs that come with a module. */
export function manifestsFolder(folder: keyof typeof manifests): string {
  return join(buildFolder(folder), 'manifests')
}

/** A folder per state of a go.mod, so that a changed pin is built anew and two checkouts do not overwrite each other. */
function buildFolder(folder: string): string {
  const known = hashes.get(folder)
  if (known) return known
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(moduleFolder(folder), file)))
  for (const program of programs.filter(candidate => candidate.folder === folder)) hash.update(ldflags(program))
  hash.update(execFileSync('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], { encoding: 'utf8' }))
  const path = join(cacheFolder(), `${folder}-${hash.digest('hex').slice(0, 16)}`)
  hashes.set(folder, path)
  return path
}

function ldflags(program: Program): string {
  const variables = Object.entries(program.variables(pinnedVersion(program)))
  return ['-s', '-w', ...variables.map(([name, value]) => `-X ${name}=${value}`)].join(' ')
}

async function buildProgram(program: Program, path: string): Promise<void> {
  mkdirSync(buildFolder(program.folder), { recursive: true })
  // Built under another name and renamed, so that an interrupted build never looks like a finished one.
  const unfinished = `${path}.${process.pid}`
  const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', ldflags(program)]
  try {
    await run('nice', ['go', ...args, '-o', unfinished, program.package], moduleFolder(program.folder))
    renameSync(unfinished, path)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function run(command: string, args: string[], cwd: string): Promise<void> {
  // GOWORK off: a workspace file in a folder above would add modules to the build.
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}`))
    })
  })
}

function copyManifests(folder: string): void {
  const target = manifestsFolder(folder)
  if (existsSync(target)) return
  const module = programs.find(program => program.folder === folder)?.module ?? ''
  const go = (...args: string[]) =>
    execFileSync('go', args, {
      cwd: moduleFolder(folder),
      encoding: 'utf8',
      env: { ...process.env, GOWORK: 'off' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  // The module may be missing when the programs were restored into an otherwise empty machine.
  const { Dir } = JSON.parse(go('mod', 'download', '-json', module)) as { Dir: string }
  const unfinished = `${target}.${process.pid}`
  cpSync(join(Dir, manifests[folder] ?? ''), unfinished, { recursive: true })
  renameSync(unfinished, target)
}
