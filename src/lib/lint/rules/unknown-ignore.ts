import type { Rule } from '../rule.ts'

/** Reported by the reader of comments (lint.ts). */
export const unknownIgnore: Rule = {
  id: 'CA059',
  name: 'unknown-ignore',
  severity: 'warning',
  title: 'A canary-lint comment that names no rule',
  explanation:
    'A comment `# canary-lint: ignore CA007` leaves out a rule for its line, or for the next one when it stands alone (with everything below that field); `# canary-lint: ignore-file CA007` does so for the file. Several ids are separated by commas; without an id all rules are meant. An id that does not exist ignores nothing.',
  hint: 'correct the id; kubectl canary analysis lint --list shows all of them',
  example: { wrong: '# canary-lint: ignore CA999', right: '# canary-lint: ignore CA030' },
  check: () => {},
}
