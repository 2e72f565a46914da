import { relabelled } from '../evaluate/step-builder.ts'
import type { Labels } from '../labels/labels.ts'
import { AnchoredRegex } from '../labels/regular-expression.ts'
import { evalProblem } from '../problem.ts'
import { type Expr, withoutParens } from '../syntax/ast.ts'
import type { SampleValue, StepSeries } from '../value.ts'

function textOf(expr: Expr | undefined): string {
  const inner = expr && withoutParens(expr)
  return inner?.kind === 'string' ? inner.value : ''
}
const longestValue = 100_000

/** Calls inside of each other can double a value each time. */
function bounded(value: string): string {
  if (value.length > longestValue) throw evalProblem(`label value is longer than ${longestValue} characters`)
  return value
}

const same = (value: SampleValue) => value

export function labelReplace(series: readonly StepSeries[], args: readonly Expr[], steps: number): StepSeries[] {
  const [target, template, source, text] = args.slice(1).map(textOf)
  const regex = AnchoredRegex.compile(text ?? '')
  if (!(regex instanceof AnchoredRegex)) throw evalProblem(`invalid regular expression in label_replace(): ${text}`)
  if (!target) throw evalProblem(`invalid destination label name in label_replace(): ${target}`)
  const replace = (labels: Labels) => {
    const value = regex.expand(labels.get(source ?? ''), template ?? '')
    return value === undefined ? labels : labels.with(target, bounded(value))
  }
  return relabelled(series, steps, replace, same)
}

export function labelJoin(series: readonly StepSeries[], args: readonly Expr[], steps: number): StepSeries[] {
  const [target, separator, ...sources] = args.slice(1).map(textOf)
  if (!target) throw evalProblem(`invalid destination label name in label_join(): ${target}`)
  if (sources.includes('')) throw evalProblem('invalid source label name in label_join(): ')
  const join = (labels: Labels) => labels.with(target, bounded(sources.map(name => labels.get(name)).join(separator)))
  return relabelled(series, steps, join, same)
}
