import type { Output } from '../../context/context.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'

/** Writes each warning of the API server once, as kubectl does (cli-runtime: pkg/printers/warningprinter.go). */
export class WarningLog {
  private readonly seen = new Set<string>()
  private readonly stderr: Output

  constructor(stderr: Output) {
    this.stderr = stderr
  }

  /** @param header the Warning header, several joined by commas */
  add(header: string | undefined): void {
    if (!header) return
    for (const text of parseWarnings(header)) {
      if (this.seen.has(text)) continue
      this.seen.add(text)
      const prefix = this.stderr.hasColor ? '\x1b[33;1mWarning:\x1b[0m' : 'Warning:'
      this.stderr.write(`${prefix} ${text}\n`)
    }
  }

  get count(): number {
    return this.seen.size
  }

  /** What `--warnings-as-errors` makes of them at the end of a command, in kubectl's words. */
  failure(): Failure | undefined {
    if (this.count === 0) return undefined
    return new Failure('error', `${this.count} warning${this.count === 1 ? '' : 's'} received`, { reason: 'Warnings' })
  }
}

/** The texts of RFC 7234 warnings, `299 - "text" "date"`; only code 299 is meant for people (apimachinery: util/net). */
function parseWarnings(header: string): string[] {
  const texts: string[] = []
  const pattern = /(?:^|,)\s*(\d{3}) \S+ "((?:[^"\\]|\\.)*)"(?:\s+"[^"]*")?\s*(?=,|$)/g
  for (const [, code, quoted = ''] of header.matchAll(pattern)) {
    const text = safeText(quoted.replace(/\\(.)/g, '$1'))
    if (code === '299' && text) texts.push(text)
  }
  return texts
}
