import type { Finding } from '../lint/finding.ts'
import type { Rule } from '../lint/rule.ts'
import type { LintFile } from '../lint/sources/lint-document.ts'

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

/** SARIF 2.1.0, which code scanning services read; columns count UTF-16 units, as SARIF does by default. */
export function sarifLog(
  findings: readonly Finding[],
  rules: readonly Rule[],
  files: readonly LintFile[],
  version: string,
): object {
  const indexes = new Map<string, number>(rules.map(({ id }, index) => [id, index]))
  const texts = new Map(files.map(file => [file.name, file.text]))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kubectl-canary', version, rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(finding => ({
          ruleId: finding.rule,
          ruleIndex: indexes.get(finding.rule) ?? -1,
          level: levels[finding.severity],
          message: { text: `${finding.message}. ${capital(finding.hint)}.` },
          locations: [location(finding)],
          ...fixes(finding, texts),
        })),
      },
    ],
  }
}

function descriptor({ id, name, title, explanation, hint, severity, example }: Rule): object {
  return {
    id,
    name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: {
      text: `${capital(hint)}.${example ? `\n\nWrong:\n${example.wrong}\n\nRight:\n${example.right}` : ''}`,
    },
    defaultConfiguration: { level: levels[severity] },
  }
}

function location({ place, object, path }: Finding): object {
  const logicalLocations = object === '' ? {} : { logicalLocations: [{ fullyQualifiedName: `${object}/${path}` }] }
  if (!place) return logicalLocations
  const { line, column, endLine, endColumn } = place
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(place.file) },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
    ...logicalLocations,
  }
}

function fixes({ place, edits, hint }: Finding, texts: ReadonlyMap<string, string>): object {
  const text = place && texts.get(place.file)
  if (!place || !edits || text === undefined) return {}
  const replacements = edits.map(({ start, end, text: written }) => ({
    deletedRegion: { charOffset: start, charLength: end - start },
    insertedContent: { text: written },
  }))
  return {
    fixes: [
      {
        description: { text: capital(hint) },
        artifactChanges: [{ artifactLocation: { uri: uriOf(place.file) }, replacements }],
      },
    ],
  }
}

/** Relative names stay relative: whoever reads the log knows the root. */
function uriOf(file: string): string {
  const path = file.split('\\').join('/').split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? `file://${path}` : path.replace(/^(?:\.\/)+/, '')
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
