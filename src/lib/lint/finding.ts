import type { Edit } from './fix/edit.ts'

export type Severity = 'error' | 'warning' | 'info'

/** From mild to serious. */
export const severities: readonly Severity[] = ['info', 'warning', 'error']

/** A stretch of a file; lines and columns count from 1, columns in UTF-16 units, the end is exclusive. */
export interface Place {
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
}

/** Something that is true of an object and should not be. */
export interface Finding {
  /** `CA017` */
  rule: string
  /** `condition-does-not-compile` */
  name: string
  severity: Severity
  /** what is wrong, on one line */
  message: string
  /** what to write instead */
  hint: string
  /** `AnalysisTemplate/success-rate`; empty for a file that cannot be read */
  object: string
  /** `spec.metrics[0].successCondition` */
  path: string
  /** absent for an object of the cluster, whose position is the field's path */
  place?: Place
  /** what `--fix` would write; absent where somebody has to think */
  edits?: readonly Edit[]
}

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(least)

/** By file, position, then rule: the order in which people go through a file. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.place?.file ?? '', b.place?.file ?? '') ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
    (a.place === undefined ? compareText(a.object, b.object) || compareText(a.path, b.path) : 0) ||
    compareText(a.rule, b.rule)
  )
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
