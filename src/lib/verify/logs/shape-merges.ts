import { wordRole } from './line-words.ts'
import { variable } from './masks.ts'
import type { LogTemplate } from './template.ts'
import type { TemplateStore } from './template-store.ts'
import { isCapitals, isIdentifier } from './word-kinds.ts'

/** Templates that are equal but for words that look like values. */
interface Shape {
  positions: readonly number[]
  members: LogTemplate[]
  /** sets of positions that were found to vary, each with the words in the others */
  patterns: { removed: ReadonlySet<number>; kept: string }[]
}

const leastMembers = 5
const leastOtherWords = 2
const mostShapes = 20_000

/**
 * Finds several variables at once: names and values, none of which recurs, so that no two templates differ in one word
 * alone (reference: log-miner, step 8).
 */
export class ShapeMerges {
  readonly #store: TemplateStore
  readonly #shapes = new Map<string, Shape>()

  constructor(store: TemplateStore) {
    this.#store = store
  }

  enter(template: LogTemplate): void {
    const positions = template.words.map((_, at) => at).filter(at => mayVary(template, at))
    if (positions.length === 0 || template.words.length - positions.length < leastOtherWords) return
    const marked = new Set(positions)
    const key = template.words.map((word, at) => (marked.has(at) ? variable : word)).join(' ')
    let shape = this.#shapes.get(key)
    if (!shape) {
      shape = { positions, members: [], patterns: [] }
      this.#shapes.set(key, shape)
      if (this.#shapes.size > mostShapes) this.#shapes.delete(this.#shapes.keys().next().value as string)
    }
    for (const { removed, kept } of shape.patterns)
      if (wordsOutside(template, shape.positions, removed) === kept) {
        this.#store.merge([template], removed)
        return
      }
    shape.members = shape.members.filter(each => each.isLive)
    shape.members.push(template)
    if (shape.members.length >= leastMembers) this.#merge(shape)
  }

  #merge(shape: Shape): void {
    const { members, positions } = shape
    const removed = new Set(positions.filter(at => members.some(each => each.words[at] !== members[0]?.words[at])))
    const first = members[0] as LogTemplate
    shape.patterns.push({ removed, kept: wordsOutside(first, positions, removed) })
    this.#store.merge(members, removed)
    shape.members = []
  }
}

function mayVary({ words, roles }: LogTemplate, at: number): boolean {
  const role = roles[at] as number
  if (at === 0 || (role & wordRole.key) !== 0) return false
  const word = words[at] as string
  return isIdentifier(word) || ((role & wordRole.value) !== 0 && !isCapitals(word))
}

const wordsOutside = ({ words }: LogTemplate, positions: readonly number[], removed: ReadonlySet<number>) =>
  positions
    .filter(at => !removed.has(at))
    .map(at => words[at])
    .join(' ')
