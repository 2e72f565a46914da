import type { HttpClient, HttpRequest, HttpResponse } from '../../context/http-client.ts'
import { Problem } from '../../expr/problem.ts'
import { HttpFailure } from '../../http/http-failure.ts'
import { Failure } from '../../values/failure.ts'
import { AnalysisError } from '../analysis-error.ts'
import type { Measured } from '../record-measurement.ts'

/** Why there is no measurement, in the controller's words; becomes an `Error` measurement. */
export class MeasurementError extends Error {
  override readonly name = 'MeasurementError'
}

/**
 * What `work` measured, or the `Error` measurement that its failure makes. Only what ends the whole program, an abort or
 * Ctrl-C, goes on as an exception.
 */
export async function measured(signal: AbortSignal, work: () => Promise<Measured>): Promise<Measured> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted) throw error
    return { phase: 'Error', message: messageOf(error) }
  }
}

/** The text of an error that says something about a measurement; all others are thrown on. */
export function messageOf(error: unknown): string {
  if (error instanceof MeasurementError || error instanceof AnalysisError || error instanceof Problem)
    return error.message
  if (error instanceof Failure && error.outcome !== 'interrupted') return error.message
  throw error
}

/**
 * Sends a request as a Go http.Client with `Timeout` does, which says so when the time is up.
 *
 * @throws HttpFailure, and whatever the signal aborts with
 */
export async function sendWithin(client: HttpClient, request: HttpRequest, timeoutMs: number): Promise<HttpResponse> {
  try {
    return await client.send({ ...request, timeoutMs })
  } catch (error) {
    if (!(error instanceof HttpFailure && error.isTimeout)) throw error
    const where =
      error.stage === 'body'
        ? 'Client.Timeout or context cancellation while reading body'
        : 'Client.Timeout exceeded while awaiting headers'
    throw new MeasurementError(`${error.message} (${where})`)
  }
}
