import { timeQuote } from '../expr/go/quote.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import { AnalysisError } from './analysis-error.ts'

const units = 'ns|us|µs|μs|ms|s|m|h'
const number = '(?:\\d+\\.?\\d*|\\.\\d+)'
const wrongUnit = new RegExp(`^[+-]?(?:${number}(?:${units})(?=[.\\d]))*${number}([^.\\d]*)`, 's')

/**
 * Milliseconds of a metric's interval or delay.
 *
 * @throws AnalysisError with the message of Go's time.ParseDuration
 */
export function metricDurationMs(text: string): number {
  try {
    return parseGoDuration(text)
  } catch {
    throw new AnalysisError(complaint(text))
  }
}

function complaint(text: string): string {
  const unit = wrongUnit.exec(text)?.[1]
  if (unit === undefined || new RegExp(`^(?:${units})$`).test(unit)) return `time: invalid duration ${timeQuote(text)}`
  if (unit === '') return `time: missing unit in duration ${timeQuote(text)}`
  return `time: unknown unit ${timeQuote(unit)} in duration ${timeQuote(text)}`
}
