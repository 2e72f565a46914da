import { parseArgs } from 'node:util'
import { build } from './build.ts'
import { isHealthy } from './health.ts'
import { bringUp, startComponent, stopComponent, tearDown } from './lifecycle.ts'
import { ownerEnded } from './owner.ts'
import { isAlive, residentBytes } from './processes.ts'
import { type ProgramName, programs } from './programs.ts'
import { type ClusterState, type ComponentName, clusterNames, readState } from './state.ts'

const usage = `npm run cluster -- COMMAND [--name NAME]

  up [--prometheus] [--nodes N] [--owner PID]   start a cluster, or find it running; ends with process PID
  down [--all]                                  end it and remove its data
  status                                        components with pid, port, memory, health
  kubeconfig                                    path of the kubeconfig
  stop COMPONENT [--kill] | start COMPONENT     one component, on the same port
  build [PROGRAM ...]                           build what is not in the cache yet
  list                                          names of clusters
`

/** Runs one command and returns the exit code. */
async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'default' },
      prometheus: { type: 'boolean' },
      nodes: { type: 'string' },
      owner: { type: 'string' },
      all: { type: 'boolean' },
      kill: { type: 'boolean' },
    },
  })
  const [command, ...rest] = positionals
  const { name } = values
  switch (command) {
    case 'up':
      return up(name, values)
    case 'down':
      for (const each of values.all ? clusterNames() : [name]) await tearDown(each)
      return 0
    case 'status':
      return status(known(name))
    case 'kubeconfig':
      print(known(name).kubeconfig)
      return 0
    case 'stop':
      await stopComponent(name, rest[0] as ComponentName, values.kill ? 'SIGKILL' : 'SIGTERM')
      return 0
    case 'start':
      await startComponent(name, rest[0] as ComponentName)
      return 0
    case 'build':
      return buildPrograms(rest)
    case 'list':
      for (const each of clusterNames()) print(each)
      return 0
    case 'watch-owner':
      return watch(rest)
    default:
      process.stderr.write(usage)
      return command === undefined || command === 'help' ? 0 : 2
  }
}

async function up(name: string, flags: { prometheus?: boolean; nodes?: string; owner?: string }): Promise<number> {
  const start = performance.now()
  const { state, started } = await bringUp({
    name,
    report: progress,
    ...(flags.prometheus && { prometheus: true }),
    ...(flags.nodes && { nodes: Number(flags.nodes) }),
    ...(flags.owner && { ownerPid: Number(flags.owner) }),
  })
  progress(started ? `up after ${((performance.now() - start) / 1000).toFixed(1)} s` : 'already up')
  // For `eval "$(npm run -s cluster -- up)"`.
  print(`export KUBECONFIG=${state.kubeconfig}`)
  if (state.prometheusUrl) print(`export PROMETHEUS_URL=${state.prometheusUrl}`)
  return 0
}

async function status(state: ClusterState): Promise<number> {
  let allHealthy = true
  print(['COMPONENT'.padEnd(20), 'PID'.padStart(8), 'PORT'.padStart(6), 'MEMORY'.padStart(8), ' STATE'].join(' '))
  for (const name of Object.keys(state.components) as ComponentName[]) {
    const component = state.components[name]
    const runs = component?.process !== undefined && isAlive(component.process)
    const healthy = await isHealthy(state, name)
    allHealthy &&= healthy
    const pid = runs ? (component?.process?.pid ?? 0) : 0
    const memory = `${Math.round(residentBytes(pid) / 2 ** 20)}Mi`
    const columns = [
      name.padEnd(20),
      String(pid || '-').padStart(8),
      String(component?.ports[0]).padStart(6),
      memory.padStart(8),
    ]
    print([...columns, healthy ? ' healthy' : runs ? ' not ready' : ' stopped'].join(' '))
  }
  return allHealthy ? 0 : 1
}

async function buildPrograms(names: string[]): Promise<number> {
  const known = programs.map(program => program.name)
  const unknown = names.find(name => !known.includes(name as ProgramName))
  if (unknown) throw new Error(`no program "${unknown}": one of ${known.join(', ')}`)
  const results = await build(names.length > 0 ? (names as ProgramName[]) : known, progress)
  for (const { name, path, seconds } of results)
    print(`${name}\t${seconds === undefined ? 'cached' : `${seconds.toFixed(0)}s`}\t${path}`)
  return 0
}

async function watch([cluster = '', pid = '', startedAt = '']: string[]): Promise<number> {
  // A hang-up of the terminal, or Ctrl-C in it, is exactly what this process has to outlive.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => {})
  if (await ownerEnded(cluster, { pid: Number(pid), startedAt })) await tearDown(cluster)
  return 0
}

function known(name: string): ClusterState {
  const state = readState(name)
  if (!state) throw new Error(`no cluster "${name}": npm run cluster -- up --name ${name}`)
  return state
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

// `... status | head` has read enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
