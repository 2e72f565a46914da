import type { ControllerVersion } from '../../analysis/analysis.ts'
import type { Node } from '../../expr/ast/node.ts'
import type { ConditionField } from '../../expr/condition.ts'
import type { Dialect } from '../../expr/dialect.ts'
import type { Program } from '../../expr/expr.ts'
import type { Path } from '../sources/path.ts'
import type { MetricModel } from './metric-model.ts'
import { resultNature } from './result-nature.ts'
import { type Tried, tryText } from './trial.ts'

export const dialectOf = (version: ControllerVersion): Dialect => (version === '1.9' ? '1.15' : '1.17')

/** What an argument outside of quotes can be in a condition. */
const likely = ['1', '"x"', 'true', '<', '&&', 'result', 'sum', '[1]', '["x"]']

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
    let tried = this.#compiled.get(dialect) ?? this.#same()
    if (tried === undefined) {
      tried = tryText<Program>(this.text, likely, this.metric.defaults, text =>
        this.metric.compiler.compile(text, resultNature(this.metric), dialect),
      )
      this.#compiled.set(dialect, tried)
    }
    return tried
  }

  /** What is known already serves for both dialects, where the condition is the same in both. */
  #same(): Tried<Program> | undefined {
    const [known] = this.#compiled.values()
    return known?.result && isAlikeInBoth(this.text) ? known : undefined
  }

  tree(version: ControllerVersion): Node | undefined {
    return this.compiled(version).result?.tree
  }
}

const plainParts =
  /^(?:\s|result(?:\s*\[\s*\d+\s*\])?|isNaN|isInf|len|asFloat|asInt|and|or|not|true|false|&&|\|\||[<>=!]=|[<>!()+*/.-]|\d|\{\{[^}]*\}\})*$/

/**
 * Comparisons of numbers with what both versions of expr-lang have alike, each side compared once: most conditions are
 * nothing else.
 */
export function isAlikeInBoth(text: string): boolean {
  if (!plainParts.test(text)) return false
  return text.split(/&&|\|\||\band\b|\bor\b|[()]/).every(part => (part.match(/[<>=!]=|[<>]/g)?.length ?? 0) < 2)
}
