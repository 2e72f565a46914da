import type { Window } from './align/counters.ts'
import { metricData } from './align/metric-data.ts'
import { type Judgement, type StepJudgement, VerificationJudge } from './engine/verification-judge.ts'
import type { Recording } from './recording/recording.ts'
import { type Settings, settingsOf } from './spec/settings.ts'

export interface JudgedRecording {
  settings: Settings
  judgement: Judgement
  judge: VerificationJudge
  warnings: string[]
}

/**
 * The verdict of a recording: that of the same data seen live, step by step. A recording that breaks off is judged as far
 * as it goes.
 *
 * @param onStep told of every step on the way
 * @throws Failure for a spec that cannot be read
 */
export function judgeRecording(recording: Recording, onStep?: (step: StepJudgement) => void): JudgedRecording {
  const settings = settingsOf(recording.spec, recording.stepSeconds)
  const lastSeen = Math.max(0, ...recording.series.map(({ from, values }) => from + values.length - 1))
  const end = recording.endStep ?? lastSeen
  const warnings = [...recording.warnings]
  if (recording.endStep === undefined) warnings.push(`the recording breaks off at step ${lastSeen}`)
  const window: Window = {
    firstStep: -recording.lookbackSteps,
    lastStep: end,
    warmupSteps: settings.warmupSteps,
    stepSeconds: recording.stepSeconds,
  }
  const data = settings.metrics.map(metric => metricData(recording, metric, window))
  const judge = new VerificationJudge(settings, data)
  for (let step = 1; step <= end; step++) {
    const judged = judge.advance(data, step)
    onStep?.(judged)
    if (judged.final) return { settings, judgement: judged.final, judge, warnings }
    if (step < settings.durationSteps) continue
    const judgement = judge.conclude(step)
    const goesOn =
      judgement.verdict === 'Inconclusive' && settings.onInconclusive === 'extend' && step < settings.maxDurationSteps
    if (!goesOn) return { settings, judgement, judge, warnings }
  }
  return { settings, judgement: judge.conclude(end), judge, warnings }
}
