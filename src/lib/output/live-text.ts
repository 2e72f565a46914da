import type { Output } from '../context/context.ts'
import { displayWidth } from '../values/display-width.ts'

const up = (lines: number) => (lines > 0 ? `\x1b[${lines}A` : '')
const clearToEnd = '\x1b[J'
const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'

/**
 * A block of lines that is drawn over itself. What stood on the screen before stays: only the lines of the last drawing
 * are gone back, and it is never higher than the screen, where the first line could not be reached any more.
 */
export class LiveText {
  readonly #output: Output
  #last = ''
  #lines: readonly string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  /** Shows `text` in place of what was shown last; lines that do not fit the screen are counted in a last line. */
  draw(text: string): void {
    if (text === this.#last) return
    this.#last = text
    this.#replace(fitting(text, this.#output.rows))
  }

  /** Shows `text` as a whole and leaves it there. */
  finish(text: string): void {
    this.#replace(linesOf(text))
    this.#output.write(showCursor)
    this.#lines = []
  }

  /** Takes what is shown away, so that what follows stands in its place. */
  clear(): void {
    if (this.#lines.length > 0) this.#output.write(`\r${up(this.#height())}${clearToEnd}${showCursor}`)
    this.#lines = []
    this.#last = ''
  }

  /** Leaves what is shown. */
  stop(): void {
    if (this.#lines.length > 0) this.#output.write(showCursor)
    this.#lines = []
  }

  #replace(lines: readonly string[]): void {
    const begin = this.#lines.length === 0 ? hideCursor : `\r${up(this.#height())}${clearToEnd}`
    this.#output.write(`${begin}${lines.map(line => `${line}\n`).join('')}`)
    this.#lines = lines
  }

  /** Rows that the last drawing takes now: a terminal that became narrower has wrapped its lines. */
  #height(): number {
    const { columns = 80 } = this.#output
    return this.#lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(displayWidth(plain(line)) / columns)), 0)
  }
}

function fitting(text: string, rows: number | undefined): readonly string[] {
  const lines = linesOf(text)
  const room = Math.max(2, (rows ?? 24) - 1)
  if (lines.length <= room) return lines
  return [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`]
}

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')

/** Our own colours are the only sequences in here. */
const plain = (line: string) => line.replace(/\x1b\[[\d;]*m/g, '')
