import type { LintFile } from './lint-document.ts'

/** What the comments of a file leave out. */
export interface Ignores {
  /** rules by line from 1; `*` for all */
  lines: ReadonlyMap<number, ReadonlySet<string>>
  file: ReadonlySet<string>
  /** everything that was named, with its offset, to be checked against the rules */
  mentions: { id: string; start: number; end: number }[]
}

const comment = /(?:^|\s)#\s*canary-lint:\s*(ignore-file|ignore)\b([^\n#]*)/

const none: Ignores = { lines: new Map(), file: new Set(), mentions: [] }

/**
 * The comments `# canary-lint: ignore CA007, CA012` and `# canary-lint: ignore-file CA007`. One that stands alone speaks
 * about the next line that is no comment.
 */
export function ignoresOf({ text }: LintFile): Ignores {
  if (!text.includes('canary-lint:')) return none
  const lines = new Map<number, Set<string>>()
  const file = new Set<string>()
  const mentions: Ignores['mentions'] = []
  const all = text.split('\n')
  let offset = 0
  for (const [index, line] of all.entries()) {
    const found = comment.exec(line)
    if (found) {
      const list = found[2] ?? ''
      const listAt = offset + found.index + found[0].length - list.length
      const ids = [...list.matchAll(/\bCA\d+\b/gi)]
      for (const id of ids)
        mentions.push({ id: id[0], start: listAt + id.index, end: listAt + id.index + id[0].length })
      const names = ids.length === 0 ? ['*'] : ids.map(id => id[0].toUpperCase())
      const own = /^\s*#/.test(line)
      const target = found[1] === 'ignore-file' ? file : linesEntry(lines, own ? nextLine(all, index) : index + 1)
      for (const name of names) target.add(name)
    }
    offset += line.length + 1
  }
  return { lines, file, mentions }
}

function nextLine(all: readonly string[], index: number): number {
  let next = index + 1
  while (next < all.length && /^\s*(?:#|$)/.test(all[next] ?? '')) next++
  return next + 1
}

function linesEntry(lines: Map<number, Set<string>>, line: number): Set<string> {
  const entry = lines.get(line) ?? new Set<string>()
  lines.set(line, entry)
  return entry
}

/** Whether a finding is left out: by its own line, or by one on which a field begins that it lies in. */
export function isIgnored(ignores: Ignores, rule: string, lines: readonly (number | undefined)[]): boolean {
  const has = (set: ReadonlySet<string> | undefined) => set !== undefined && (set.has('*') || set.has(rule))
  return has(ignores.file) || lines.some(line => line !== undefined && has(ignores.lines.get(line)))
}
