import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Document, LineCounter } from 'yaml'
import type { Context } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { usage } from '../values/failure.ts'
import type { Place } from '../values/schema/located-yaml.ts'

/** A field's way from the top of an object: `['spec', 'metrics', 0, 'name']`. */
export type FieldPath = readonly (string | number)[]

export interface Position extends Place {
  /** as it was named, `<stdin>` for `-` */
  file: string
}

/** One object of a file of manifests, which knows where it was written. */
export interface Manifest<T extends KubeObject = KubeObject> {
  object: T
  file: ManifestFile
  /** the YAML document that holds the object, and the object's path in it (longer than none in a `List`) */
  document: Document.Parsed
  root: FieldPath
}

export interface ManifestFile {
  /** as it was named, `<stdin>` for `-` */
  name: string
  text: string
  lines: LineCounter
}

/** An alias that multiplies is no manifest of ours. */
const maxAliasCount = 1_000
const extensions = /\.(ya?ml|json)$/

/**
 * The objects of `-f` arguments in their order: files, directories (files with the endings .yaml, .yml and .json, by
 * name), `-`; a `List` counts as its items. Empty documents are left out.
 *
 * @throws Failure `usage`, with file, line and column for what is no YAML or no object
 */
export async function readManifests(
  paths: readonly string[],
  options: { recursive?: boolean },
  context: Pick<Context, 'stdin' | 'workingDirectory'>,
): Promise<Manifest[]> {
  const manifests: Manifest[] = []
  for (const { name, text } of await readTexts(paths, options, context))
    manifests.push(...(await parseManifests(text, name)))
  return manifests
}

/**
 * The files that `-f` arguments name, as text, in the order of {@link readManifests}.
 *
 * @throws Failure `usage` for a file that is not there or may not be read
 */
export async function readTexts(
  paths: readonly string[],
  options: { recursive?: boolean },
  context: Pick<Context, 'stdin' | 'workingDirectory'>,
): Promise<Pick<ManifestFile, 'name' | 'text'>[]> {
  const texts: Pick<ManifestFile, 'name' | 'text'>[] = []
  for (const path of paths) {
    if (path === '-') texts.push({ name: '<stdin>', text: await context.stdin.read() })
    else
      for (const name of filesOf(path, options.recursive ?? false, context.workingDirectory))
        texts.push({ name, text: readText(resolve(context.workingDirectory, name), name) })
  }
  return texts
}

/** The objects of one text; see `readManifests`. */
export async function parseManifests(text: string, name: string): Promise<Manifest[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml')
  const lines = new LineCounter()
  const file: ManifestFile = { name, text, lines }
  const manifests: Manifest[] = []
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true })) {
    if (!('errors' in document)) continue
    const error = document.errors[0]
    if (error !== undefined) throw invalid(placeOf(file, error.pos[0]), error.message)
    const value: unknown = document.toJS({ maxAliasCount })
    if (value === null || value === undefined) continue
    manifests.push(...objectsOf(value, file, document as Document.Parsed))
  }
  return manifests
}

function objectsOf(value: unknown, file: ManifestFile, document: Document.Parsed): Manifest[] {
  const start = placeOf(file, document.contents?.range[0] ?? 0)
  if (!isRecord(value)) throw invalid(start, 'a Kubernetes object is expected here')
  const { kind, items } = value
  if (typeof kind !== 'string' || kind === '') throw invalid(start, 'an object without a kind')
  if (kind.endsWith('List') && Array.isArray(items))
    return items.map((item, index) => {
      const root = ['items', index]
      if (!isRecord(item)) throw invalid(placeAt(file, document, root), `items[${index}] is no object`)
      return { object: withMetadata(item), file, document, root }
    })
  return [{ object: withMetadata(value), file, document, root: [] }]
}

/** A manifest without metadata is read too: it can be looked at, and has no name. */
const withMetadata = (value: Record<string, unknown>): KubeObject =>
  ({ ...value, metadata: isRecord(value.metadata) ? value.metadata : {} }) as unknown as KubeObject

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where a field's value stands; for a field that is not there, that of the nearest one around it. */
export function positionOf({ file, document, root }: Manifest, path: FieldPath): Position {
  return placeAt(file, document, [...root, ...path])
}

/** `file:line:column`, as messages name it. */
export const positionText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`

function placeAt(file: ManifestFile, document: Document.Parsed, path: FieldPath): Position {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    const offset = (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0]
    if (offset !== undefined) return placeOf(file, offset)
  }
  return placeOf(file, document.contents?.range[0] ?? 0)
}

function placeOf({ name, lines }: ManifestFile, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { file: name, line: Math.max(line, 1), column: Math.max(col, 1) }
}

const invalid = (position: Position, why: string) =>
  usage(`${positionText(position)}: ${why}`, { reason: 'InvalidFile' })

function filesOf(path: string, recursive: boolean, workingDirectory: string): string[] {
  const absolute = resolve(workingDirectory, path)
  if (!statOrFail(absolute, path).isDirectory()) return [path]
  const found = entriesOf(absolute, path, recursive).filter(each => extensions.test(each))
  if (found.length === 0)
    throw usage(`${path}: no .yaml, .yml or .json file in this directory`, {
      reason: 'InvalidFile',
      hints: recursive ? [] : ['-R looks into its subdirectories too'],
    })
  return found
}

function entriesOf(absolute: string, name: string, recursive: boolean): string[] {
  const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1)
  return readdirSync(absolute, { withFileTypes: true })
    .sort(byName)
    .flatMap(entry => {
      if (entry.isDirectory())
        return recursive ? entriesOf(join(absolute, entry.name), join(name, entry.name), recursive) : []
      return [join(name, entry.name)]
    })
}

function statOrFail(absolute: string, name: string) {
  try {
    return statSync(absolute)
  } catch (error) {
    throw unreadable(name, error)
  }
}

function readText(absolute: string, name: string): string {
  try {
    return readFileSync(absolute, 'utf8')
  } catch (error) {
    throw unreadable(name, error)
  }
}

function unreadable(name: string, error: unknown) {
  const { code } = error as NodeJS.ErrnoException
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'it may not be read'
        : `it cannot be read (${code})`
  return usage(`${name}: ${why}`, { reason: 'InvalidFile' })
}
