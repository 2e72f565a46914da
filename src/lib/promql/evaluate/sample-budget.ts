import { evalProblem } from '../problem.ts'

/** Counts the work of a query, so that none runs without end. */
export class SampleBudget {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  /** @throws QueryProblem in the server's words when a query has used up what it may */
  spend(samples: number): void {
    this.#left -= samples
    if (this.#left < 0 || Number.isNaN(samples))
      throw evalProblem('query processing would load too many samples into memory in query execution')
  }
}
