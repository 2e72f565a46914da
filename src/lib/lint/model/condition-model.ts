import type { ControllerVersion } from '../../analysis/analysis.ts'
import type { Node } from '../../expr/ast/node.ts'
import { type ConditionField, compileCondition } from '../../expr/condition.ts'
import type { Dialect } from '../../expr/dialect.ts'
import type { Program } from '../../expr/expr.ts'
import type { Path } from '../sources/path.ts'
import type { MetricModel } from './metric-model.ts'
import { resultNature } from './result-nature.ts'
import { type TextProblem, type Tried, tryText } from './trial.ts'

export const dialectOf = (version: ControllerVersion): Dialect => (version === '1.9' ? '1.15' : '1.17')

/** What an argument outside of quotes can be in a condition. */
const likely = ['1', '"x"', 'true', '<', 'result']

/** A success or failure condition, compiled against what its provider returns. */
export class ConditionModel {
  readonly metric: MetricModel
  readonly field: ConditionField
  readonly text: string
  readonly #compiled = new Map<Dialect, Tried<Program>>()

  constructor(metric: MetricModel, field: ConditionField, text: string) {
    this.metric = metric
    this.field = field
    this.text = text
  }

  get path(): Path {
    return [...this.metric.path, this.field]
  }

  compiled(version: ControllerVersion): Tried<Program> {
    const dialect = dialectOf(version)
    let tried = this.#compiled.get(dialect)
    if (tried === undefined) {
      tried = tryText<Program>(this.text, likely, this.metric.defaults, text => compileText(text, this.metric, dialect))
      this.#compiled.set(dialect, tried)
    }
    return tried
  }

  tree(version: ControllerVersion): Node | undefined {
    return this.compiled(version).result?.tree
  }
}

function compileText(text: string, metric: MetricModel, dialect: Dialect): { result: Program } | TextProblem {
  const outcome = compileCondition(text, resultNature(metric), dialect)
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
