import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../../src/lib/lint/finding.ts'
import { lint } from '../../../src/lib/lint/lint.ts'
import type { LintOptions } from '../../../src/lib/lint/model/project.ts'
import type { LintFile } from '../../../src/lib/lint/sources/lint-document.ts'

export const options: LintOptions = { version: '1.9', scrapeIntervalMs: 15_000 }

export const fixtures = 'test/fixtures/lint'

export const file = (text: string, name = 'sample.yaml'): LintFile => ({ name, text })

export function filesOf(folder: string): LintFile[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.yaml'))
  return names.map(name => file(readFileSync(join(folder, name), 'utf8'), name))
}

export const findingsOf = (text: string, version: LintOptions['version'] = '1.9'): Finding[] =>
  lint({ files: [file(text)] }, { ...options, version }).findings

/** One line each: `sample.yaml:8:23-8:39 warning CA020 ...`. */
export function linesOf(findings: readonly Finding[]): string {
  return findings
    .map(({ place, severity, rule, object, path, message, edits }) => {
      const at = place ? `${place.file}:${place.line}:${place.column}-${place.endLine}:${place.endColumn}` : '-'
      const fix = edits ? ` [fix: ${edits.map(({ text }) => text).join(', ')}]` : ''
      return `${at} ${severity} ${rule} ${object} ${path}\n  ${message}${fix}\n`
    })
    .join('')
}

/** A template with one Prometheus metric. */
export const template = (condition: string, query = 'vector(1)', more = ''): string =>
  `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: sample
spec:
  metrics:
  - name: errors
    ${condition}
${more}    provider:
      prometheus:
        query: ${query}
`
