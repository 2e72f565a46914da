import { wordRole } from './line-words.ts'
import { variable } from './masks.ts'
import type { LogTemplate } from './template.ts'
import type { TemplateStore } from './template-store.ts'

/** Live templates with the same first word and length. */
interface Family {
  members: LogTemplate[]
  /** the next size at which they are looked at */
  limit: number
  patterns: { removed: ReadonlySet<number>; kept: Set<string> }[]
}

const leastFamily = 64
const leastDistinct = 32
const leastClass = 8
const leastWords = 3
const mostFamilies = 20_000

/**
 * Keeps random words from making a template of every line: in a large family, a place with many different words is a
 * variable (reference: log-miner, step 9).
 */
export class FloodGuard {
  readonly #store: TemplateStore
  readonly #families = new Map<string, Family>()

  constructor(store: TemplateStore) {
    this.#store = store
  }

  /** Makes a template a case of a pattern that has been found. */
  join(template: LogTemplate): void {
    for (const { removed, kept } of this.#families.get(familyOf(template))?.patterns ?? [])
      if (kept.has(patternOf(template, removed))) {
        this.#store.merge([template], removed)
        return
      }
  }

  /** Counts a new template in, and looks for variables when there are many. */
  enter(template: LogTemplate): void {
    if (template.words.length < leastWords) return
    const key = familyOf(template)
    let family = this.#families.get(key)
    if (!family) {
      family = { members: [], limit: leastFamily, patterns: [] }
      this.#families.set(key, family)
      if (this.#families.size > mostFamilies) this.#families.delete(this.#families.keys().next().value as string)
    }
    family.members.push(template)
    if (family.members.length < family.limit) return
    family.members = family.members.filter(each => each.isLive)
    if (family.members.length >= leastFamily) this.#merge(family)
    family.limit = Math.max(leastFamily, Math.ceil(family.members.length * 1.25))
  }

  #merge(family: Family): void {
    const { members } = family
    const removed = varyingPositions(members)
    if (removed.size === 0) return
    const classes = new Map<string, LogTemplate[]>()
    for (const each of members) {
      const pattern = patternOf(each, removed)
      const those = classes.get(pattern)
      if (those) those.push(each)
      else classes.set(pattern, [each])
    }
    const kept = new Set<string>()
    for (const [pattern, those] of classes) {
      if (those.length < leastClass) continue
      kept.add(pattern)
      this.#store.merge(those, removed)
    }
    if (kept.size > 0) family.patterns.push({ removed, kept })
    family.members = members.filter(each => each.isLive)
  }
}

function varyingPositions(members: readonly LogTemplate[]): Set<number> {
  const [first] = members
  const positions = (first?.words ?? []).map((_, at) => at).slice(1)
  const varying = positions.filter(at => {
    if (members.some(each => ((each.roles[at] as number) & wordRole.key) !== 0)) return false
    return new Set(members.map(each => each.words[at])).size >= leastDistinct
  })
  return new Set(varying)
}

const familyOf = ({ words }: LogTemplate) => `${words.length} ${words[0]}`

const patternOf = ({ words }: LogTemplate, removed: ReadonlySet<number>) =>
  words.map((word, at) => (removed.has(at) ? variable : word)).join(' ')
