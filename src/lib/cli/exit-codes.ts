import type { Outcome } from '../values/failure.ts'

/** The only place where an outcome becomes a number (DESIGN: exit codes). */
export const exitCodes: Readonly<Record<Outcome, number>> = {
  done: 0,
  error: 1,
  usage: 2,
  negative: 3,
  'no-verdict': 4,
  'not-yet': 5,
  'timed-out': 6,
  refused: 7,
  interrupted: 130,
}

const worstFirst: readonly Outcome[] = [
  'interrupted',
  'usage',
  'error',
  'negative',
  'timed-out',
  'refused',
  'no-verdict',
  'not-yet',
  'done',
]

/** The outcome of a command that acted on several objects; `done` for none. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return worstFirst.find(outcome => outcomes.includes(outcome)) ?? 'done'
}

/** Shown by --help of every command. */
export const exitCodeHelp: readonly (readonly [number, string])[] = [
  [0, 'goal reached: healthy, passed, done, answered'],
  [1, 'error: API, network, not found, forbidden'],
  [2, 'usage: bad flag, selector, duration or file'],
  [3, 'negative: degraded, aborted, failed'],
  [4, 'no verdict: inconclusive, not enough data'],
  [5, 'not yet: still progressing, or an indefinite pause was met'],
  [6, 'timed out'],
  [7, 'refused: a precondition does not hold, nothing was changed'],
  [130, 'interrupted'],
]
