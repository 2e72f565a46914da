/** Between these, a run on a virtual clock never waits: a few ms. */
const stepsBetween = 16

/**
 * Lets whatever waits outside happen now and then: Ctrl-C is not even seen by work that never waits for anything.
 *
 * @throws what the signal aborts with
 */
export async function breathe(signal: AbortSignal, step: number): Promise<void> {
  if (step % stepsBetween === stepsBetween - 1) await new Promise<void>(resolve => setImmediate(resolve))
  signal.throwIfAborted()
}
