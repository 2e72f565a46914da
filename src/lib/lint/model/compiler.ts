import type { Measured } from '../../analysis/record-measurement.ts'
import { type Nature, natureName } from '../../expr/check/nature.ts'
import { compileCondition } from '../../expr/condition.ts'
import type { Dialect } from '../../expr/dialect.ts'
import type { Program } from '../../expr/expr.ts'
import { type ParsedQuery, parseQuery, type QueryModel, readQuery } from './query-model.ts'
import type { TextProblem } from './trial.ts'

/** Conditions and queries repeat from template to template, but for the names of arguments, and are read once. */
export class Compiler {
  readonly #queries = new Map<string, ParsedQuery>()
  readonly #known = new Map<string, { result: Program } | TextProblem>()
  /** what conditions make of a result; the texts and the sample are the key (verdicts.ts) */
  readonly verdicts = new Map<string, Measured | undefined>()

  query(text: string, isRange: boolean, known: ReadonlyMap<string, string>): QueryModel {
    return readQuery(text, isRange, known, filled => {
      let read = this.#queries.get(filled)
      if (read === undefined) {
        read = parseQuery(filled)
        this.#queries.set(filled, read)
      }
      return read
    })
  }

  /** a condition for a type of result */
  compile(text: string, result: Nature, dialect: Dialect): { result: Program } | TextProblem {
    const key = `${dialect} ${natureName(result, dialect)} ${text}`
    let known = this.#known.get(key)
    if (known === undefined) {
      known = compileText(text, result, dialect)
      this.#known.set(key, known)
    }
    return known
  }
}

function compileText(text: string, result: Nature, dialect: Dialect): { result: Program } | TextProblem {
  const outcome = compileCondition(text, result, dialect)
  if (outcome.kind === 'program') return { result: outcome }
  const start = utf16Offset(text, outcome.position.offset)
  return { message: outcome.message, start, end: wordEnd(text, start) }
}

/** Positions of expressions count code points. */
export function utf16Offset(text: string, codePoints: number): number {
  let units = 0
  for (const letter of text) {
    if (codePoints-- <= 0) break
    units += letter.length
  }
  return units
}

/** A problem has a beginning only; the word there is what a person looks for. */
function wordEnd(text: string, start: number): number {
  const word = /^(?:[\w.]+|"[^"]*"|'[^']*'|[=<>!&|]+|.)/su.exec(text.slice(start))?.[0] ?? ''
  return start + word.length
}
