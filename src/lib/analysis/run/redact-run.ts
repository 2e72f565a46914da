import { type Redact, redactDeep } from '../../values/redact.ts'
import type { EngineRun } from '../analysis.ts'

/** The run without the secrets that its data sources gave back. Its spec holds none: they stand there as references. */
export function redactRun(run: EngineRun, redact: Redact): EngineRun {
  const { status } = run
  if (!status) return run
  const metricResults = status.metricResults?.map(result => ({
    ...result,
    ...(result.message ? { message: redact(result.message) } : {}),
    ...(result.metadata ? { metadata: redactDeep(result.metadata, redact) } : {}),
    measurements: (result.measurements ?? []).map(measurement => ({
      ...measurement,
      ...(measurement.value ? { value: redact(measurement.value) } : {}),
      ...(measurement.message ? { message: redact(measurement.message) } : {}),
      ...(measurement.metadata ? { metadata: redactDeep(measurement.metadata, redact) } : {}),
    })),
  }))
  return {
    ...run,
    status: {
      ...status,
      ...(status.message ? { message: redact(status.message) } : {}),
      ...(metricResults ? { metricResults } : {}),
    },
  }
}
