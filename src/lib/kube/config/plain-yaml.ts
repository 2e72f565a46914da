/**
 * Reads the part of YAML that kubectl and the tools around it write into kubeconfigs: block mappings and sequences of
 * one-line scalars. Anything else gives undefined, and the caller asks the YAML library, whose loading this saves on
 * the way to every first answer. It must never read a text otherwise than the library would; the test compares both.
 */
export function parsePlainYaml(text: string): { value: unknown } | undefined {
  const lines = splitLines(text)
  if (lines === undefined) return undefined
  if (lines.length === 0) return { value: null }
  try {
    const parser = new PlainYaml(lines)
    const value = parser.block(lines[0]?.indent ?? 0)
    return parser.isAtEnd ? { value } : undefined
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

class NotPlain extends Error {}

interface Line {
  indent: number
  text: string
}

function splitLines(text: string): Line[] | undefined {
  if (/[^\x20-\x7e\n\r]/.test(text)) return undefined
  const lines: Line[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd()
    if (line === '' || /^ *#/.test(line)) continue
    if (line === '---' && index === 0) continue
    if (/^(---|\.\.\.|%)/.test(line) || line.includes('\r')) return undefined
    const indent = line.length - line.trimStart().length
    lines.push({ indent, text: line.slice(indent) })
  }
  return lines
}

const keyPattern = /^([A-Za-z_][\w./-]*):(?: +(.*))?$/
/** No indicator at the start, nothing that begins a comment or a mapping inside, nothing that reads as a number or date. */
const plainScalar = /^(?:-{0,2}[A-Za-z]|[/_.])[^#:]*(?:(?::(?=[^ ]))[^#:]*)*$/
const notText = /^(?:true|false|null|~|yes|no|on|off|\.inf|\.nan|\.\d.*)$/i

class PlainYaml {
  private readonly lines: Line[]
  private next = 0
  constructor(lines: Line[]) {
    this.lines = lines
  }

  get isAtEnd(): boolean {
    return this.next >= this.lines.length
  }

  block(indent: number): unknown {
    const line = this.lines[this.next]
    return line?.text.startsWith('- ') || line?.text === '-' ? this.sequence(indent) : this.mapping(indent)
  }

  private sequence(indent: number): unknown[] {
    const items: unknown[] = []
    for (;;) {
      const line = this.lines[this.next]
      if (!line || line.indent < indent || !/^-( |$)/.test(line.text)) return items
      if (line.indent > indent) throw new NotPlain()
      const rest = line.text.slice(1).trimStart()
      const column = line.indent + line.text.length - rest.length
      if (rest === '' || rest.startsWith('- ')) throw new NotPlain()
      if (keyPattern.test(rest)) {
        // `- name: x` is a mapping that begins in the column of its first key
        this.lines[this.next] = { indent: column, text: rest }
        items.push(this.mapping(column))
      } else {
        this.next += 1
        items.push(scalar(rest))
        this.expectNoContinuation(indent)
      }
    }
  }

  private mapping(indent: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {}
    for (;;) {
      const line = this.lines[this.next]
      if (!line || line.indent < indent) return fields
      if (line.indent > indent) throw new NotPlain()
      if (/^-( |$)/.test(line.text)) return fields
      const [, key, rest] = keyPattern.exec(line.text) ?? []
      if (key === undefined || key === '__proto__' || key in fields || notText.test(key)) throw new NotPlain()
      this.next += 1
      fields[key] = rest === undefined || rest === '' ? this.nested(indent) : scalar(rest)
      if (rest !== undefined && rest !== '') this.expectNoContinuation(indent)
    }
  }

  /** The value of a key whose line ends after the colon; a sequence may stand in the key's own column. */
  private nested(indent: number): unknown {
    const line = this.lines[this.next]
    if (!line || line.indent < indent) return null
    if (line.indent === indent) return /^-( |$)/.test(line.text) ? this.sequence(indent) : null
    // a lone scalar on the next line
    if (!/^-( |$)/.test(line.text) && !keyPattern.test(line.text)) throw new NotPlain()
    return this.block(line.indent)
  }

  /** A deeper line after a scalar continues it; that is the library's to fold. */
  private expectNoContinuation(indent: number): void {
    const line = this.lines[this.next]
    if (line && line.indent > indent) throw new NotPlain()
  }
}

function scalar(text: string): unknown {
  if (text === '{}') return {}
  if (text === '[]') return []
  if (text === '""' || text === "''") return ''
  if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1)
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1)
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  if (isPlainText(text)) return text
  throw new NotPlain()
}

function isPlainText(text: string): boolean {
  return plainScalar.test(text) && !notText.test(text) && !text.endsWith(':')
}
