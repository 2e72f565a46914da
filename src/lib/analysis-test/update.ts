import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml'
import type { ExpectedValue } from './analysis-test.ts'
import { applyEdits, type ChangedLines, changedLines, type Edit } from './edits.ts'
import type { TestOutcome } from './run-files.ts'
import type { TestFile } from './test-file.ts'

/** A test whose expectations cannot be rewritten, and why. */
export interface NotUpdated {
  outcome: TestOutcome
  why: string
}

export interface FileUpdate {
  file: TestFile
  /** the whole file as it is to be */
  text: string
  changes: ChangedLines[]
  notUpdated: NotUpdated[]
}

type Path = readonly (string | number)[]

/**
 * A test file with every expectation that was not met replaced by what the run came to. Everything else keeps its form,
 * comments included: the text is edited, not written anew.
 *
 * @param outcomes of this file's tests
 */
export async function updateFile(file: TestFile, outcomes: readonly TestOutcome[]): Promise<FileUpdate> {
  const yaml = await import('yaml')
  const { text } = file.source
  const editor = new Editor(text, yaml.parseDocument(text, { prettyErrors: false }), yaml)
  const edits: Edit[] = []
  const notUpdated: NotUpdated[] = []
  for (const outcome of outcomes) {
    try {
      edits.push(...editsOf(outcome, editor))
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error
      notUpdated.push({ outcome, why: error.message })
    }
  }
  return { file, text: applyEdits(text, edits), changes: changedLines(text, edits), notUpdated }
}

class CannotEdit extends Error {}

function editsOf({ prepared, mismatches }: TestOutcome, editor: Editor): Edit[] {
  const lists = new Map<string, { path: Path; items: Map<number, ExpectedValue | undefined> }>()
  const edits: Edit[] = []
  for (const { path, actual } of mismatches) {
    const inFile = ['tests', prepared.index, ...path]
    if (path.at(-2) !== 'values') {
      edits.push(actual === undefined ? editor.remove(inFile) : editor.set(inFile, actual))
      continue
    }
    const parent = inFile.slice(0, -1)
    const key = JSON.stringify(parent)
    const list = lists.get(key) ?? { path: parent, items: new Map() }
    list.items.set(Number(path.at(-1)), actual)
    lists.set(key, list)
  }
  return [...edits, ...[...lists.values()].flatMap(({ path, items }) => editor.setItems(path, items))]
}

/** Finds values in the text of a document, and says what to write in their places. */
class Editor {
  readonly #text: string
  readonly #document: Document.Parsed
  readonly #yaml: typeof import('yaml')

  constructor(text: string, document: Document.Parsed, yaml: typeof import('yaml')) {
    this.#text = text
    this.#document = document
    this.#yaml = yaml
  }

  set(path: Path, value: ExpectedValue): Edit {
    const { start, end } = this.#extent(this.#node(path))
    return { start, end, text: valueText(value) }
  }

  /** Takes a field away with its name. */
  remove(path: Path): Edit {
    const map = this.#node(path.slice(0, -1)) as YAMLMap<Node, Node>
    const index = map.items.findIndex(({ key }) => String(key) === String(path.at(-1)))
    const pair = map.items[index] as Pair<Node, Node>
    const { end } = this.#extent(pair.value ?? pair.key)
    const { start } = this.#extent(pair.key)
    if (!map.flow) return { start: lineStart(this.#text, start), end: lineEnd(this.#text, end) + 1, text: '' }
    const before = map.items[index - 1]
    const after = map.items[index + 1]
    if (before) return { start: this.#extent(before.value ?? before.key).end, end, text: '' }
    return { start, end: after ? this.#extent(after.key).start : end, text: '' }
  }

  /** @param items new values by index; undefined for those that go, which are the last ones */
  setItems(path: Path, items: ReadonlyMap<number, ExpectedValue | undefined>): Edit[] {
    const list = this.#node(path) as YAMLSeq<Node>
    const extents = list.items.map(item => this.#extent(this.#checked(item)))
    const edits: Edit[] = []
    const added: string[] = []
    let kept = extents.length
    for (const [index, value] of [...items].sort(([a], [b]) => a - b)) {
      const extent = extents[index]
      if (value === undefined) kept = Math.min(kept, index)
      else if (extent === undefined) added.push(valueText(value))
      else edits.push({ ...extent, text: valueText(value) })
    }
    if (kept < extents.length) edits.push(this.#cut(list, extents, kept))
    if (added.length > 0) edits.push(this.#append(list, extents.at(-1), added))
    return edits
  }

  #cut(list: YAMLSeq, extents: readonly Extent[], kept: number): Edit {
    const last = extents.at(-1)?.end ?? 0
    const before = extents[kept - 1]
    if (before) {
      // a block item goes with its line, so that the line of the one before keeps its comment
      const start = list.flow ? before.end : lineEnd(this.#text, before.end)
      return { start, end: list.flow ? last : lineEnd(this.#text, last), text: '' }
    }
    const { start, end } = this.#extent(list)
    return { start, end: list.flow ? end : Math.max(last, start), text: '[]' }
  }

  #append(list: YAMLSeq, last: Extent | undefined, added: readonly string[]): Edit {
    const { start } = this.#extent(list)
    if (last === undefined) return { start: start + 1, end: start + 1, text: added.join(', ') }
    if (list.flow) return { start: last.end, end: last.end, text: added.map(text => `, ${text}`).join('') }
    const indent = ' '.repeat(start - lineStart(this.#text, start))
    const at = lineEnd(this.#text, last.end)
    return { start: at, end: at, text: added.map(text => `\n${indent}- ${text}`).join('') }
  }

  #node(path: Path): Node {
    let node: unknown = this.#document.contents
    for (const step of path) {
      this.#checked(node)
      node = this.#yaml.isCollection(node) ? node.get(step, true) : undefined
    }
    return this.#checked(node)
  }

  /** What an anchor marks may stand elsewhere too, where it means something else. */
  #checked(node: unknown): Node {
    if (!this.#yaml.isNode(node)) throw new CannotEdit('there is no value to replace')
    const isShared = this.#yaml.isAlias(node) || (node as { anchor?: string }).anchor !== undefined
    if (isShared) throw new CannotEdit('its expectations are shared by an anchor')
    return node
  }

  #extent(node: Node): Extent {
    const [start, end] = node.range ?? [0, 0]
    const trimmed = this.#text.slice(start, end).trimEnd()
    return { start, end: start + trimmed.length }
  }
}

interface Extent {
  start: number
  end: number
}

const lineStart = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  if (end < 0) return text.length
  return text[end - 1] === '\r' ? end - 1 : end
}

const plain = /^(?:[A-Z][a-z]+|(?:\d+(?:\.\d+)?(?:h|m|s|ms))+)$/

/** As it stands in YAML. */
function valueText(value: ExpectedValue): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (typeof value === 'string') return plain.test(value) ? value : JSON.stringify(value)
  if (typeof value !== 'number') return String(value)
  if (Number.isNaN(value)) return '.nan'
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf'
}
