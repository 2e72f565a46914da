import { usage } from '../failure.ts'

const relaxedForm = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/

/**
 * The forms that kubectl takes for `--sort-by` and custom columns, `metadata.name`, `.metadata.name`, `{metadata.name}`
 * and `{.metadata.name}`, all as the last (kubectl customcolumn.go RelaxedJSONPathExpression).
 *
 * @throws Failure `usage`
 */
export function relaxedJsonPath(expression: string): string {
  if (expression === '') return expression
  const match = relaxedForm.exec(expression)
  if (match === null)
    throw usage(
      `unexpected path string ${JSON.stringify(expression)}, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
      { reason: 'InvalidJsonPath' },
    )
  return `{.${match[1] ?? match[2]}}`
}
