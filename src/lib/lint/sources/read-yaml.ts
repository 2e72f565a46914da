import { type Document, isMap, parseAllDocuments } from 'yaml'
import { checkedKinds } from './checked-kinds.ts'
import type { LintDocument, LintFile } from './lint-document.ts'

/** A place of a file that is no YAML. */
export interface YamlProblem {
  file: LintFile
  start: number
  end: number
  message: string
}

export interface ReadYaml {
  documents: LintDocument[]
  problems: YamlProblem[]
}

/**
 * The objects of a file: one per document, and the items of a List. What is no map is left out, a document that cannot
 * be read is a problem. As for kubectl, `<<` merges keys and a key may be there once.
 */
export function readYaml(file: LintFile): ReadYaml {
  const parsed = parseAllDocuments(file.text, { merge: true, prettyErrors: false, logLevel: 'silent' })
  const documents: LintDocument[] = []
  const problems: YamlProblem[] = []
  for (const document of 'empty' in parsed ? [] : parsed) {
    const error = document.errors[0]
    if (error !== undefined) {
      if (isOther(document)) continue
      problems.push({ file, start: error.pos[0], end: error.pos[1], message: error.message })
      continue
    }
    try {
      documents.push(...objectsOf(document.toJS(), document, file))
    } catch (failure) {
      // the library's guard against aliases that multiply
      if (!(failure instanceof ReferenceError)) throw failure
      problems.push({ file, start: 0, end: 0, message: failure.message })
    }
  }
  return { documents, problems }
}

/** A document of a kind that is not checked: that it is no strict YAML is not our business. */
function isOther({ contents }: Document): boolean {
  const kind: unknown = isMap(contents) ? contents.get('kind') : undefined
  return typeof kind === 'string' && !checkedKinds.has(kind)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectsOf(object: unknown, document: Document, file: LintFile): LintDocument[] {
  if (!isObject(object)) return []
  if (object.kind === 'List' && Array.isArray(object.items))
    return object.items.flatMap((item, index) =>
      isObject(item) ? [{ object: item, file, document, prefix: ['items', index] }] : [],
    )
  return [{ object, file, document, prefix: [] }]
}
