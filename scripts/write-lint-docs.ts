import { writeFileSync } from 'node:fs'
import { lintDocs } from './lint-docs.ts'

/** Writes docs/lint.md from the table of rules. A test fails when somebody forgot. */
writeFileSync('docs/lint.md', lintDocs())
