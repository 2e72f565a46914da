import CliTable from 'cli-table3'
import type { ConfigDocument } from '../config/config-document.ts'
import { goJson } from '../values/go-json.ts'
import { safeText } from '../values/safe-text.ts'
import type { Rendering } from './table.ts'

const titles = ['SETTING', 'VALUE', 'FROM']
const gap = 2

/** One line a setting: its path, its value, where it was set. On a terminal long values are wrapped, never cut. */
export function renderConfig(
  { settings }: ConfigDocument,
  { columns }: Rendering,
  options: { headers?: boolean } = {},
): string {
  if (settings.length === 0) return 'nothing is set: every default holds\n'
  const rows = settings.map(({ path, value, origin }) => [
    safeText(path),
    safeText(typeof value === 'string' ? value : goJson(value)),
    safeText(origin.text),
  ])
  const lines = options.headers === false ? rows : [titles, ...rows]
  const table = new CliTable({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': gap, compact: true, head: [], border: [] },
    ...(columns === undefined ? {} : { colWidths: fitted(lines, columns), wordWrap: true, wrapOnWordBoundary: false }),
  })
  table.push(...lines)
  return `${table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')}\n`
}

const noLines = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map(name => [name, '']),
)

/** Widths with their gap; the value gives way until the table fits, and then the origin. */
function fitted(lines: readonly (readonly string[])[], columns: number): number[] {
  const widths = titles.map((_, index) => Math.max(...lines.map(line => (line[index] ?? '').length)) + gap)
  const [path = 0, value = 0, from = 0] = widths
  const valueWidth = Math.max(12, Math.min(value, columns - path - from))
  return [path, valueWidth, Math.max(12, Math.min(from, columns - path - valueWidth))]
}
