import type { Rule } from '../rule.ts'

export const freightExpression: Rule = {
  id: 'CA053',
  name: 'freight-expression',
  severity: 'error',
  title: `\${{ freight... }}, a variable that Kargo does not have`,
  explanation:
    'The expressions of a Stage know ctx, vars and functions; there is no variable freight. The verification ends in Error: cannot fetch git from <nil>. What the Freight holds comes from functions: commitFrom, imageFrom, chartFrom. Their results are Go structs with capitals: .ID, .Tag, .Digest.',
  hint: `write \${{ commitFrom("https://git.example/repo.git").ID }}, or imageFrom("registry/repo").Tag`,
  example: {
    wrong: `value: \${{ freight.git.commit }}`,
    right: `value: \${{ commitFrom("https://git.example/loans.git").ID }}`,
  },
  check({ references }, report) {
    for (const { document, kind, args } of references) {
      if (kind !== 'Stage') continue
      for (const { path, value = '' } of args)
        for (const { index, 0: expression } of value.matchAll(/\$\{\{[\s\S]*?\}\}|\$\{%[\s\S]*?%\}/g)) {
          const at = /(?<![\w.])freight(?=\s*(?:\.|\[|\?|\}|%|$))/.exec(withoutTexts(expression))
          if (at === null) continue
          const start = index + at.index
          report(
            { document, path: [...path, 'value'], within: { start, end: start + 'freight'.length } },
            'there is no variable freight in the expressions of a Stage',
          )
        }
    }
  },
}

/** Quoted parts blanked out, at the same offsets. */
const withoutTexts = (expression: string) =>
  expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, quoted => ' '.repeat(quoted.length))
