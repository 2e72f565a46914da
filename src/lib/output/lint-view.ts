import type { Finding, Severity } from '../lint/finding.ts'
import type { LintSummary } from '../lint/lint-report.ts'
import type { Rule } from '../lint/rule.ts'
import type { LintFile } from '../lint/sources/lint-document.ts'
import { safeText } from '../values/safe-text.ts'
import { wrapped } from './fields.ts'
import { paint, type Style, type Styled } from './style.ts'
import { type Rendering, renderTable } from './table.ts'

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'blue' }

/** Each finding with its place as compilers write it, the line with the place marked, and what to write instead. */
export function renderFindings(findings: readonly Finding[], files: readonly LintFile[], rendering: Rendering): string {
  const lines = new Map(files.map(({ name, text }) => [name, text.split('\n')]))
  return findings.map(finding => findingText(finding, lines, rendering)).join('\n')
}

function findingText(finding: Finding, lines: ReadonlyMap<string, string[]>, { color }: Rendering): string {
  const { place, severity, message, rule, hint, object, path, edits } = finding
  const where = place ? `${place.file}:${place.line}:${place.column}` : `${object} ${path}`
  const head: Styled = [
    { text: safeText(where), style: 'bold' },
    { text: ': ' },
    { text: severity, style: styles[severity] },
    { text: ` ${rule}: ${safeText(message)}` },
  ]
  const shown = [
    head,
    ...sourceText(finding, lines),
    [{ text: `  ${edits ? 'fix' : 'hint'}: ${safeText(hint)}`, style: 'dim' as const }],
  ]
  return `${shown.map(line => paint(line, color)).join('\n')}\n`
}

/** The line of the file, and carets below what is meant. */
function sourceText({ place, severity }: Finding, lines: ReadonlyMap<string, string[]>): Styled[] {
  const line = place && lines.get(place.file)?.[place.line - 1]
  if (!place || line === undefined) return []
  const number = String(place.line)
  const end = place.endLine > place.line ? line.trimEnd().length : place.endColumn - 1
  const before = line.slice(0, place.column - 1).replace(/[^\t]/g, ' ')
  const carets = '^'.repeat(Math.max(1, end - place.column + 1))
  const safe = (text: string) => (/^[\x20-\x7e\t]*$/.test(text) ? text : safeText(text).padStart(text.length))
  return [
    [{ text: `  ${number} | `, style: 'dim' }, { text: safe(line.trimEnd()) }],
    [
      { text: `  ${' '.repeat(number.length)} | `, style: 'dim' },
      { text: before },
      { text: carets, style: styles[severity] },
    ],
  ]
}

/** `3 errors, 1 warning in 6 objects` */
export function summaryText({ objects, errors, warnings, infos, fixable }: LintSummary): string {
  const parts = [
    [errors, 'error'],
    [warnings, 'warning'],
    [infos, 'info'],
  ] as const
  const found = parts.flatMap(([many, word]) => (many === 0 ? [] : [count(many, word)]))
  const checked = count(objects, 'object')
  if (found.length === 0) return `${checked} checked, nothing found`
  const fix = fixable > 0 ? `; --fix puts ${fixable} right` : ''
  return `${found.join(', ')} in ${checked}${fix}`
}

const count = (many: number, word: string) => `${many} ${word}${many === 1 || word === 'info' ? '' : 's'}`

/** All rules, for `--list`. */
export function renderRules(rules: readonly Rule[], rendering: Rendering): string {
  return renderTable(
    [{ title: 'ID' }, { title: 'SEVERITY' }, { title: 'FIX' }, { title: 'NAME' }, { title: 'WHAT', cut: 'end' }],
    rules.map(({ id, severity, isFixable, name, title }) => [
      id,
      { text: severity, style: styles[severity] },
      isFixable ? 'yes' : '',
      name,
      title,
    ]),
    rendering,
  )
}

/** One rule in full, for `--explain`. */
export function renderRule(rule: Rule, { columns, color }: Rendering): string {
  const { id, name, severity, title, explanation, hint, example, isFixable } = rule
  const text = (words: string) => wrapped(words, Math.min(columns ?? 100, 100)).join('\n')
  const yaml = (lines: string) => lines.replace(/^/gm, '    ')
  const parts = [
    paint([{ text: `${id} ${name}`, style: 'bold' }, { text: ` (${severity}${isFixable ? ', --fix' : ''})` }], color),
    text(title),
    '',
    text(explanation),
    '',
    text(`What to do: ${hint}.`),
    ...(example ? ['', '  Wrong:', yaml(example.wrong), '  Right:', yaml(example.right)] : []),
  ]
  return `${parts.join('\n')}\n`
}
