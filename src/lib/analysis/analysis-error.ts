/**
 * Why a run cannot be made or measured, in the controller's words. Travels inside this folder; the engine turns it into
 * the run's message, commands into a Failure.
 */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError'
}
