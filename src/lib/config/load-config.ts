import { dirname, relative } from 'node:path'
import type { Context } from '../context/context.ts'
import { Failure } from '../values/failure.ts'
import { isLocatedMap, type Located, parseLocatedYaml, plainValue } from '../values/schema/located-yaml.ts'
import { findProblems, invalidFile } from '../values/schema/validate.ts'
import type { Config, LoadedConfig, Setting } from './config.ts'
import { findProjectFile, isFile, userConfigFile } from './config-files.ts'

export interface LoadConfigOptions {
  /** `--trust-file`: the project's file may say everything that the user's may */
  trustProject?: boolean
  /** settings that flags make, strongest of all */
  flags?: readonly Setting[]
}

/**
 * The configuration in force: flags over environment over the project's file over the user's. Without a file this costs
 * the stats that look for one; the YAML reader and the schema are loaded only when there is something to read.
 *
 * @throws Failure `usage` for a file that cannot be read or is not valid, with line and column
 */
export async function loadConfig(
  context: Pick<Context, 'env' | 'workingDirectory'>,
  options: LoadConfigOptions = {},
): Promise<LoadedConfig> {
  const { env, workingDirectory } = context
  const userFile = userConfigFile(env)
  const projectFile = findProjectFile(workingDirectory)
  const environment = await environmentSettings(env)
  const project = projectFile === undefined ? [] : await settingsFromFile(projectFile, 'project', context, options)
  const user =
    userFile !== undefined && isFile(userFile) ? await settingsFromFile(userFile, 'user', context, options) : []
  return mergeSettings([...(options.flags ?? []), ...environment.settings, ...project, ...user], environment.warnings)
}

/** One configuration from settings of falling strength: maps are merged field by field, lists replaced as a whole. */
export function mergeSettings(strongestFirst: readonly Setting[], warnings: readonly string[] = []): LoadedConfig {
  const taken = new Set<string>()
  const settings = strongestFirst.filter(({ path }) => {
    const key = JSON.stringify(path)
    if (taken.has(key)) return false
    taken.add(key)
    return true
  })
  const root = new Map<string, unknown>()
  for (const { path, value } of settings) put(root, path, value)
  return { config: plain(root) as Config, settings, warnings }
}

function put(map: Map<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    map.set(first, value)
    return
  }
  const inner = map.get(first)
  const next = inner instanceof Map ? inner : new Map<string, unknown>()
  map.set(first, next)
  put(next, rest, value)
}

/** fromEntries makes an own field of any name, `__proto__` included. */
const plain = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...value].map(([key, each]) => [key, plain(each)])) : value

async function environmentSettings(env: Context['env']) {
  for (const name in env)
    if (name.startsWith('KUBECTL_CANARY_')) return (await import('./environment.ts')).settingsFromEnvironment(env)
  return { settings: [], warnings: [] }
}

async function settingsFromFile(
  file: string,
  kind: 'project' | 'user',
  context: Pick<Context, 'env' | 'workingDirectory'>,
  options: LoadConfigOptions,
): Promise<Setting[]> {
  const name = shownName(file, context)
  const document = await parseLocatedYaml(await textOf(file, name), name)
  if (document === undefined) return []
  const [{ configSchema }, { projectProblems }] = await Promise.all([
    import('./config-schema.ts'),
    import('./project-limits.ts'),
  ])
  const problems = findProblems(document, configSchema)
  if (problems.length > 0) throw invalidFile(name, problems)
  const forbidden = kind === 'project' && !options.trustProject ? projectProblems(document) : []
  if (forbidden.length > 0) {
    const failure = invalidFile(name, forbidden)
    throw new Failure('usage', failure.message, {
      reason: 'UntrustedConfig',
      hints: ['put it into your own configuration file, or allow it for one run with --trust-file'],
    })
  }
  return settingsIn(document, [], (value, line) => ({ value, origin: { kind, file: name, line } })).filter(
    ({ path }) => path[0] !== 'apiVersion' && path[0] !== 'kind',
  )
}

type Make = (value: unknown, line: number) => Omit<Setting, 'path'>

function settingsIn(node: Located, path: string[], make: Make): Setting[] {
  if (!isLocatedMap(node)) return [{ path, ...make(plainValue(node), node.place.line) }]
  return node.value.flatMap(({ key, value }) => settingsIn(value, [...path, key], make))
}

/** As a person would write it: relative below the working directory, `~` for the home. */
function shownName(file: string, { env, workingDirectory }: Pick<Context, 'env' | 'workingDirectory'>): string {
  const near = relative(workingDirectory, file)
  if (dirname(file) === workingDirectory || /^(\.\.[/\\])*[^/\\]+$/.test(near)) return near
  const home = env.HOME ?? env.USERPROFILE
  return home !== undefined && home !== '' && file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file
}

async function textOf(file: string, name: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const why =
      error instanceof Error ? error.message.replace(/^([A-Z]+): /, '').replace(/, open .*$/, '') : String(error)
    throw new Failure('usage', `cannot read the configuration file ${name}: ${why}`, {
      reason: 'InvalidConfig',
      cause: error,
    })
  }
}
