import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Evaluation, evaluate, parseResult, type ResultType, resultTypes } from '../analysis/run/evaluate.ts'
import type { Context } from '../context/context.ts'
import { apiVersion } from '../events/event.ts'
import { renderEvaluation, renderEvaluationError } from '../output/evaluation-view.ts'
import { isObjectFormat, parseOutputFormat } from '../output/output-format.ts'
import { Failure, type Outcome, usage } from '../values/failure.ts'
import { versionFrom } from './analysis-run-input.ts'
import { documentFormats, type OutputChoice, show } from './show.ts'

export interface AnalysisEvalInput extends OutputChoice {
  result?: string | undefined
  'result-file'?: string | undefined
  type?: string | undefined
  'failure-condition'?: string | undefined
  'controller-version'?: string | undefined
  'exit-status'?: boolean
}

/** `analysis eval`: the condition language by itself. */
export async function runAnalysisEval(
  expressions: readonly string[],
  flags: AnalysisEvalInput,
  context: Context,
): Promise<Outcome> {
  const format = parseOutputFormat(flags.output, documentFormats)
  const [expression] = expressions
  if (expression === undefined || expressions.length > 1)
    throw usage(expression === undefined ? 'no expression is given' : 'more than one expression is given', {
      reason: expression === undefined ? 'MissingArgument' : 'InvalidArgument',
      hints: ["quote it for the shell, as in 'result[0] >= 0.95'"],
    })
  const version = versionFrom(flags['controller-version'] ?? '1.9')
  const result = parseResult(await resultText(flags, context), typeFrom(flags.type))
  const evaluation = evaluate(expression, result, version, context.clock.now(), flags['failure-condition'])
  const isText = !isObjectFormat(format) && format.name !== 'info'
  if (evaluation.error && isText) {
    throw new Failure(outcomeOf(evaluation, true) as 'usage', renderEvaluationError(evaluation), {
      reason: 'InvalidExpression',
      hints: [`result is ${evaluation.resultType}; as Argo Rollouts ${version} evaluates it`],
    })
  }
  const { stdout } = context
  const document = () => ({ apiVersion, kind: 'Evaluation', ...evaluation })
  await show(
    {
      object: document,
      info: document,
      view: () => renderEvaluation(evaluation, { columns: stdout.columns, color: stdout.hasColor }),
    },
    flags,
    context,
    documentFormats,
  )
  return outcomeOf(evaluation, flags['exit-status'] ?? false)
}

/** What does not compile cannot be meant; what fails with this result is a measurement in error. */
function outcomeOf({ error, asSuccessCondition, together }: Evaluation, hasExitStatus: boolean): Outcome {
  if (error) return error.kind === 'compile' ? 'usage' : 'negative'
  if (!hasExitStatus) return 'done'
  const { phase } = together ?? asSuccessCondition
  if (phase === 'Inconclusive') return 'no-verdict'
  return phase === 'Successful' ? 'done' : 'negative'
}

function typeFrom(text: string | undefined): ResultType | undefined {
  if (text === undefined) return undefined
  const type = resultTypes.find(each => each === text)
  if (type) return type
  throw usage(`invalid --type ${JSON.stringify(text)}: it is ${resultTypes.join(', ')}`, { reason: 'InvalidFlag' })
}

async function resultText(flags: AnalysisEvalInput, context: Context): Promise<string> {
  const { result, 'result-file': file } = flags
  if ((result === undefined) === (file === undefined))
    throw usage(
      `${result === undefined ? 'no result' : 'the result is'} given${result === undefined ? '' : ' twice'}`,
      {
        reason: result === undefined ? 'MissingFlag' : 'InvalidFlag',
        hints: ["either --result JSON, as in --result '[0.98]', or --result-file FILE (- is stdin)"],
      },
    )
  if (result === '-' || file === '-') return context.stdin.read()
  if (file === undefined) return result ?? ''
  try {
    return await readFile(resolve(context.workingDirectory, file), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw usage(`${file}: ${code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`}`, {
      reason: 'InvalidFile',
      cause: error,
    })
  }
}
