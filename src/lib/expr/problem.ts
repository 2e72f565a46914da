/** A stretch of the source, in Unicode code points from its start; `to` is exclusive. */
export interface Location {
  from: number
  to: number
}

export const nowhere: Location = { from: 0, to: 0 }

/**
 * Why an expression cannot be compiled or evaluated. Travels as an exception inside this folder only; `compile` and `run`
 * hand it over as a value.
 */
export class Problem extends Error {
  at: Location | undefined

  constructor(message: string, at?: Location) {
    super(message)
    this.name = 'Problem'
    this.at = at
  }
}

/** Where an error is, for people: `line` and `column` count from 1, `offset` from 0, all in code points. */
export interface Position {
  offset: number
  line: number
  column: number
}

export function positionOf(source: string, at: Location | undefined): Position {
  const position = { offset: at?.from ?? 0, line: 1, column: 1 }
  let seen = 0
  for (const letter of source) {
    if (seen++ === position.offset) break
    if (letter === '\n') {
      position.line++
      position.column = 1
    } else position.column++
  }
  return position
}
