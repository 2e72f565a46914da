interface Cells {
  sum: number
  squares: number
  /** pods times steps before it was first seen, which do not count */
  before: number
}

const largest = 25

/**
 * How much the lines of a template come in bursts: variance over mean of its counts by pod and step, so far. It is known
 * before the step that it is used for, so that any value keeps the e-process valid where its model is; rates that change with
 * time make it larger, never smaller. Bursts longer than a step are seen only by a lookback.
 */
export class LogDispersion {
  readonly #templates = new Map<string, Cells>()
  #cells = 0

  /** @param pods how many there were in this step, whether they had lines or not */
  endStep(pods: number): void {
    this.#cells += pods
  }

  /** @param counts of the pods that had lines in this step */
  add(template: string, counts: readonly number[]): void {
    let cells = this.#templates.get(template)
    if (!cells) {
      cells = { sum: 0, squares: 0, before: this.#cells }
      this.#templates.set(template, cells)
    }
    for (const count of counts) {
      cells.sum += count
      cells.squares += count ** 2
    }
  }

  of(template: string): number {
    const cells = this.#templates.get(template)
    const seen = cells ? this.#cells - cells.before : 0
    if (!cells || seen === 0 || cells.sum === 0) return 1
    const mean = cells.sum / seen
    return Math.min(largest, Math.max(1, (cells.squares / seen - mean ** 2) / mean))
  }

  merge(from: string, into: string): void {
    const absorbed = this.#templates.get(from)
    if (!absorbed) return
    this.#templates.delete(from)
    const target = this.#templates.get(into)
    if (!target) this.#templates.set(into, absorbed)
    else {
      target.sum += absorbed.sum
      target.squares += absorbed.squares
      target.before = Math.min(target.before, absorbed.before)
    }
  }
}
