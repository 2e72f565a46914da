import { RE2JS, RE2JSSyntaxException } from 're2js'

/** A regular expression of RE2 that has to match the whole text; `.` matches a newline too (labels.FastRegexMatcher). */
export class AnchoredRegex {
  readonly #text: string
  #compiled: RE2JS | undefined
  readonly #seen = new Map<string, boolean>()

  private constructor(text: string, compiled?: RE2JS) {
    this.#text = text
    this.#compiled = compiled
  }

  /** Compiled when it is first asked for: who only reads a query does without. */
  get #pattern(): RE2JS {
    this.#compiled ??= anchored(this.#text)
    return this.#compiled
  }

  /** @returns the reason, in Go's words, when the text is no regular expression */
  static compile(text: string): AnchoredRegex | { reason: string } {
    const known = compiled.get(text)
    if (known) return known
    const made = AnchoredRegex.#make(text)
    if (made instanceof AnchoredRegex && compiled.size < mostCompiled) compiled.set(text, made)
    return made
  }

  static #make(text: string): AnchoredRegex | { reason: string } {
    try {
      // The text by itself first: an unbalanced parenthesis must not find its match in the anchors.
      RE2JS.compile(text, RE2JS.DOTALL)
      // Only a long text can be within the limits by itself and beyond them with the anchors.
      return text.length < 500 ? new AnchoredRegex(text) : new AnchoredRegex(text, anchored(text))
    } catch (error) {
      if (error instanceof RE2JSSyntaxException) return { reason: goReason(error.message) }
      throw error
    }
  }

  matches(text: string): boolean {
    const known = this.#seen.get(text)
    if (known !== undefined) return known
    const matches = this.#pattern.matcher(text).find()
    // Values repeat from query to query, but a bounded memory is enough.
    if (this.#seen.size < 10_000) this.#seen.set(text, matches)
    return matches
  }

  /** The template with `$1`, `${1}` and `${name}` filled in as Go's Regexp.Expand does, or undefined without a match. */
  expand(text: string, template: string): string | undefined {
    const matcher = this.#pattern.matcher(text)
    if (!matcher.find()) return undefined
    const named = this.#pattern.namedGroups()
    const group = (name: string): string => {
      const index = /^\d+$/.test(name) ? Number(name) : named[name]
      if (index === undefined || index > matcher.groupCount()) return ''
      return matcher.group(index) ?? ''
    }
    return template.replace(
      /\$\$|\$\{([\p{L}\p{Nd}_]+)\}|\$([\p{L}\p{Nd}_]+)/gu,
      (whole, braced?: string, bare?: string) => (whole === '$$' ? '$' : group(braced ?? bare ?? '')),
    )
  }
}

/** The same few expressions, `5..` above all, stand in most queries. */
const compiled = new Map<string, AnchoredRegex>()
const mostCompiled = 100

const anchored = (text: string) => RE2JS.compile(`^(?s:${text})$`)

/** re2js leaves out what Go quotes when it is empty, and quotes its own flags. */
function goReason(message: string): string {
  if (message.endsWith('trailing backslash at end of expression')) return `${message}: \`\``
  return message.replace('`(?s)', '`')
}
