import type { Output } from '../context/context.ts'
import type { CanaryEvent } from '../events/event.ts'
import { truncateToWidth } from '../values/display-width.ts'
import { eventText } from './event-text.ts'

/** Shows what a waiting command sees: one live line on a terminal, plain lines elsewhere. Nothing after `end`. */
export interface Progress {
  show(event: CanaryEvent): void
  /** Takes the live line away, so that what follows begins on an empty line. */
  end(): void
}

/**
 * @param output stderr as a rule: progress is no data
 * @param isDumb whether the terminal takes no cursor movement (`TERM=dumb`)
 */
export function progressOn(output: Output, isDumb = false): Progress {
  return output.isTerminal && !isDumb ? new LiveLine(output) : new PlainLines(output)
}

class PlainLines implements Progress {
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  show(event: CanaryEvent): void {
    const text = eventText(event)
    if (text !== undefined) this.#output.write(`${text}\n`)
  }

  end(): void {}
}

/** Phase, step and weight beside each other, the latest of each; a warning stays as a line of its own. */
class LiveLine implements Progress {
  readonly #output: Output
  readonly #parts = new Map<CanaryEvent['type'], string>()
  #isShown = false

  constructor(output: Output) {
    this.#output = output
  }

  show(event: CanaryEvent): void {
    const text = eventText(event)
    if (text === undefined) return
    if (event.type === 'warning') {
      this.#clear()
      this.#output.write(`${text}\n`)
    } else this.#parts.set(event.type, withoutName(event, text, this.#parts.size > 0 && !this.#parts.has(event.type)))
    const line = [...this.#parts.values()].join(', ')
    const { columns = 80 } = this.#output
    // the last column is left free, where some terminals wrap already
    this.#output.write(`\r${truncateToWidth(line, columns - 1, 'end')}\x1b[K`)
    this.#isShown = true
  }

  end(): void {
    this.#clear()
    this.#parts.clear()
  }

  #clear(): void {
    if (this.#isShown) this.#output.write('\r\x1b[K')
    this.#isShown = false
  }
}

/** The first part of the line names the object, the others need not. */
function withoutName(event: CanaryEvent, text: string, isFurther: boolean): string {
  return event.type === 'rollout.phase' && !isFurther ? text : text.slice(text.indexOf(': ') + 2)
}
