import type { Context } from '../context/context.ts'
import { renderExplanation } from '../output/explanation-view.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { explainRollout } from '../rollouts/explain/explain-rollout.ts'
import type { Explanation } from '../rollouts/explain/explanation.ts'
import { explanationOutcome } from '../rollouts/explain/explanation-outcome.ts'
import { Failure, type Outcome } from '../values/failure.ts'
import { renderFailure } from './command-error.ts'
import { worstOutcome } from './exit-codes.ts'
import { documentFormats, type OutputChoice, show } from './show.ts'

export interface ExplainInput extends OutputChoice {
  'exit-status'?: boolean
}

/** Explains rollouts by name; those that are there are explained although others are not. */
export async function runExplain(names: readonly string[], flags: ExplainInput, context: Context): Promise<Outcome> {
  parseOutputFormat(flags.output, documentFormats)
  const client = await context.kube()
  const outcomes: Outcome[] = []
  const explanations: Explanation[] = []
  for (const name of names) {
    try {
      explanations.push(await explainRollout(client, { name }, context.clock.now()))
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'NotFound' || names.length === 1) throw error
      outcomes.push(error.outcome)
      context.stderr.write(renderFailure(error, '', { color: context.stderr.hasColor, verbosity: 0 }))
    }
  }
  if (flags['exit-status']) outcomes.push(...explanations.map(explanationOutcome))
  const [only] = explanations
  if (only === undefined) return worstOutcome(outcomes)
  const { stdout } = context
  const rendering = { columns: stdout.columns, color: stdout.hasColor }
  const document = () => (names.length === 1 ? only : explanations)
  const view = () => explanations.map(each => renderExplanation(each, rendering)).join('\n')
  await show({ object: document, info: document, view }, flags, context, documentFormats)
  return worstOutcome(outcomes)
}
