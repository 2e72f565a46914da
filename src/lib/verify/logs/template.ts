import type { LineWords } from './line-words.ts'
import { templateHash, templateText } from './template-text.ts'

/**
 * What log lines have in common. Templates only ever merge: one that was absorbed into another stays resolvable by
 * `root`, and the merged one carries the smallest id, so that ids that were kept elsewhere stay valid.
 */
export class LogTemplate {
  /** order of first appearance, of the oldest of those merged */
  id: number
  /** lines that were of it, or of templates that it absorbed */
  count = 0
  readonly words: readonly string[]
  readonly roles: readonly number[]
  /** whether a variable was seen before each word, and behind the last */
  readonly gaps: boolean[]
  readonly key: string
  readonly #makeGlue: () => string[]
  #glue: readonly string[] | undefined
  /** the template that this one is a case of, and which of its words vary there */
  into: { template: LogTemplate; removed: ReadonlySet<number> } | undefined

  constructor(id: number, { words, roles, gaps, glue }: LineWords, key: string) {
    this.id = id
    this.words = words
    this.roles = roles
    this.gaps = [...gaps]
    this.key = key
    this.#makeGlue = glue
  }

  /** Text between the words: made when it is asked for, as most templates soon are cases of another. */
  get glue(): readonly string[] {
    this.#glue ??= this.#makeGlue()
    return this.#glue
  }

  /** The template that it is part of by now: itself until it is merged. */
  get root(): LogTemplate {
    let template: LogTemplate = this
    while (template.into) template = template.into.template
    return template
  }

  get isLive(): boolean {
    return this.into === undefined
  }

  /** Identity across runs: of the words alone, which in contrast to the text do not depend on the line seen first. */
  get hash(): string {
    return templateHash(this.words)
  }

  /** As people read it, `<*>` for what varies. */
  get text(): string {
    return templateText(this.words, this.glue, this.gaps)
  }

  /**
   * Adds variables that were seen in one more line.
   *
   * @returns positions that have got one, of the live template that it is part of
   */
  see(gaps: readonly boolean[]): { template: LogTemplate; positions: number[] } | undefined {
    const positions: number[] = []
    for (let at = 0; at < gaps.length; at++)
      if (gaps[at] && !this.gaps[at]) {
        this.gaps[at] = true
        positions.push(at)
      }
    if (positions.length === 0) return undefined
    if (!this.into) return { template: this, positions }
    return this.into.template.see(without(this.gaps, this.into.removed))
  }
}

/** The gaps when words are taken out: each leaves one, at the word that follows. */
export function without(gaps: readonly boolean[], removed: ReadonlySet<number>): boolean[] {
  const left: boolean[] = []
  let pending = false
  for (let at = 0; at < gaps.length; at++) {
    pending ||= gaps[at] as boolean
    if (removed.has(at)) pending = true
    else {
      left.push(pending)
      pending = false
    }
  }
  return left
}

/** A template's words when some vary. */
export function generalized(template: LogTemplate, removed: ReadonlySet<number>): LineWords {
  const glue = generalizedGlue(template.glue, removed)
  const isLeft = (_: unknown, at: number) => !removed.has(at)
  return {
    words: template.words.filter(isLeft),
    roles: template.roles.filter(isLeft),
    gaps: without(template.gaps, removed),
    glue: () => glue,
  }
}

function generalizedGlue(glue: readonly string[], removed: ReadonlySet<number>): string[] {
  const left: string[] = []
  let pending = ''
  for (const [at, text] of glue.entries()) {
    pending += text
    if (removed.has(at)) pending += '<*>'
    else {
      left.push(pending)
      pending = ''
    }
  }
  return left
}
