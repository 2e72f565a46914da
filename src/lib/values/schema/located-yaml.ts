import { usage } from '../failure.ts'

/** Where something stands in a file; both count from 1. */
export interface Place {
  line: number
  column: number
}

/** A value of a YAML file that knows where it was written. */
export interface Located {
  place: Place
  value: string | number | boolean | null | LocatedField[] | Located[]
  kind: 'scalar' | 'map' | 'list'
}

export interface LocatedField {
  key: string
  keyPlace: Place
  value: Located
}

export type LocatedMap = Located & { kind: 'map'; value: LocatedField[] }
export type LocatedList = Located & { kind: 'list'; value: Located[] }

export const isLocatedMap = (node: Located): node is LocatedMap => node.kind === 'map'
export const isLocatedList = (node: Located): node is LocatedList => node.kind === 'list'

/** A file with more values than this holds aliases that multiply, or is none of ours. */
const maxValues = 100_000

/**
 * Reads one YAML (or JSON) document with the position of every value. An empty file is `undefined`.
 *
 * @param file as it is named in messages
 * @throws Failure `usage` for what is no YAML, with file, line and column
 */
export async function parseLocatedYaml(text: string, file: string): Promise<Located | undefined> {
  const { LineCounter, parseAllDocuments, isAlias, isMap, isScalar, isSeq } = await import('yaml')
  const lineCounter = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false })
  const document = documents[0]
  if (document === undefined || !('contents' in document)) return undefined
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const error = document.errors[0]
  if (error !== undefined) throw invalidYaml(file, placeAt(error.pos[0]), error.message)
  const second = documents[1]
  if (second !== undefined)
    throw invalidYaml(file, placeAt(second.range?.[0] ?? 0), 'one document is expected, and a second one begins here')
  let count = 0
  const locate = (node: unknown, fallback: Place): Located => {
    if (++count > maxValues) throw invalidYaml(file, fallback, `more than ${maxValues} values`)
    if (isAlias(node)) return locate(node.resolve(document), fallback)
    const offset = (node as { range?: readonly number[] | null } | null)?.range?.[0]
    const place = offset === undefined ? fallback : placeAt(offset)
    if (isSeq(node)) return { kind: 'list', place, value: node.items.map(item => locate(item, place)) }
    if (isMap(node))
      return {
        kind: 'map',
        place,
        value: node.items.map(({ key, value }) => {
          const located = locate(key, place)
          return { key: String(located.value), keyPlace: located.place, value: locate(value, located.place) }
        }),
      }
    return { kind: 'scalar', place, value: isScalar(node) ? scalarOf(node.value) : null }
  }
  const contents = document.contents
  return contents === null || (isScalar(contents) && contents.value === null)
    ? undefined
    : locate(contents, { line: 1, column: 1 })
}

/** The plain value without positions. */
export function plainValue(node: Located): unknown {
  if (isLocatedMap(node)) return Object.fromEntries(node.value.map(({ key, value }) => [key, plainValue(value)]))
  if (isLocatedList(node)) return node.value.map(plainValue)
  return node.value
}

function scalarOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return value === null || value === undefined ? null : String(value)
}

function invalidYaml(file: string, place: Place, why: string) {
  return usage(`${file}:${place.line}:${place.column}: ${why}`, { reason: 'InvalidFile' })
}
