import { wordRole } from './line-words.ts'
import type { LogTemplate } from './template.ts'
import type { TemplateStore } from './template-store.ts'
import { isCapitals, isIdentifier, isStopWord, namesThing } from './word-kinds.ts'

/** Templates that are equal but for one word. */
interface Bucket {
  position: number
  members: LogTemplate[]
  /** what they were merged into: later values join it */
  merged?: LogTemplate
}

const mostBuckets = 60_000
const longestTemplate = 80

/**
 * Finds words that are variables although nothing in one line says so: by the templates that differ in that word alone
 * (reference: log-miner, step 7).
 */
export class DeletionBuckets {
  readonly #store: TemplateStore
  readonly #buckets = new Map<string, Bucket>()

  constructor(store: TemplateStore) {
    this.#store = store
  }

  /** Lets a new template meet those that it differs from in one word; it may be absorbed by that. */
  enter(template: LogTemplate): void {
    const { words } = template
    if (words.length > longestTemplate) return
    this.recheck(
      template,
      [...template.gaps.keys()].filter(at => template.gaps[at]),
    )
    for (let position = 0; position < words.length && template.isLive; position++) {
      const rest = keyWithout(words, position)
      const key = bucketKey(position, rest)
      let bucket = this.#buckets.get(key)
      if (!bucket) {
        bucket = { position, members: [] }
        this.#buckets.set(key, bucket)
        if (this.#buckets.size > mostBuckets) this.#forgetOldest()
      }
      if (bucket.merged && isValue(template, position)) {
        this.#store.merge([template], new Set([position]))
        return
      }
      bucket.members.push(template)
      this.#judge(bucket, rest)
    }
  }

  /** Templates with one word more, where a template has just got a variable. */
  recheck(base: LogTemplate, positions: readonly number[]): void {
    if (base.words.length > longestTemplate) return
    for (const position of positions) {
      const bucket = this.#buckets.get(bucketKey(position, base.key))
      if (bucket && !bucket.merged) this.#judge(bucket, base.key)
    }
  }

  #judge(bucket: Bucket, rest: string): void {
    const { position } = bucket
    const members = bucket.members.filter(each => each.isLive)
    bucket.members = members
    const values = members.filter(each => isValue(each, position))
    const [first] = values
    if (first === undefined || first.words.length < 3) return
    const base = this.#store.live(rest)
    if (!isVariable(values, position, base?.gaps[position] ?? false)) return
    bucket.merged = this.#store.merge(values, new Set([position]))
    bucket.members = []
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= mostBuckets * 0.9) break
      this.#buckets.delete(key)
    }
  }
}

const bucketKey = (position: number, rest: string) => `${position} ${rest}`

export function keyWithout(words: readonly string[], position: number): string {
  let key = ''
  for (let at = 0; at < words.length; at++) if (at !== position) key += key === '' ? words[at] : ` ${words[at]}`
  return key
}

const has = (template: LogTemplate, position: number, role: number) =>
  ((template.roles[position] as number) & role) !== 0
const word = (template: LogTemplate, position: number) => template.words[position] as string

const isValue = (template: LogTemplate, position: number) =>
  !has(template, position, wordRole.key) && !isStopWord(word(template, position))

/**
 * Whether the words at a position, of templates that are equal elsewhere, are values of a variable.
 *
 * @param isWild the same line has been seen with a variable, that no one doubts, in this place
 */
function isVariable(values: readonly LogTemplate[], position: number, isWild: boolean): boolean {
  const first = values[0] as LogTemplate
  const remaining = first.words.length - 1
  const seen = values.length + (isWild ? 1 : 0)
  const isLow = 2 * values.filter(each => isCapitals(word(each, position))).length <= values.length
  const isAssigned = values.some(each => has(each, position, wordRole.assigned))
  if (position > 0 && isLow && values.every(each => !each.gaps[position])) {
    const areValues = values.every(each => has(each, position, wordRole.value))
    if (areValues && values.length >= 3) return true
    if (namesThing(first.words[position - 1]) && !isAssigned && seen >= 3) return true
  }
  const touchesGap = values.some(each => each.gaps[position] || each.gaps[position + 1])
  if (isWild && isLow && !isAssigned && seen >= (touchesGap ? 3 : 2)) return true
  if (position === 0 && remaining < 4) return false
  const identifiers = values.filter(each => isIdentifier(word(each, position))).length
  if (identifiers >= 3 && identifiers >= 0.8 * values.length) return true
  return seen >= (!isLow ? 12 : remaining === 2 ? 8 : 5)
}
