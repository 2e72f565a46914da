import type { Case } from '../suite.ts'

/** Cases of a file that is one JSON object of arrays: each entry knows its part, and is named by it. */
export function documentCases(
  parts: Readonly<Record<string, readonly Record<string, unknown>[]>>,
  nameOf: (entry: Record<string, unknown>, index: number) => string,
): Case[] {
  return Object.entries(parts).flatMap(([part, entries]) =>
    entries.map((entry, index) => ({ ...entry, part, id: `${part}: ${nameOf(entry, index)}`, expect: entry.expect })),
  )
}

/** The expected value where a number differs from it by less than the relative tolerance, so that the two are equal. */
export function near(actual: unknown, expected: unknown, tolerance: number): unknown {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual
  return Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), 1e-300) ? expected : actual
}
