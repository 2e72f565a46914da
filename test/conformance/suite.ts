/** One line of a case file. */
export interface Case {
  id: string
  expect: unknown
  [field: string]: unknown
}

export interface Suite<T extends Case = Case> {
  /** The cases of a file; default: one JSON object a line */
  cases?(text: string): T[]
  /** For a suite whose FILE is a folder: which files of it are cases, and the case that one is, by its name without `.json` */
  folder?: { file: RegExp; case(text: string, name: string): T }
  /**
   * What ours answers for the case, reduced to what is compared, next to what is expected, reduced likewise.
   * May throw: that is a failure of the case.
   */
  compare(test: T, companion: (name: string) => string): Comparison
}

export interface Comparison {
  expected: unknown
  actual: unknown
  /** A text that is counted apart and does not decide. */
  messages?: { expected: string; actual: string }
  /** Measures of the case; the summary has them by case, and their means. */
  figures?: Readonly<Record<string, number>>
}

export interface SuiteReport {
  suite: string
  total: number
  passed: number
  failed: number
  /** Of the texts that are counted apart: how many there were, and how many were the same. */
  messages?: { total: number; equal: number }
  /** Measures of each case, and their means over the cases. */
  cases?: Record<string, Readonly<Record<string, number>>>
  means?: Record<string, number>
}
