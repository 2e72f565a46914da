import type { Document, Node, Pair } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Path } from './path.ts'

/** A file as it was read. */
export interface LintFile {
  /** as it is named in findings */
  name: string
  text: string
}

/** One object to check: from a document of a file, or from the cluster (then without file and document). */
export interface LintDocument {
  object: Record<string, unknown>
  file?: LintFile
  document?: Document
  /** how to get there in the document, for an item of a List */
  prefix: Path
}

/** What there is in the document for a path. */
export interface Found {
  node: Node | undefined
  /** the pair that holds the node, when it is a field of a map */
  pair: Pair<Node, Node | null> | undefined
  /** false: the path leads further than the document, and this is the nearest there is */
  isExact: boolean
}

/** Follows a path through maps, lists and aliases; merged keys are not followed. */
export function findNode({ document, prefix }: LintDocument, path: Path): Found {
  const resolved = (node: unknown): Node | undefined => {
    if (isAlias(node)) return (document && node.resolve(document)) as Node | undefined
    return (node as Node | null) ?? undefined
  }
  let found: Found = { node: resolved(document?.contents), pair: undefined, isExact: true }
  for (const step of [...prefix, ...path]) {
    const { node } = found
    if (isMap(node)) {
      const pair = (node.items as Pair<Node, Node | null>[]).find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      )
      if (pair === undefined) return { ...found, isExact: false }
      found = { node: resolved(pair.value), pair, isExact: true }
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      found = { node: resolved(node.items[step]), pair: undefined, isExact: true }
    } else return { ...found, isExact: false }
  }
  return found
}

/** `AnalysisTemplate/success-rate` */
export function objectLabel({ object }: LintDocument): string {
  const { kind } = object
  const { name, generateName } = (object.metadata ?? {}) as { name?: unknown; generateName?: unknown }
  return `${typeof kind === 'string' ? kind : 'object'}/${typeof name === 'string' ? name : typeof generateName === 'string' ? generateName : ''}`
}
