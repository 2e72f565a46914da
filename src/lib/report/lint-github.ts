import type { Finding } from '../lint/finding.ts'

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const

/** Workflow commands of GitHub Actions, one a line, that appear beside the lines of a pull request. */
export function githubAnnotations(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, place, rule, name, message, hint, object, path }) => {
      const properties = [
        ...(place
          ? ([
              ['file', place.file],
              ['line', place.line],
              ['col', place.column],
              ['endLine', place.endLine],
              ...(place.endLine === place.line ? ([['endColumn', place.endColumn]] as const) : []),
            ] as const)
          : []),
        ['title', `${rule} ${name}`],
      ]
      const text = place ? message : `${object} ${path}: ${message}`
      const listed = properties.map(([key, value]) => `${key}=${property(String(value))}`).join(',')
      return `::${commands[severity]} ${listed}::${data(`${text}\n${hint}`)}\n`
    })
    .join('')
}

const data = (text: string) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
const property = (text: string) => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
