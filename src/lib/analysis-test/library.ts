import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { AnalysisTemplate } from '../analysis/analysis.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { type FieldPath, type Manifest, parseManifests, positionOf, positionText } from '../manifests/read-manifests.ts'
import type { AnalysisMetric, Rollout } from '../rollouts/rollout.ts'
import { type Failure, usage } from '../values/failure.ts'
import { glob } from './glob.ts'
import type { TestFile, TestSource } from './test-file.ts'

/** As much of a Kargo Stage as its verification needs. */
export interface Stage extends KubeObject {
  spec?: {
    verification?: {
      analysisTemplates?: { name: string; kind?: string }[]
      args?: { name: string; value?: string }[]
    }
  }
}

/** The objects that a test file names, by kind and name. */
export interface Library {
  templates: ReadonlyMap<string, AnalysisTemplate>
  clusterTemplates: ReadonlyMap<string, AnalysisTemplate>
  rollouts: ReadonlyMap<string, Rollout>
  stages: ReadonlyMap<string, Stage>
}

type Manifests = readonly Manifest[]

/** Reads the manifests of test files, each file once. */
export class Libraries {
  readonly #files = new Map<string, Promise<Manifests>>()

  /**
   * The objects that a pattern in a test file leads to.
   *
   * @returns undefined when it matches nothing
   * @throws Failure `usage` for a file that is no manifest
   */
  async read(pattern: string, { name, folder }: TestSource): Promise<Manifests | undefined> {
    const paths = glob(pattern, folder)
    if (paths.length === 0) return undefined
    const shown = (path: string) => (isAbsolute(path) ? path : join(dirname(name), path))
    return (await Promise.all(paths.map(path => this.#readFile(resolve(folder, path), shown(path))))).flat()
  }

  #readFile(path: string, name: string): Promise<Manifests> {
    const known = this.#files.get(path)
    if (known) return known
    const read = parseManifests(readText(path, name), name)
    this.#files.set(path, read)
    return read
  }
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw usage(`${name}: it cannot be read (${code})`, { reason: 'InvalidFile' })
  }
}

const kinds = {
  AnalysisTemplate: 'templates',
  ClusterAnalysisTemplate: 'clusterTemplates',
  Rollout: 'rollouts',
  Stage: 'stages',
} as const

/**
 * What the patterns of a test file lead to. Objects of other kinds are left aside.
 *
 * @returns the library, and the patterns (by index) that match no file
 * @throws Failure `usage` for a file that is no manifest, or two objects of one name
 */
export async function libraryOf(
  { test, source }: TestFile,
  libraries: Libraries,
): Promise<{ library: Library; unmatched: number[] }> {
  const found = {
    templates: new Map<string, AnalysisTemplate>(),
    clusterTemplates: new Map<string, AnalysisTemplate>(),
    rollouts: new Map<string, Rollout>(),
    stages: new Map<string, Stage>(),
  }
  const from = new Map<string, Manifest>()
  const unmatched: number[] = []
  for (const [index, pattern] of (test.templates ?? []).entries()) {
    const manifests = await libraries.read(pattern, source)
    if (manifests === undefined) unmatched.push(index)
    for (const manifest of manifests ?? []) {
      const { object } = manifest
      const kind = kinds[object.kind as keyof typeof kinds]
      if (kind === undefined) continue
      const key = `${object.kind}/${object.metadata.name}`
      const other = from.get(key)
      if (other === manifest) continue
      if (other !== undefined) throw twice(manifest, other)
      from.set(key, manifest)
      const map: Map<string, KubeObject> = found[kind]
      map.set(object.metadata.name, withSpec(manifest))
    }
  }
  return { library: found, unmatched }
}

/** The engine reads lists and maps of a spec without asking; what is something else is refused here, by its place. */
function withSpec(manifest: Manifest): KubeObject {
  const { object } = manifest
  if (!object.kind?.endsWith('AnalysisTemplate')) return object
  const { spec } = object as Partial<AnalysisTemplate>
  if (!spec || !isMap(spec)) throw invalid(manifest, ['spec'], 'must be a map')
  const lists = ['metrics', 'args', 'dryRun', 'measurementRetention', 'templates'] as const
  for (const name of lists) {
    const list: unknown = spec[name]
    if (list === undefined || list === null) continue
    if (!Array.isArray(list)) throw invalid(manifest, ['spec', name], 'must be a list')
    for (const [index, item] of list.entries())
      if (!isMap(item)) throw invalid(manifest, ['spec', name, index], 'must be a map')
  }
  for (const [index, metric] of (spec.metrics ?? []).entries())
    checkMetric(manifest, metric, ['spec', 'metrics', index])
  for (const [index, arg] of (spec.args ?? []).entries())
    if (arg.value !== undefined && arg.value !== null && typeof arg.value !== 'string')
      throw invalid(manifest, ['spec', 'args', index, 'value'], 'must be a text, the API takes nothing else')
  return object
}

const texts = ['name', 'interval', 'initialDelay', 'successCondition', 'failureCondition'] as const
const counts = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const

/** Types as the API checks them before a controller sees a metric. */
function checkMetric(manifest: Manifest, metric: AnalysisMetric, path: FieldPath): void {
  const check = (name: keyof AnalysisMetric, isRight: (value: unknown) => boolean, why: string) => {
    const value: unknown = metric[name]
    if (value !== undefined && value !== null && !isRight(value)) throw invalid(manifest, [...path, name], why)
  }
  if (metric.name === undefined || metric.name === null) throw invalid(manifest, path, 'must have a name')
  for (const name of texts) check(name, value => typeof value === 'string', 'must be a text')
  for (const name of counts)
    check(name, value => Number.isInteger(value) || typeof value === 'string', 'must be a whole number, or a text')
  check('provider', isMap, 'must be a map')
}

const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

function invalid(manifest: Manifest, path: FieldPath, why: string): Failure {
  return usage(`${positionText(positionOf(manifest, path))}: ${fieldText(path)} ${why}`, { reason: 'InvalidFile' })
}

const fieldText = (path: readonly (string | number)[]) =>
  path.reduce<string>(
    (all, step) => (typeof step === 'number' ? `${all}[${step}]` : (all && `${all}.${step}`) || step),
    '',
  )

function twice(manifest: Manifest, other: Manifest): Failure {
  const { kind, metadata } = manifest.object
  const [here, there] = [manifest, other].map(each => positionText(positionOf(each, ['metadata', 'name'])))
  return usage(`${here}: a second ${kind} named ${metadata.name}; the first is at ${there}`, { reason: 'InvalidFile' })
}
