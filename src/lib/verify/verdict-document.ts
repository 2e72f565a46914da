import { apiVersion } from '../events/event.ts'
import type { Outcome } from '../values/failure.ts'
import type { MetricStep } from './engine/metric-judge.ts'
import type { Basis, Judgement, Verdict } from './engine/verification-judge.ts'
import type { JudgedRecording } from './judge-recording.ts'
import type { MetricSettings, Settings } from './spec/settings.ts'

/** One line of `verify replay -o ndjson` (FORMATS 2). */
export interface VerdictDocument {
  apiVersion: typeof apiVersion
  kind: 'VerificationVerdict'
  id: string
  verdict: Verdict
  basis: Basis
  /** from step 0 on */
  decidedAtSeconds: number
  /** before the end of the window, since everything was proven */
  early: boolean
  exitCode: number
  decidedBy: string[]
  metrics: MetricVerdict[]
  logs: null
  warnings: string[]
}

export interface MetricVerdict {
  name: string
  status: MetricStep['status']
  verdict: Verdict
  /** canary/stable, or the difference in standard deviations where the scale is `deviation` */
  ratio: number
  /** confidence sequence of the ratio at level 1 - falseAlarmRate */
  interval: [number, number]
  scale: 'log' | 'deviation'
  /** weighted e-value; the sum over the metrics is compared with 1/falseAlarmRate */
  evidence: number
}

/** Larger evidence is no more telling. */
const mostEvidence = 1e12

export function verdictDocument(
  id: string,
  { judgement, settings, warnings }: JudgedRecording,
  exitCodes: Readonly<Record<Outcome, number>>,
): VerdictDocument {
  return {
    apiVersion,
    kind: 'VerificationVerdict',
    id,
    verdict: judgement.verdict,
    basis: judgement.basis,
    decidedAtSeconds: judgement.step * settings.stepSeconds,
    early: judgement.early,
    exitCode: exitCodes[verdictOutcome(judgement.verdict, settings)],
    decidedBy: judgement.decidedBy,
    metrics: judgement.metrics.map((each, index) =>
      metricVerdict(each, settings.metrics[index] as MetricSettings, settings, judgement),
    ),
    logs: null,
    warnings,
  }
}

/** What a verdict means for whoever waits for it. */
export function verdictOutcome(verdict: Verdict, settings: Settings): Outcome {
  switch (verdict) {
    case 'Healthy':
      return 'done'
    case 'Unhealthy':
      return 'negative'
    case 'MediumHealthy':
      return settings.sensitivity === 'High' ? 'negative' : 'done'
    case 'Inconclusive':
      return settings.onInconclusive === 'pass'
        ? 'done'
        : settings.onInconclusive === 'fail'
          ? 'negative'
          : 'no-verdict'
    case 'NoAnalysis':
      return settings.failOnNoAnalysis ? 'no-verdict' : 'done'
  }
}

function metricVerdict(
  { name, status, evidence, effect, scale }: MetricStep,
  metric: MetricSettings,
  settings: Settings,
  { decidedBy, verdict }: Judgement,
): MetricVerdict {
  const shown = (x: number) => rounded(scale === 'log' ? Math.exp(x) : x)
  // proven by itself, after what the other metrics have cost; or named by the verdict
  const isProven = evidence.difference >= -Math.log(metric.weight * settings.falseAlarmRate)
  const isBeyond = evidence.beyondTolerance >= -Math.log(metric.toleranceAlarmRate)
  const own: Verdict = decidedBy.includes(name)
    ? verdict
    : isProven
      ? isBeyond
        ? 'Unhealthy'
        : 'MediumHealthy'
      : status === 'OK'
        ? 'Healthy'
        : status === 'Insufficient'
          ? 'Inconclusive'
          : 'NoAnalysis'
  return {
    name,
    status,
    verdict: own,
    ratio: shown(effect.estimate),
    interval: [shown(effect.low), shown(effect.high)],
    scale,
    evidence: rounded(Math.min(mostEvidence, metric.weight * Math.exp(evidence.difference))),
  }
}

const rounded = (value: number) => Number(value.toPrecision(6))
