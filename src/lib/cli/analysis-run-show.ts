import type { EngineRun } from '../analysis/analysis.ts'
import type { Context } from '../context/context.ts'
import { type AnalysisState, initialAnalysisState, reduceAnalysis } from '../events/analysis-state.ts'
import { apiVersion, type CanaryEvent } from '../events/event.ts'
import { type AnalysisProgress, analysisProgressOn } from '../output/analysis-progress.ts'
import { renderAnalysis } from '../output/analysis-summary.ts'
import { isObjectFormat, type OutputFormat } from '../output/output-format.ts'
import { NextOrAlarm } from '../rollouts/wait/next-or-alarm.ts'
import type { Outcome } from '../values/failure.ts'
import { eventSink } from './follow.ts'
import { type OutputChoice, show } from './show.ts'

/** What an executed run ends with; `run` is absent where there is no object, as with `--once`. */
export interface Ended {
  outcome: Outcome
  message: string
  run?: EngineRun
}

/**
 * Consumes the events of an analysis: NDJSON on stdout, else progress on stderr and the result on stdout.
 *
 * @returns how it ended
 */
export async function showAnalysis(
  events: AsyncGenerator<CanaryEvent, Ended>,
  format: OutputFormat,
  flags: OutputChoice,
  context: Context,
): Promise<Outcome> {
  const isNdjson = format.name === 'ndjson'
  const sink = isNdjson ? eventSink('ndjson', context) : undefined
  const progress = isNdjson ? undefined : analysisProgressOn(context.stderr, context.env.TERM === 'dumb')
  let state = initialAnalysisState
  const ended = await consume(
    events,
    progress,
    () => state,
    context,
    event => {
      state = reduceAnalysis(state, event)
      sink?.take(event)
      progress?.show(event, state, context.clock.now())
    },
  ).finally(() => progress?.end())
  const { outcome, message, run } = ended
  if (sink) {
    sink.end(outcome, message || state.message || state.phase, context)
    return outcome
  }
  const { stdout } = context
  const isStopped = outcome === 'interrupted' || outcome === 'timed-out'
  await show(
    {
      object: () => run ?? analysisDocument(state, ended),
      info: () => analysisDocument(state, ended),
      view: () =>
        renderAnalysis(
          state,
          { columns: stdout.columns, color: stdout.hasColor },
          { message, isStopped, headers: !flags['no-headers'] },
        ),
    },
    { ...flags, output: flags.output },
    context,
  )
  // the table has said it
  if (message !== '' && isObjectFormat(format)) context.stderr.write(`${message}\n`)
  return outcome
}

/** Takes every event, and lets the progress be drawn again while nothing happens. */
async function consume(
  events: AsyncGenerator<CanaryEvent, Ended>,
  progress: AnalysisProgress | undefined,
  state: () => AnalysisState,
  { clock }: Context,
  take: (event: CanaryEvent) => void,
): Promise<Ended> {
  let ended: Ended = { outcome: 'error', message: 'the analysis did not end' }
  async function* noted() {
    ended = yield* events
  }
  const steps = new NextOrAlarm(noted(), clock)
  for (;;) {
    const { redrawMs } = progress ?? {}
    const next = await steps.next(redrawMs === undefined ? undefined : clock.now() + redrawMs)
    if (next === 'end') return ended
    if (next === 'alarm') progress?.tick(state(), clock.now())
    else take(next.item)
  }
}

/** Our own document of an analysis (`-o info`). */
function analysisDocument(state: AnalysisState, { outcome, message }: Ended): object {
  const { object, plan, phase, metrics, warnings } = state
  return {
    apiVersion,
    kind: 'AnalysisInfo',
    ...(object ? { object } : {}),
    outcome,
    phase,
    message: state.message || message,
    ...(plan ? { plan: { ...plan, metrics: undefined } } : {}),
    metrics,
    warnings,
  }
}
