import { goQuote } from './quote.ts'

export const metricName = '__name__'
/** Labels that describe the metric and not the series: an operation that changes the meaning drops them. */
export const metadataLabels: readonly string[] = [metricName, '__type__', '__unit__']
const legacyName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

type Pair = readonly [name: string, value: string]

const byName = ([a]: Pair, [b]: Pair) => (a < b ? -1 : a > b ? 1 : 0)

/** A label set: sorted by name, without empty values, immutable. */
export class Labels {
  static readonly empty = new Labels([])
  readonly pairs: readonly Pair[]
  #key: string | undefined
  #nameless: Labels | undefined

  private constructor(pairs: readonly Pair[]) {
    this.pairs = pairs
  }

  static from(entries: Iterable<Pair>): Labels {
    const unique = new Map<string, string>()
    for (const [name, value] of entries) unique.set(name, value)
    const pairs = [...unique].filter(([, value]) => value !== '').sort(byName)
    return pairs.length === 0 ? Labels.empty : new Labels(pairs)
  }

  static of(object: Readonly<Record<string, string>>): Labels {
    return Labels.from(Object.entries(object))
  }

  /** Equal for equal label sets only. */
  get key(): string {
    this.#key ??= JSON.stringify(this.pairs)
    return this.#key
  }

  get(name: string): string {
    for (const pair of this.pairs) if (pair[0] === name) return pair[1]
    return ''
  }

  with(name: string, value: string): Labels {
    return Labels.from([...this.pairs, [name, value]])
  }

  only(names: ReadonlySet<string>): Labels {
    return this.#filtered(name => names.has(name))
  }

  without(names: ReadonlySet<string>): Labels {
    return this.#filtered(name => !names.has(name))
  }

  withoutName(): Labels {
    this.#nameless ??= this.#filtered(name => !metadataLabels.includes(name))
    return this.#nameless
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(this.pairs)
  }

  /** As Prometheus prints a label set: `{a="b", c="d"}`. */
  toString(): string {
    const shown = this.pairs.map(([name, value]) => `${legacyName.test(name) ? name : goQuote(name)}=${goQuote(value)}`)
    return `{${shown.join(', ')}}`
  }

  #filtered(keep: (name: string) => boolean): Labels {
    const pairs = this.pairs.filter(([name]) => keep(name))
    if (pairs.length === this.pairs.length) return this
    return pairs.length === 0 ? Labels.empty : new Labels(pairs)
  }
}

/** The order of label sets in a matrix: pair by pair, the shorter one first (labels.Compare). */
export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.pairs.length, b.pairs.length)
  for (let index = 0; index < shared; index++)
    for (const part of [0, 1] as const) {
      const [x, y] = [a.pairs[index]?.[part] ?? '', b.pairs[index]?.[part] ?? '']
      if (x !== y) return x < y ? -1 : 1
    }
  return a.pairs.length - b.pairs.length
}
