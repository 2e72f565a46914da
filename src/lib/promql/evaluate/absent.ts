import { Labels, metadataLabels } from '../labels/labels.ts'
import type { Expr } from '../syntax/ast.ts'

/** Labels that a selector names by equality exactly once, for absent() (createLabelsForAbsentFunction). */
export function absentLabels(expr: Expr): Labels {
  const selector = expr.kind === 'matrix-selector' ? expr.vector : expr
  if (selector.kind !== 'vector-selector') return Labels.empty
  const labels = new Map<string, string>()
  const seen = new Set<string>()
  for (const { name, operator, value } of selector.matchers) {
    if (metadataLabels.includes(name)) continue
    if (operator === '=' && !seen.has(name)) {
      labels.set(name, value)
      seen.add(name)
    } else labels.delete(name)
  }
  return Labels.from(labels)
}
