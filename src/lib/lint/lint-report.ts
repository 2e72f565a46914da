import { apiVersion } from '../events/event.ts'
import type { Finding } from './finding.ts'

export interface LintReport {
  apiVersion: typeof apiVersion
  kind: 'LintReport'
  findings: (Omit<Finding, 'edits'> & { /** `--fix` can put it right */ fixable: boolean })[]
  summary: LintSummary
}

export interface LintSummary {
  /** objects that were checked */
  objects: number
  errors: number
  warnings: number
  infos: number
  /** findings that `--fix` can put right */
  fixable: number
}

/** The findings as a document for programs. */
export function lintReport(findings: readonly Finding[], objects: number): LintReport {
  return {
    apiVersion,
    kind: 'LintReport',
    findings: findings.map(({ edits, ...finding }) => ({ ...finding, fixable: edits !== undefined })),
    summary: summaryOf(findings, objects),
  }
}

export function summaryOf(findings: readonly Finding[], objects: number): LintSummary {
  const many = (severity: Finding['severity']) => findings.filter(each => each.severity === severity).length
  return {
    objects,
    errors: many('error'),
    warnings: many('warning'),
    infos: many('info'),
    fixable: findings.filter(({ edits }) => edits !== undefined).length,
  }
}
