import type { ConfigDocument } from '../config/config-document.ts'
import { goJson } from '../values/go-json.ts'
import { safeText } from '../values/safe-text.ts'
import { type Rendering, renderTable } from './table.ts'

/** One line a setting: its path, its value, where it was set. */
export function renderConfig(
  { settings }: ConfigDocument,
  rendering: Rendering,
  options: { headers?: boolean } = {},
): string {
  if (settings.length === 0) return 'nothing is set: every default holds\n'
  const rows = settings.map(({ path, value, origin }) => [
    safeText(path),
    safeText(typeof value === 'string' ? value : goJson(value)),
    safeText(origin.text),
  ])
  const columns = [{ title: 'SETTING' }, { title: 'VALUE', cut: 'end', min: 12 } as const, { title: 'FROM' }]
  return renderTable(columns, rows, rendering, options)
}
