import type { Sensitivity } from '../spec/verification.ts'

/** Harness's words for what a template is to the canary. */
export type LogLabel = 'Known' | 'Unknown' | 'UnexpectedFrequency' | 'Baseline' | 'NoBaseline'

/** What people said about a template (kind LogFeedback). */
export type LogRisk = 'ignore' | 'ignoreFrequency' | 'medium' | 'high'

export type LogHealth = 'Healthy' | 'MediumHealthy' | 'Unhealthy'

export interface TemplateCounts {
  canary: number
  stable: number
  /** seen in the lookback, or in a saved baseline */
  isKnown: boolean
  /** there is something to compare with at all */
  hasBaseline: boolean
  /** log e-value of a difference in frequency */
  evidence: number
}

/** For the label of one template, looked at on its own: no verdict hangs on it but that of `rule: harness`. */
const frequentBeyond = Math.log(20)

export function labelOf({ canary, stable, isKnown, hasBaseline, evidence }: TemplateCounts): LogLabel {
  if (canary === 0) return 'Baseline'
  if (!hasBaseline) return 'NoBaseline'
  if (stable === 0 && !isKnown) return 'Unknown'
  return evidence >= frequentBeyond ? 'UnexpectedFrequency' : 'Known'
}

/** Health of one template by its label and what people said: feedback decides, whatever the statistics. */
export function healthOf(label: LogLabel, risk: LogRisk | undefined): LogHealth {
  if (label === 'Baseline' || risk === 'ignore') return 'Healthy'
  if (risk === 'high') return 'Unhealthy'
  if (risk === 'medium') return 'MediumHealthy'
  if (label === 'Unknown') return 'Unhealthy'
  return label === 'UnexpectedFrequency' && risk !== 'ignoreFrequency' ? 'MediumHealthy' : 'Healthy'
}

const order: readonly LogHealth[] = ['Healthy', 'MediumHealthy', 'Unhealthy']

export const worstHealth = (healths: Iterable<LogHealth>): LogHealth =>
  order[Math.max(0, ...[...healths].map(each => order.indexOf(each)))] as LogHealth

/** High fails on anything that is not Healthy, Medium and Low on Unhealthy. */
export const failsOn = (health: LogHealth, sensitivity: Sensitivity): boolean =>
  health === 'Unhealthy' || (health === 'MediumHealthy' && sensitivity === 'High')
