import { DeletionBuckets } from './deletion-buckets.ts'
import { FloodGuard } from './flood-guard.ts'
import { type LineWords, lineWords, wordRole } from './line-words.ts'
import { masked } from './masks.ts'
import { ShapeMerges } from './shape-merges.ts'
import { generalized, LogTemplate, without } from './template.ts'
import type { TemplateStore } from './template-store.ts'

export interface MinerOptions {
  /** word sequences that are remembered; the oldest are forgotten beyond that, absorbed ones first */
  mostTemplates?: number
  /** told when a template becomes a case of another: what was counted for it is to be added to that one */
  onMerge?: (absorbed: LogTemplate, into: LogTemplate) => void
}

/** Longer lines are mined by their beginning: a template has 120 words at most. */
const mostCharacters = 4096

/**
 * Finds the templates of log lines as they come, the same configuration for any log (reference: log-miner). A template is a
 * sequence of words; variables and punctuation are not part of it. Nearly every line is one lookup; only a sequence that
 * was never seen looks for templates that it may be merged with.
 */
export class LogMiner implements TemplateStore {
  readonly #templates = new Map<string, LogTemplate>()
  readonly #mostTemplates: number
  readonly #onMerge: MinerOptions['onMerge']
  readonly #buckets = new DeletionBuckets(this)
  readonly #shapes = new ShapeMerges(this)
  readonly #guard = new FloodGuard(this)
  /** new templates, and places where one has got a variable, that are to be looked at */
  readonly #unsettled: (() => void)[] = []
  #created = 0

  constructor({ mostTemplates = 20_000, onMerge }: MinerOptions = {}) {
    this.#mostTemplates = mostTemplates
    this.#onMerge = onMerge
  }

  /**
   * The template of a line, counting it. Later lines may merge it with others: ask for its `root` when all have been seen.
   *
   * @param marks names that no other line may differ in, such as the class of an exception
   */
  add(line: string, marks: readonly string[] = []): LogTemplate {
    const { root } = this.learn(line, marks)
    root.count++
    return root
  }

  /** Makes a template known, by a line or by the text of a template, without counting a line. */
  learn(line: string, marks: readonly string[] = []): LogTemplate {
    const text = line.length > mostCharacters ? line.slice(0, mostCharacters) : line
    const parts = withMarks(lineWords(masked(text), text), marks)
    const key = parts.words.join(' ')
    let template = this.#templates.get(key)
    if (template) this.#saw(template, parts.gaps)
    else template = this.#create(parts, key)
    this.#settle()
    return template.root
  }

  /** The templates that are not cases of another. */
  *templates(): Generator<LogTemplate> {
    for (const template of this.#templates.values()) if (template.isLive) yield template
  }

  live(key: string): LogTemplate | undefined {
    const template = this.#templates.get(key)
    return template?.isLive ? template : undefined
  }

  merge(members: readonly LogTemplate[], removed: ReadonlySet<number>): LogTemplate {
    const [first] = members as [LogTemplate]
    const key = first.words.filter((_, at) => !removed.has(at)).join(' ')
    const target = this.#templates.get(key) ?? this.#create(generalized(first, removed), key)
    for (const member of members) {
      const { root } = target
      if (!member.isLive || member === root) continue
      member.into = { template: target, removed }
      root.count += member.count
      root.id = Math.min(root.id, member.id)
      this.#onMerge?.(member, root)
      this.#saw(target, without(member.gaps, removed))
    }
    return target
  }

  #create(parts: LineWords, key: string): LogTemplate {
    const template = new LogTemplate(this.#created++, parts, key)
    this.#templates.set(key, template)
    if (this.#templates.size > this.#mostTemplates) this.#forget()
    this.#unsettled.push(() => {
      // in a flood first, so that nothing more is kept of each
      if (template.isLive) this.#guard.join(template)
      if (template.isLive) this.#buckets.enter(template)
      if (template.isLive) this.#shapes.enter(template)
      if (template.isLive) this.#guard.enter(template)
    })
    return template
  }

  #saw(template: LogTemplate, gaps: readonly boolean[]): void {
    const gained = template.see(gaps)
    if (gained) this.#unsettled.push(() => this.#buckets.recheck(gained.template, gained.positions))
  }

  #settle(): void {
    for (let next = this.#unsettled.shift(); next; next = this.#unsettled.shift()) next()
  }

  #forget(): void {
    const enough = this.#mostTemplates * 0.9
    for (const isWanted of [(each: LogTemplate) => each.isLive, () => false])
      for (const [key, template] of this.#templates) {
        if (this.#templates.size <= enough) return
        if (!isWanted(template)) this.#templates.delete(key)
      }
  }
}

/** Marks are words that are never values, behind the line's own. */
function withMarks(parts: LineWords, marks: readonly string[]): LineWords {
  if (marks.length === 0) return parts
  return {
    words: [...parts.words, ...marks],
    roles: [...parts.roles, ...marks.map(() => wordRole.key)],
    gaps: [...parts.gaps, ...marks.map(() => false)],
    glue: () => {
      const glue = parts.glue()
      return glue.length === 0 ? [] : [...glue.slice(0, -1), `${glue.at(-1)} `, ...marks.slice(1).map(() => ' '), '']
    },
  }
}
