/** A piece of a text that is replaced, by UTF-16 offsets; `end` is exclusive. */
export interface Edit {
  start: number
  end: number
  text: string
}

/** Neighbouring lines that change; `line` counts from 1, in the text before. */
export interface ChangedLines {
  line: number
  before: string[]
  after: string[]
}

const inOrder = (edits: readonly Edit[]) => [...edits].sort((a, b) => a.start - b.start || a.end - b.end)

/** The text with all edits in it; they do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let at = 0
  for (const edit of inOrder(edits)) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}

/** The lines that edits touch, before and after; edits on one line, or on lines next to each other, are one change. */
export function changedLines(text: string, edits: readonly Edit[]): ChangedLines[] {
  const groups: { start: number; end: number; edits: Edit[] }[] = []
  for (const edit of inOrder(edits)) {
    const start = text.lastIndexOf('\n', edit.start - 1) + 1
    const newline = text.indexOf('\n', Math.max(edit.end - (text[edit.end - 1] === '\n' ? 1 : 0), edit.start))
    const end = newline < 0 ? text.length : newline
    const last = groups.at(-1)
    if (last !== undefined && start <= last.end + 1) {
      last.end = Math.max(last.end, end)
      last.edits.push(edit)
    } else groups.push({ start, end, edits: [edit] })
  }
  return groups.map(group => {
    const shifted = group.edits.map(edit => ({ ...edit, start: edit.start - group.start, end: edit.end - group.start }))
    const before = text.slice(group.start, group.end)
    const after = applyEdits(text.slice(group.start, group.end + 1), shifted).replace(/\n$/, '')
    return {
      line: text.slice(0, group.start).split('\n').length,
      before: before.split('\n'),
      after: after === '' ? [] : after.split('\n'),
    }
  })
}
