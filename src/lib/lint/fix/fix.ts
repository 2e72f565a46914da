import { isScalar } from 'yaml'
import { findNode } from '../sources/lint-document.ts'
import { rangeOf, type Stretch, type Target } from '../sources/locate.ts'
import type { Edit } from './edit.ts'

/** What is to be written where: in place of what the target points to (or of
 * another stretch of its file), or (`quote`) the same value in quotes. */
export type Fix = { target: Target; text: string; range?: Stretch } | { target: Target; quote: true }

/** The edits of a fix; none where the text cannot be written without changing how the rest of the file reads. */
export function editsOf(fix: Fix): Edit[] | undefined {
  const { target } = fix
  const { file } = target.document
  const range = rangeOf(target)
  if (file === undefined || range === undefined) return undefined
  if ('quote' in fix) {
    const { node } = findNode(target.document, target.path)
    if (!isScalar(node) || node.type !== 'PLAIN') return undefined
    return [{ ...range, text: JSON.stringify(file.text.slice(range.start, range.end)) }]
  }
  return [{ ...(fix.range ?? range), text: fix.text }]
}
