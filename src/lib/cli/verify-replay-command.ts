import type { Context } from '../context/context.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import { renderVerdict } from '../output/verdict-view.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { judgeRecording } from '../verify/judge-recording.ts'
import { readRecordings } from '../verify/recording/read-recording.ts'
import { recordingLines } from '../verify/recording/recording-lines.ts'
import { type VerdictDocument, verdictDocument, verdictOutcome } from '../verify/verdict-document.ts'
import { exitCodes, worstOutcome } from './exit-codes.ts'
import { type OutputChoice, printerOptions } from './show.ts'

const formats = ['table', 'wide', 'json', 'yaml', 'kyaml', 'ndjson', 'jsonpath', 'jsonpath-as-json'] as const

/**
 * `verify replay`: judges recordings again; the same recording always gives the same verdict. Each is judged and told as
 * soon as it is read.
 *
 * @returns the worst outcome of the verdicts
 */
export async function runVerifyReplay(
  paths: readonly string[],
  flags: OutputChoice,
  context: Context,
): Promise<Outcome> {
  if (paths.length === 0)
    throw usage('no recording is named', {
      reason: 'MissingArgument',
      hints: ['name files that `verify --record` wrote, or - for stdin'],
    })
  const format = parseOutputFormat(flags.output, [...formats])
  const { stdout, stderr } = context
  const isText = format.name === 'table' || format.name === 'wide'
  const documents: VerdictDocument[] = []
  const outcomes: Outcome[] = []
  for (const path of paths) {
    const name = path === '-' ? '<stdin>' : path
    for await (const recording of readRecordings(recordingLines(path, context), name)) {
      context.signal.throwIfAborted()
      const judged = judgeRecording(recording)
      const document = verdictDocument(recording.id, judged, exitCodes)
      outcomes.push(verdictOutcome(judged.judgement.verdict, judged.settings))
      if (format.name === 'ndjson') stdout.write(`${JSON.stringify(document)}\n`)
      else if (isText)
        stdout.write(renderVerdict(document, judged.settings, { color: stdout.hasColor, columns: stdout.columns }))
      else documents.push(document)
      if (isText) for (const warning of document.warnings) stderr.write(`warning: ${warning}\n`)
    }
  }
  if (documents.length > 0) {
    const { createObjectPrinter } = await import('../output/print-objects.ts')
    const printer = await createObjectPrinter(format, printerOptions(flags), context)
    if (documents.length === 1) printer.printObject(documents[0] as VerdictDocument)
    else printer.printList(documents)
  }
  return worstOutcome(outcomes)
}
