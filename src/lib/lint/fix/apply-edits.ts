import type { Edit } from './edit.ts'

/** A text with its edits in place; of edits that overlap the first counts. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text: written } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) continue
    result += text.slice(at, start) + written
    at = end
  }
  return result + text.slice(at)
}
