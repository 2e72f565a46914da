import type { AnalysisPhase } from '../rollouts/rollout.ts'

/** A file of kind AnalysisTest (FORMATS section 4), as the schema in analysis-test-schema.ts lets it through. */
export interface AnalysisTest {
  apiVersion: 'kubectl-canary/v1'
  kind: 'AnalysisTest'
  /** files of manifests, relative to this one; `*`, `**`, `?`, `[...]` and `{a,b}` match names */
  templates?: string[]
  /** Go duration; the step of a subquery that names none, and the interval of series of a test that names none */
  evaluation_interval?: string
  tests: TestCase[]
}

/** One run of an analysis. Times are Go durations; the first sample of every series is at 0. */
export interface TestCase {
  name: string
  template?: string
  clusterTemplate?: string
  /** NAME, or `clusteranalysistemplate/NAME` */
  templates?: string[]
  /** a Rollout of the manifests: its templates and arguments are used */
  rollout?: string
  /** which analysis of the Rollout, where it has several: `background`, `prePromotion`, `postPromotion`, a step's index */
  analysis?: string | number
  /** a Stage of the manifests: its verification is used */
  stage?: string
  /** what `podTemplateHashValue` of the Rollout's arguments stands for */
  podHashes?: { latest?: string; stable?: string }
  args?: Record<string, string>
  start?: string
  interval?: string
  input_series?: InputSeries[]
  /** by metric: one entry for each measurement, the last one repeats */
  responses?: Record<string, Response[]>
  /** when the run is terminated, counted from its start */
  terminateAfter?: string
  /** how long the run is followed, counted from its start */
  until?: string
  expect: Expectation
}

export interface InputSeries {
  series: string
  values: string | number
}

/** What a provider that is not asked would have answered. */
export interface Response {
  /** the result as conditions see it */
  value?: unknown
  /** why there is none */
  error?: string
  /** what a web server sends; text as it is, anything else as JSON */
  body?: unknown
  /** its status, 200 where only `body` is given */
  status?: number
  /** of a job, kayenta or plugin metric, which judges by itself */
  phase?: 'Successful' | 'Failed' | 'Inconclusive' | 'Error'
  message?: string
}

export interface Expectation {
  phase: AnalysisPhase
  /** exact, or `/RE2/` */
  message?: string
  finishedAfter?: string
  metrics?: Record<string, MetricExpectation>
}

export const counters = [
  'count',
  'successful',
  'failed',
  'inconclusive',
  'error',
  'consecutiveError',
  'consecutiveSuccess',
] as const

export interface MetricExpectation extends Partial<Record<(typeof counters)[number], number>> {
  phase?: AnalysisPhase
  message?: string
  values?: ExpectedValue[]
}

/** A number or list of them is compared with tolerance, text exactly; null is a measurement without a value. */
export type ExpectedValue = string | number | boolean | null | number[]
