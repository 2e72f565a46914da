import type { Evaluation } from '../analysis/run/evaluate.ts'
import { displayWidth } from '../values/display-width.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { analysisIcon } from './icons.ts'
import { paint } from './style.ts'
import type { Rendering } from './table.ts'

/** The value, and what it would mean as a condition. */
export function renderEvaluation(evaluation: Evaluation, { color }: Rendering): string {
  const { value = '', valueType = '', asSuccessCondition, asFailureCondition, together } = evaluation
  const phase = ({ phase, message }: Evaluation['asSuccessCondition']) => {
    const painted = paint({ text: phase, style: iconStyle(analysisIcon(phase)) }, color)
    return message ? `${painted} (${safeText(message)})` : painted
  }
  const meaning =
    valueType === 'bool'
      ? [
          `as successCondition: ${phase(asSuccessCondition)}`,
          `as failureCondition: ${phase(asFailureCondition)}`,
          ...(together ? [`both conditions: ${phase(together)}`] : []),
        ]
      : [`as a condition: ${phase(asSuccessCondition)}`]
  return `${[valueType === 'bool' ? value : `${safeText(value)} (${safeText(valueType)})`, ...meaning].join('\n')}\n`
}

/** Why an expression has no value, with the line that it is about and a mark below the place. */
export function renderEvaluationError({ expression, error }: Evaluation): string {
  if (!error) return ''
  const { line, column } = error.position
  const text = (expression.split('\n')[line - 1] ?? '').replaceAll('\t', ' ')
  const before = [...text].slice(0, column - 1).join('')
  const gap = ' '.repeat(displayWidth(safeText(`${before}|`)) - 1)
  return `${safeText(error.message)} (${line}:${column})\n${safeText(text)}\n${gap}^`
}
