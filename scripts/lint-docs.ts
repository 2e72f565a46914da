import { rules } from '../src/lib/lint/rules.ts'

/** docs/lint.md, whole: made from the table of rules, so that both say the same. */
export function lintDocs(): string {
  const table = rules.map(
    ({ id, name, severity, isFixable, title }) =>
      `| [${id}](#${id.toLowerCase()}-${name}) | ${severity} | ${isFixable ? 'yes' : ''} | ${cell(title)} |`,
  )
  const sections = rules.map(({ id, name, severity, title, explanation, hint, example, isFixable }) =>
    [
      `### ${id} ${name}`,
      '',
      `${text(title)} (${severity}${isFixable ? ', `--fix`' : ''}).`,
      '',
      text(explanation),
      '',
      `What to do: ${text(hint)}.`,
      ...(example ? ['', '```yaml', '# wrong', example.wrong, '# right', example.right, '```'] : []),
      '',
    ].join('\n'),
  )
  return `${head}
| Rule | Severity | \`--fix\` | What it finds |
|---|---|---|---|
${table.join('\n')}

## The rules

${sections.join('\n')}`
}

/** Outside of code GitHub would take these for HTML or for a formula. */
const text = (words: string) =>
  words
    .replace(/\{\{[^}]*\}\}|\$\{\{[^}]*\}\}/g, code => (code.startsWith('`') ? code : `\`${code}\``))
    .replace(/``/g, '`')
const cell = (words: string) => text(words).replace(/\|/g, '\\|')

const head = `<!-- Made by scripts/write-lint-docs.ts from src/lib/lint/rules.ts. -->
# kubectl canary analysis lint

\`analysis lint FILE...|TEMPLATE...\` finds what the controller only finds out while it measures, and the mistakes of real templates. Files, directories (\`-R\`), \`-\` and templates of the cluster are checked together: Rollouts, Experiments and Kargo Stages against the templates that they refer to. Nothing is asked of a cluster unless a template of it is named.

- \`--explain CA021\` says why a rule matters and what to write instead, \`--list\` shows all of them.
- \`--fix\` puts right what needs no thinking, in the text of the field concerned only; \`--fix --dry-run\` shows the change.
- \`# canary-lint: ignore CA030\` leaves out a rule for its line. Alone on a line it speaks about the next one, with everything below that field. \`# canary-lint: ignore-file CA030\` does so for the file. Several ids are separated by commas; without an id all rules are meant.
- \`--severity warning\` hides infos. Errors and warnings end with 3, infos do not; a file that is no YAML ends with 2.
- \`--controller-version 1.10\` checks against the newer controller (default 1.9), \`--scrape-interval 30s\` says how often Prometheus scrapes (default 15s).
- \`-o json|yaml\` is for programs, \`-o sarif\` for code scanning, \`-o github\` for annotations of a pull request.

Arguments have no values yet. Inside of quotes any text stands for them; elsewhere a query or condition is tried with a number, a name, a duration and more, and only what is wrong with all of them is reported.

Checking 500 templates takes 1.8 times the processor time of reading and parsing their YAML, with good templates and with the example's (four findings each); 2.0 and 2.7 times where no two queries are alike, since the grammar of PromQL then costs as much as that of YAML (\`npx tsx test/perf/lint.ts\`).
`
