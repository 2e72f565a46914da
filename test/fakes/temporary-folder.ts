import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary folder of one test with files in it. */
export function temporaryFolder(files: Record<string, string> = {}): {
  path: string
  file(name: string): string
  remove(): void
} {
  const path = mkdtempSync(join(tmpdir(), 'canary-test-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return { path, file: name => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) }
}
