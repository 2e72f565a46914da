import { type Labels, metadataLabels } from '../labels/labels.ts'
import { evalProblem } from '../problem.ts'
import { type Binary, type BinaryOperator, comparisons, type VectorMatching } from '../syntax/ast.ts'
import type { StepSeries, VectorSample } from '../value.ts'
import { StepBuilder } from './step-builder.ts'

/** The result of an operator on two numbers; comparisons give 1 or 0. */
export function calculate(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      // JavaScript has NaN for these two, C and Go have 1.
      if (left === 1 || (left === -1 && !Number.isFinite(right) && !Number.isNaN(right))) return 1
      return left ** right
    case 'atan2':
      return Math.atan2(left, right)
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '<':
      return Number(left < right)
    case '>':
      return Number(left > right)
    case '<=':
      return Number(left <= right)
    case '>=':
      return Number(left >= right)
    default:
      return Number.NaN
  }
}

/** `</` and `>/` are for native histograms and drop floats. */
const isForHistograms = (operator: BinaryOperator) => operator === '</' || operator === '>/'

/** A vector and a number per step; `swapped` when the number is on the left. */
export function vectorWithScalar(
  expr: Binary,
  vector: readonly StepSeries[],
  scalar: readonly (number | undefined)[],
  swapped: boolean,
  steps: number,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  const isFilter = comparisons.has(expr.operator) && !expr.bool
  if (isForHistograms(expr.operator)) return []
  for (const series of vector) {
    const labels = isFilter ? series.labels : series.labels.withoutName()
    for (const [step, value] of series.values.entries()) {
      if (value === undefined) continue
      const other = scalar[step] ?? Number.NaN
      const result = swapped ? calculate(expr.operator, other, value) : calculate(expr.operator, value, other)
      if (!isFilter) builder.add(step, labels, result)
      else if (result === 1) builder.add(step, labels, value)
    }
  }
  return builder.result()
}

/** The labels that two sides are matched by. */
function signatureOf(matching: VectorMatching): (labels: Labels) => Labels {
  const names = new Set(matching.on ? matching.labels : [...metadataLabels, ...matching.labels])
  const known = new Map<Labels, Labels>()
  return labels => {
    let signature = known.get(labels)
    if (!signature) {
      signature = matching.on ? labels.only(names) : labels.without(names)
      known.set(labels, signature)
    }
    return signature
  }
}

const atStep = (series: readonly StepSeries[], step: number): VectorSample[] =>
  series.flatMap(each => {
    const value = each.values[step]
    return value === undefined ? [] : [{ labels: each.labels, value }]
  })

/** and, or, unless (engine.go VectorAnd, VectorOr, VectorUnless). */
export function setOperation(
  expr: Binary,
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  steps: number,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  const signature = signatureOf(expr.matching)
  for (let step = 0; step < steps; step++) {
    const [lefts, rights] = [atStep(left, step), atStep(right, step)]
    const other = new Set((expr.operator === 'or' ? lefts : rights).map(each => signature(each.labels).key))
    if (expr.operator === 'or') {
      for (const each of lefts) builder.add(step, each.labels, each.value)
      for (const each of rights) if (!other.has(signature(each.labels).key)) builder.add(step, each.labels, each.value)
    } else
      for (const each of lefts)
        if (other.has(signature(each.labels).key) === (expr.operator === 'and'))
          builder.add(step, each.labels, each.value)
  }
  return builder.result()
}

/** Arithmetic and comparisons of two vectors (engine.go VectorBinop). */
export function vectorOperation(
  expr: Binary,
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  steps: number,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  const signature = signatureOf(expr.matching)
  const resultLabels = resultLabelsOf(expr)
  const isSwapped = expr.matching.card === 'one-to-many'
  const isOneToOne = expr.matching.card === 'one-to-one'
  const isFilter = comparisons.has(expr.operator) && !expr.bool
  const [many, one] = isSwapped ? [right, left] : [left, right]
  for (let step = 0; step < steps; step++) {
    const [manySamples, oneSamples] = [atStep(many, step), atStep(one, step)]
    if (manySamples.length === 0 || oneSamples.length === 0) continue
    const partners = new Map<string, VectorSample>()
    for (const sample of oneSamples) {
      const match = signature(sample.labels)
      const same = partners.get(match.key)
      if (same) throw duplicates(sample.labels, same.labels, match, isSwapped)
      partners.set(match.key, sample)
    }
    const used = new Set<string>()
    for (const sample of manySamples) {
      const { key } = signature(sample.labels)
      const partner = partners.get(key)
      if (!partner || isForHistograms(expr.operator)) continue
      const [a, b] = isSwapped ? [partner.value, sample.value] : [sample.value, partner.value]
      const result = calculate(expr.operator, a, b)
      const labels = resultLabels(sample.labels, partner.labels)
      const taken = isOneToOne ? key : `${key}${labels.key}`
      if (used.has(taken))
        throw evalProblem(
          isOneToOne
            ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
            : 'multiple matches for labels: grouping labels must ensure unique matches',
        )
      used.add(taken)
      if (!isFilter) builder.add(step, labels, result)
      else if (result === 1) builder.add(step, labels, a)
    }
  }
  return builder.result()
}

function duplicates(one: Labels, other: Labels, match: Labels, isSwapped: boolean) {
  const [first, second] = [one.toString(), other.toString()].sort()
  const side = isSwapped ? 'left' : 'right'
  return evalProblem(
    `found duplicate series for the match group ${match} on the ${side} hand-side of the operation: ` +
      `[${first}, ${second}];many-to-many matching not allowed: matching labels must be unique on one side`,
  )
}

function resultLabelsOf(expr: Binary): (many: Labels, one: Labels) => Labels {
  const { matching } = expr
  const dropsName = expr.bool || !comparisons.has(expr.operator)
  const names = new Set(matching.labels)
  return (many, one) => {
    let labels = dropsName ? many.withoutName() : many
    if (matching.card === 'one-to-one') labels = matching.on ? labels.only(names) : labels.without(names)
    for (const name of matching.include) labels = labels.with(name, one.get(name))
    return labels
  }
}
