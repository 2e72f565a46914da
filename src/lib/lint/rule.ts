import type { Severity } from './finding.ts'
import type { Fix } from './fix/fix.ts'
import type { Project } from './model/project.ts'
import type { Target } from './sources/locate.ts'

export interface ReportDetails {
  /** milder than the rule's own, where less is certain */
  severity?: Severity
  /** instead of the rule's own, where more can be said */
  hint?: string
  fix?: Fix
}

export type Report = (target: Target, message: string, details?: ReportDetails) => void

/** One thing that can be wrong. Ids are never given to another rule, and never change. */
export interface Rule {
  id: `CA${number}`
  /** kebab-case, says what is wrong */
  name: string
  severity: Severity
  /** one line for the table of rules */
  title: string
  /** why it matters, for `--explain`: what the controller does with it */
  explanation: string
  /** what to write instead, one line */
  hint: string
  /** wrong and right, in YAML */
  example?: { wrong: string; right: string }
  /** `--fix` can write it */
  isFixable?: boolean
  check(project: Project, report: Report): void
}
