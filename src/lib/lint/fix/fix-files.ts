import type { Finding } from '../finding.ts'
import { type LintInput, type LintResult, lint } from '../lint.ts'
import type { LintOptions } from '../model/project.ts'
import type { LintFile } from '../sources/lint-document.ts'
import { applyEdits } from './apply-edits.ts'

export interface FixedFile {
  name: string
  before: string
  after: string
}

export interface Fixes {
  files: FixedFile[]
  /** how many findings were put right */
  fixed: number
  /** what is left, of the files as they are now */
  result: LintResult
}

/** A correction can show the next mistake; more than this is none of ours. */
const maxRounds = 5

/**
 * Puts right what can be put right without thinking: only the text of the fields concerned is replaced, so comments and
 * layout stay. An edit that does not help, or after which the file cannot be read, is not made.
 *
 * @param concerns which findings are to be fixed
 */
export function fixFiles(input: LintInput, options: LintOptions, concerns: (finding: Finding) => boolean): Fixes {
  let files: readonly LintFile[] = input.files
  let result = lint(input, options)
  let fixed = 0
  const refused = new Set<string>()
  const attempt = (findings: readonly Finding[]): boolean => {
    const next = files.map(file => edited(file, findings))
    const after = lint({ ...input, files: next }, options)
    const left = new Set(after.findings.map(keyOf))
    if (after.isUnreadable !== result.isUnreadable || findings.some(finding => left.has(keyOf(finding)))) return false
    fixed += findings.length
    files = next
    result = after
    return true
  }
  for (let round = 0; round < maxRounds; round++) {
    const found = result.findings.filter(each => each.edits && concerns(each) && !refused.has(keyOf(each)))
    if (found.length === 0) break
    if (attempt(found)) continue
    // One of them does not help: each by itself, as positions hold for the text that was checked.
    for (const key of found.map(keyOf)) {
      const finding = result.findings.find(each => each.edits && keyOf(each) === key)
      if (finding && !attempt([finding])) refused.add(key)
    }
  }
  const changed = files.flatMap((file, index) => {
    const before = input.files[index]?.text ?? ''
    return before === file.text ? [] : [{ name: file.name, before, after: file.text }]
  })
  return { files: changed, fixed, result }
}

const edited = (file: LintFile, findings: readonly Finding[]): LintFile => {
  const edits = findings.flatMap(({ place, edits: own = [] }) => (place?.file === file.name ? own : []))
  return edits.length === 0 ? file : { name: file.name, text: applyEdits(file.text, edits) }
}

const keyOf = ({ rule, object, path, message, place }: Finding) => [rule, place?.file, object, path, message].join(' ')
