import { type Labels, metadataLabels } from '../labels/labels.ts'
import { evalProblem } from '../problem.ts'
import { type Binary, comparisons, type VectorMatching } from '../syntax/ast.ts'
import type { SampleValue, StepSeries } from '../value.ts'
import type { Annotations } from './annotations.ts'
import { isDropped, operate, type Remark } from './operate.ts'
import { StepBuilder } from './step-builder.ts'

interface Sample {
  labels: Labels
  value: SampleValue
}

/** Remarks of one step: the server keeps the last one only. */
class StepRemarks {
  #last: Remark | undefined

  note(remark: Remark | undefined): void {
    if (remark) this.#last = remark
  }

  end(annotations: Annotations, expr: Binary): void {
    if (this.#last) annotations[this.#last.severity === 'info' ? 'info' : 'warn'](this.#last.text, expr.span)
    this.#last = undefined
  }
}

/** A vector and a number per step; `swapped` when the number is on the left. */
export function vectorWithScalar(
  expr: Binary,
  vector: readonly StepSeries[],
  scalar: readonly (SampleValue | undefined)[],
  swapped: boolean,
  steps: number,
  annotations: Annotations,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  const isFilter = comparisons.has(expr.operator) && !expr.bool
  const keepsName = isFilter || expr.operator === '</' || expr.operator === '>/'
  const remarks = new StepRemarks()
  for (let step = 0; step < steps; step++) {
    const other = scalar[step] ?? Number.NaN
    for (const series of vector) {
      const value = series.values[step]
      if (value === undefined) continue
      const result = swapped ? operate(expr.operator, other, value) : operate(expr.operator, value, other)
      if (isDropped(result)) {
        remarks.note(result.remark)
        continue
      }
      const labels = keepsName ? series.labels : series.labels.withoutName()
      if (expr.bool) builder.add(step, labels, Number(result.keep))
      else if (!isFilter) builder.add(step, labels, result.value)
      else if (result.keep) builder.add(step, labels, value)
    }
    remarks.end(annotations, expr)
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

const atStep = (series: readonly StepSeries[], step: number): Sample[] =>
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
  annotations: Annotations,
): StepSeries[] {
  const builder = new StepBuilder(steps)
  const remarks = new StepRemarks()
  const signature = signatureOf(expr.matching)
  const resultLabels = resultLabelsOf(expr)
  const isSwapped = expr.matching.card === 'one-to-many'
  const isOneToOne = expr.matching.card === 'one-to-one'
  const isFilter = comparisons.has(expr.operator) && !expr.bool
  const [many, one] = isSwapped ? [right, left] : [left, right]
  for (let step = 0; step < steps; step++) {
    const [manySamples, oneSamples] = [atStep(many, step), atStep(one, step)]
    if (manySamples.length === 0 || oneSamples.length === 0) continue
    const partners = new Map<string, Sample>()
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
      if (!partner) continue
      const [a, b] = isSwapped ? [partner.value, sample.value] : [sample.value, partner.value]
      const result = operate(expr.operator, a, b)
      remarks.note(result.remark)
      if (isDropped(result)) continue
      const labels = resultLabels(sample.labels, partner.labels)
      const taken = isOneToOne ? key : `${key}${labels.key}`
      if (used.has(taken))
        throw evalProblem(
          isOneToOne
            ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
            : 'multiple matches for labels: grouping labels must ensure unique matches',
        )
      used.add(taken)
      if (expr.bool) builder.add(step, labels, Number(result.keep))
      else if (!isFilter || result.keep) builder.add(step, labels, result.value)
    }
    remarks.end(annotations, expr)
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
  const keepsName = comparisons.has(expr.operator) || expr.operator === '</' || expr.operator === '>/'
  const dropsName = expr.bool || !keepsName
  const names = new Set(matching.labels)
  return (many, one) => {
    let labels = dropsName ? many.withoutName() : many
    if (matching.card === 'one-to-one') labels = matching.on ? labels.only(names) : labels.without(names)
    for (const name of matching.include) labels = labels.with(name, one.get(name))
    return labels
  }
}
